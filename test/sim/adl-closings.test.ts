import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AdlClosings } from "../../sim/adl-closings.ts";
import { isAtRisk } from "../../sim/clearing/margin.ts";
import { HandVenue } from "./venue-fixture.ts";

const of = (lots: number, entryValue: number, margin: number) => ({ lots, entryValue, margin });

describe("CASC-1 what auto-deleveraging closed is put back", () => {
  test("of this mark and the one before, several times, on the side of the position", () => {
    const closings = new AdlClosings();
    expect(closings.undone(7, of(2, 200, 20))).toBeNull();
    closings.note(7, of(10, 1_000, 100), of(6, 600, 60));
    closings.note(7, of(6, 600, 60), of(5, 500, 50));
    closings.begin();
    closings.note(7, of(5, 500, 50), of(2, 201, 19));
    expect(closings.undone(7, of(2, 201, 19))).toEqual(of(10, 1_000, 100));
    // He has traded since: three more lots.
    expect(closings.undone(7, of(5, 541, 39))).toEqual(of(13, 1_340, 120));
    expect(closings.undone(7, of(-1, 100, 9))).toBeNull();
    expect(closings.undone(8, of(2, 201, 19))).toBeNull();
    closings.begin();
    expect(closings.undone(7, of(2, 201, 19))).toEqual(of(5, 500, 50));
    closings.begin();
    expect(closings.undone(7, of(2, 201, 19))).toBeNull();
  });

  test("TIME-4: a state gives it back", () => {
    const closings = new AdlClosings();
    closings.note(7, of(10, 1_000, 100), of(6, 600, 60));
    closings.begin();
    closings.note(7, of(6, 600, 60), of(5, 500, 50));
    closings.note(9, of(-3, 300, 30), of(-1, 100, 10));
    const again = new AdlClosings();
    again.restore(closings.state());
    for (const one of [closings, again]) {
      expect(one.undone(7, of(5, 500, 50))).toEqual(of(10, 1_000, 100));
      expect(one.undone(9, of(-1, 100, 10))).toEqual(of(-3, 300, 30));
      one.begin();
      expect(one.undone(7, of(5, 500, 50))).toEqual(of(6, 600, 60));
    }
  });
});

/*
 * One lot is worth a quantum a tick, maintenance 1 %, rounded up. At a mark of 850 ann, bankrupt at 859, is taken over
 * at 859; nobody bids and there is no fund, so one lot of bob's is closed at 859.
 *
 *   bob, short 2 at 851 with a margin of 16: at 850 an equity of 18 for a requirement of 17; he passes
 *   the lot closed loses 8 and takes 8 of the margin along; the rest, short 1 at 851 with 8: an equity of 9 for
 *   a requirement of 8.5, rounded up to 9; it fails
 */
const PEOPLE = {
  ann: { lots: 1, value: 1_000, margin: 141 },
  bob: { lots: -2, value: 1_702, margin: 16 },
  dora: { lots: 1, value: 702, margin: 500 },
};

describe("CASC-1 cause adl", () => {
  const closedAt850 = () => {
    const venue = new HandVenue(PEOPLE, { mark: 850 });
    venue.judge(850);
    expect(venue.heard).toEqual(["deleveraged bob 1 @859", "liquidated ann"]);
    expect(venue.state("bob")).toEqual({ wallet: 0, reserved: 0, margin: 8, lots: -1, entry: 851 });
    expect([...venue.record.adl.numbers("equity_quanta")]).toEqual([18]);
    return venue;
  };
  const causes = (venue: ReturnType<typeof closedAt850>) =>
    venue.waterfall.liquidations.starts.map(({ account, cause }) => [account === venue.of("ann") ? "ann" : "bob", cause]);

  test("what is left fails at the mark after, and would have passed whole", () => {
    const venue = closedAt850();
    // Not for the displacement either: it fails at the shadow mark as well.
    venue.judge(850);
    expect(causes(venue)).toEqual([
      ["ann", "direct"],
      ["bob", "adl"],
    ]);
  });

  test("asked before whether it was induced", () => {
    const venue = closedAt850();
    venue.judge(850, 800);
    expect(causes(venue)[1]).toEqual(["bob", "adl"]);
  });

  test("not when the whole position would have failed too: at 851 an equity of 16 for 17.02", () => {
    const venue = closedAt850();
    venue.judge(851);
    expect(causes(venue)[1]).toEqual(["bob", "direct"]);
  });

  test("not when it passed once more in between", () => {
    const venue = closedAt850();
    venue.judge(849);
    expect(causes(venue)).toHaveLength(1);
    venue.judge(850);
    expect(causes(venue)[1]).toEqual(["bob", "direct"]);
  });

  test("in isolated margin rounding alone brings it about: with exact shares the rest passes where the whole does", () => {
    const amount = fc.integer({ min: 1, max: 1_000 });
    // Every lot has a whole share of everything, and no requirement is rounded.
    const position = fc.record({ lots: fc.integer({ min: 2, max: 50 }), entry: amount, margin: amount, isLong: fc.boolean() });
    const { terms } = new HandVenue(PEOPLE, { mark: 850, instrument: { quantaPerTickLot: { numerator: 100, denominator: 1 } } });
    fc.assert(
      fc.property(position, fc.nat(), fc.integer({ min: 1, max: 2_000 }), ({ lots, entry, margin, isLong }, part, mark) => {
        const share = (many: number) => of(isLong ? many : -many, 100 * many * entry, many * margin);
        const rest = 1 + (part % (lots - 1));
        const closings = new AdlClosings();
        closings.note(7, share(lots), share(rest));
        expect(closings.undone(7, share(rest))).toEqual(share(lots));
        expect(isAtRisk(terms, share(rest), mark)).toBe(isAtRisk(terms, share(lots), mark));
      }),
    );
  });
});
