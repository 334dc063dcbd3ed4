import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AdlPolicy } from "../../../../sim/clearing/adl/policy.ts";
import { adlTerms } from "../../../../sim/clearing/adl/price.ts";
import { profitTimesLeverage } from "../../../../sim/clearing/adl/profit-times-leverage.ts";
import type { AdlRules } from "../../../../sim/venue/rules.ts";
import { HandVenue, instrumentOf, type Start } from "../../venue-fixture.ts";

/** Long ten from 1000 with a margin of 1000: bankrupt at 900. */
const ANN: Start = { lots: 10, value: 10_000, margin: 1_000 };
const BOB: Start = { lots: -7, value: 7_000, margin: 7_000 };
const SUE: Start = { lots: -3, value: 3_000, margin: 3_000 };

const venueOf = (adl: Partial<AdlRules>, seed: number) => new HandVenue({ ann: ANN, bob: BOB, sue: SUE }, { seed, adl });

/** What each winner was closed at, and who paid for it. */
function told(venue: ReturnType<typeof venueOf>) {
  const { adl, funds } = venue.record;
  const column = (name: string) => [...adl.numbers(name)];
  return {
    lots: column("size_lots"),
    value: column("value_quanta"),
    levy: column("levy_quanta"),
    profit: column("realized_profit_quanta"),
    taken: column("taken_quanta"),
    pool: [...funds.numbers("amount_quanta")].slice(1),
    house: venue.ledger.house,
  };
}

describe("the price of auto-deleveraging, at a mark of 880 with the book empty", () => {
  test("ADL-5 bankruptcy: all at 900, the pool pays nothing", () => {
    const venue = venueOf({ price: "bankruptcy" }, 50);
    venue.judge(880);
    expect(told(venue)).toEqual({
      ...{ lots: [7, 3], value: [6_300, 2_700], levy: [0, 0], profit: [700, 300], taken: [140, 60], pool: [], house: 0 },
    });
  });

  test("ADL-5 mark: the pool pays the 200 between, if it has them", () => {
    const venue = venueOf({ price: "mark" }, 500);
    venue.judge(880);
    expect(told(venue)).toEqual({
      ...{ lots: [7, 3], value: [6_160, 2_640], levy: [0, 0], profit: [840, 360], taken: [0, 0], pool: [-140, -60], house: 0 },
    });
    expect(venue.pool.booked).toBe(300);
  });

  test("ADL-5 mark: what the pool has not is a levy on the counterparties, by lots", () => {
    const venue = venueOf({ price: "mark" }, 49);
    venue.judge(880);
    // 151 are missing: 105.7 and 45.3 of them.
    expect(told(venue)).toEqual({
      ...{ lots: [7, 3], value: [6_266, 2_685], levy: [106, 45], profit: [734, 315], taken: [106, 45], pool: [-34, -15], house: 0 },
    });
    expect(venue.pool.booked).toBe(0);
  });

  test("ADL-5 previous-mark: better than bankruptcy is the pool's gain", () => {
    const venue = venueOf({ price: "previous-mark" }, 0);
    venue.judge(912);
    venue.judge(880);
    expect(told(venue)).toEqual({
      ...{ lots: [7, 3], value: [6_384, 2_736], levy: [0, 0], profit: [616, 264], taken: [224, 96], pool: [84, 36], house: 0 },
    });
  });

  test.each([
    { denominator: 44, value: 9_000 },
    { denominator: 45, value: 8_800 },
  ])("ADL-5 bankruptcy-unless-far: 200 from 8800 is a 44th, so far from 1 / $denominator on is $value", ({ denominator, value }) => {
    const venue = venueOf({ price: "bankruptcy-unless-far", far: { numerator: 1, denominator } }, 500);
    venue.judge(880);
    expect(told(venue).value.reduce((sum, one) => sum + one, 0)).toBe(value);
  });

  test("ADL-3 ADL-5 eligible is who stays solvent net of the levy", () => {
    // sue: short 3 from 850 with 120: 30 are left at 880, which is enough for her own margin, and less than nothing at 900.
    const sue: Start = { lots: -3, value: 2_550, margin: 120 };
    const zed: Start = { lots: 3, value: 2_550, margin: 3_000 };
    const bob: Start = { lots: -10, value: 10_000, margin: 10_000 };
    const offered = (seed: number) => {
      const accounts: (readonly number[])[] = [];
      const policy: AdlPolicy["choose"] = (request, candidates, memory) => {
        accounts.push(candidates.account);
        return profitTimesLeverage.choose(request, candidates, memory);
      };
      const venue = new HandVenue({ ann: ANN, bob, sue, zed }, { mark: 850, seed, adl: { price: "mark" }, policy });
      venue.judge(880);
      return accounts.map((each) => each.map((account) => (account === venue.of("sue") ? "sue" : "bob")));
    };
    expect(offered(500)).toEqual([["bob", "sue"]]);
    expect(offered(0)).toEqual([["bob"]]);
  });
});

test("ADL-5 levy and net value: what the counterparties pay, the pool pays and the bankrupt leaves are one whole", () => {
  const rules = fc.record({
    price: fc.constantFrom("bankruptcy", "mark", "previous-mark", "bankruptcy-unless-far"),
    far: fc.record({ numerator: fc.nat({ max: 30 }), denominator: fc.constant(100) }),
  }) as fc.Arbitrary<Pick<AdlRules, "price" | "far">>;
  const tick = fc.integer({ min: 1, max: 3_000 });
  const lots = fc.integer({ min: -50, max: 50 }).filter((one) => one !== 0);
  fc.assert(
    fc.property(
      rules,
      lots,
      fc.nat({ max: 100_000 }),
      tick,
      tick,
      fc.nat({ max: 20_000 }),
      (given, size, value, mark, previous, payable) => {
        const inventory = { lots: size, value };
        const { closingValue, levy, netValue } = adlTerms(instrumentOf(), given, inventory, mark, previous, payable);
        const side = Math.sign(size);
        expect(levy).toBeGreaterThanOrEqual(0);
        expect(netValue).toBe(closingValue + side * levy);
        const loss = side * (value - closingValue);
        // Net of the levy the pool pays all of the loss up to what it can, or gains.
        expect(side * (value - netValue)).toBe(Math.min(loss, payable));
        if (given.price === "bankruptcy") expect([closingValue, levy]).toEqual([value, 0]);
        if (given.price === "mark") expect(closingValue).toBe(mark * Math.abs(size));
        if (given.price === "previous-mark") expect(closingValue).toBe(previous * Math.abs(size));
      },
    ),
  );
});
