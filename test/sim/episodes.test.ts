import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Cascade, cascadesOf } from "../../sim/cascades.ts";
import { Liquidations } from "../../sim/clearing/liquidations.ts";
import { episodesOf } from "../../sim/episodes.ts";
import { Table } from "../../sim/kernel/table.ts";
import { MARKS } from "../../sim/tables.ts";

/** A liquidation: account, instrument, trigger, parent or −1, value, end or none; in order of trigger. */
type Row = readonly [account: number, instrument: number, timeUs: number, parent: number, quanta: number, endUs?: number | undefined];
/** How far the mark of an instrument stood from its shadow mark of 1000. */
type Apart = readonly [timeUs: number, instrument: number, ticks: number];

function episodes(rows: readonly Row[], apart: readonly Apart[] = []) {
  const liquidations = new Liquidations();
  rows.forEach(([account, instrument, timeUs, parent, quanta, endUs], booking) => {
    liquidations.start({
      ...{
        account,
        instrument,
        timeUs,
        parent,
        booking,
        scope: booking,
        notional: quanta,
        position: { lots: 1, entryValue: 0, margin: 0 },
      },
      ...{ markTicks: 1, liquidationTicks: 1, bankruptcyTicks: 1, equity: 0, requirement: 0, cause: parent >= 0 ? "induced" : "direct" },
    });
    liquidations.liquidatedQuanta[booking] = quanta;
    if (endUs !== undefined) liquidations.endTimeUs[booking] = endUs;
  });
  const marks = new Table(MARKS);
  for (const [timeUs, instrument, ticks] of apart) marks.append([timeUs, instrument, 1_000, 1_000 + ticks, 1_000, null, null, null]);
  const cascades = cascadesOf(liquidations, marks);
  return { cascades, episodes: episodesOf(cascades, liquidations, marks), liquidations };
}

describe("CASC-2 episodes", () => {
  test("trees of two instruments that overlap are one episode, what comes after is another, a single liquidation is of none", () => {
    //  instrument 0:  |100 0─1 150|             |201 5─6 220|
    //  instrument 1:          |150 2─3 200|
    //  alone:                     4 160–205
    const { episodes: found } = episodes(
      [
        [10, 0, 100, -1, 1_000, 120],
        [11, 0, 110, 0, 500, 150],
        [11, 1, 150, -1, 70, 155],
        [12, 1, 155, 2, 7, 200],
        [13, 0, 160, -1, 9_999, 205],
        [14, 0, 201, -1, 20, 210],
        [10, 0, 203, 5, 4, 220],
      ],
      [
        [99, 0, -400],
        [100, 0, -20],
        [140, 1, 10],
        [150, 1, -30],
        [200, 1, 25],
        [201, 0, 5],
      ],
    );
    expect(found).toEqual([
      {
        cascades: [0, 1],
        firstTimeUs: 100,
        lastTimeUs: 200,
        instruments: 2,
        liquidations: 4,
        // 11 in both.
        accounts: 3,
        notionalQuanta: 1_577,
        depth: 1,
        displacedInstrument: 1,
        displacementRatio: -0.03,
      },
      {
        cascades: [2],
        firstTimeUs: 201,
        lastTimeUs: 220,
        instruments: 1,
        liquidations: 2,
        accounts: 2,
        notionalQuanta: 24,
        depth: 1,
        displacedInstrument: 0,
        displacementRatio: 0.005,
      },
    ]);
  });

  test("a long one holds together what does not overlap among itself; no cascade, no episode", () => {
    const { episodes: found } = episodes([
      [10, 0, 100, -1, 1, 500],
      [11, 0, 100, 0, 1, 110],
      [12, 0, 200, -1, 1, 210],
      [13, 0, 205, 2, 1, 210],
      [14, 0, 300, -1, 1, 310],
      [15, 0, 305, 4, 1, 310],
    ]);
    expect(found).toMatchObject([{ cascades: [0, 1, 2], firstTimeUs: 100, lastTimeUs: 500, displacementRatio: 0 }]);
    expect(episodes([[10, 0, 100, -1, 1, 500]]).episodes).toEqual([]);
  });

  /** Forests of liquidations in order of trigger, parents earlier and of the same instrument. */
  const forest = fc
    .array(
      fc.record({
        account: fc.integer({ min: 3, max: 9 }),
        instrument: fc.nat(1),
        after: fc.nat(12),
        lasts: fc.option(fc.nat(25), { nil: undefined }),
        back: fc.nat(8),
      }),
      { minLength: 10, maxLength: 60 },
    )
    .map((drawn) => {
      const rows: Row[] = [];
      let timeUs = 1_000;
      for (const { account, instrument, after, lasts, back } of drawn) {
        const parent = rows.length - 1 - back;
        timeUs += after;
        const isChild = rows[parent]?.[1] === instrument;
        rows.push([account, instrument, timeUs, isChild ? parent : -1, 1 + back, lasts === undefined ? undefined : timeUs + lasts]);
      }
      return rows;
    });

  /** The obvious: everybody in a group of his own, and groups joined as long as any two have members that overlap. */
  function joinedPairwise(cascades: readonly Cascade[]): number[][] {
    let groups = cascades.map((_, number) => [number]);
    const overlap = (a: number, b: number) => {
      const [one, other] = [cascades[a] as Cascade, cascades[b] as Cascade];
      return one.firstTimeUs <= other.lastTimeUs && other.firstTimeUs <= one.lastTimeUs;
    };
    for (;;) {
      const pair = groups.flatMap((mine, at) =>
        groups.slice(at + 1).flatMap((theirs) => (mine.some((a) => theirs.some((b) => overlap(a, b))) ? [[mine, theirs] as const] : [])),
      )[0];
      if (pair === undefined) return groups;
      const [mine, theirs] = pair;
      groups = [...groups.filter((group) => group !== mine && group !== theirs), [...mine, ...theirs]];
    }
  }

  test("are what joining pairwise makes of any cascades, and add up what is in them", () => {
    let joined = 0;
    fc.assert(
      fc.property(forest, (rows) => {
        const { cascades, episodes: found, liquidations } = episodes(rows);
        const expected = joinedPairwise(cascades)
          .map((group) => group.sort((a, b) => a - b))
          .sort((a, b) => (a[0] as number) - (b[0] as number));
        expect(found.map((episode) => episode.cascades)).toEqual(expected);
        for (const episode of found) {
          const own = episode.cascades.map((number) => cascades[number] as Cascade);
          const members = own.flatMap((cascade) => cascade.members);
          expect(episode).toMatchObject({
            firstTimeUs: Math.min(...own.map(({ firstTimeUs }) => firstTimeUs)),
            lastTimeUs: Math.max(...own.map(({ lastTimeUs }) => lastTimeUs)),
            instruments: new Set(own.map(({ instrument }) => instrument)).size,
            liquidations: members.length,
            accounts: new Set(members.map((id) => liquidations.starts[id]?.account)).size,
            notionalQuanta: members.reduce((sum, id) => sum + (liquidations.liquidatedQuanta[id] as number), 0),
            depth: Math.max(...own.map(({ depth }) => depth)),
          });
          joined += own.length > 1 && episode.instruments > 1 ? 1 : 0;
        }
      }),
    );
    expect(joined).toBeGreaterThan(5);
  });
});
