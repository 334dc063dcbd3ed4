import { describe, expect, test } from "vitest";
import { BUY, OrderBook, SELL } from "../../sim/market/order-book.ts";
import { Pricing } from "../../sim/pricing.ts";
import { Record as RunRecord } from "../../sim/record.ts";
import type { FundingRules, MarkRules, VenueRules } from "../../sim/venue/rules.ts";
import { type OneInput, oneInstrument, only } from "./one-instrument.ts";
import { randomInput } from "./random-simulation.ts";
import { instrumentOf } from "./venue-fixture.ts";

const SECOND = 1_000_000;

/** Funding every 100 s that follows the premium alone. */
const FUNDING: FundingRules = {
  intervalUs: 100 * SECOND,
  interestHundredMillionths: 0,
  clampHundredMillionths: 0,
  capHundredMillionths: 50_000_000,
  impactNotionalQuanta: 5_000,
};

const IMPACT = { partPerQuantum: 1e-6, halfLifeUs: 50 * SECOND };

/** Prices at an index of 1000 from second 0 on, with a slow average that never moves. */
function pricingOf(
  rule: MarkRules["rule"],
  rules: Partial<VenueRules> = {},
  more: Partial<OneInput> = {},
  record = new RunRecord(false),
): Pricing {
  const plain = randomInput(1);
  const input = oneInstrument({
    ...plain,
    ...only(plain),
    poolSeedQuanta: 0,
    instrument: instrumentOf(),
    rules: { ...plain.rules, mark: { rule, averageUs: SECOND, clamp: { numerator: 1, denominator: 2 } }, ...rules },
    index: { startUs: 0, intervalUs: SECOND, ticks: Float64Array.of(1_000) },
    displacementHalfLifeUs: 1e12,
    slowAverageUs: 1e15,
    ...more,
  });
  return new Pricing(0, only(input), input.rules, input, record);
}

/** A book with a last trade, a bid and an ask of a hundred lots each. */
function bookOf(lastTicks: number, bidTicks: number, askTicks: number): OrderBook {
  const book = new OrderBook();
  book.submit(1, 10, SELL, lastTicks, 1, true);
  book.submit(2, 11, BUY, lastTicks, 1, true);
  book.submit(3, 10, BUY, bidTicks, 100, true);
  book.submit(4, 11, SELL, askTicks, 100, true);
  return book;
}

/** Mark and shadow mark after one second of a book that a liquidation has pushed down by 60 ticks. */
function pushed(pricing: Pricing): { readonly mark: number; readonly shadow: number; readonly displaced: number } {
  pricing.step(0, 1_000, new OrderBook());
  pricing.displacement.add(SECOND, 0, -60);
  pricing.step(SECOND, 1_000, bookOf(930, 930, 950));
  return { mark: pricing.markTicks, shadow: pricing.shadowMarkTicks, displaced: Math.round(pricing.displacedTicks) };
}

test("TIME-4 MARK-1..4 restored into fresh prices it goes on as before, outage and running interval included", () => {
  const outages = [{ fromUs: 20 * SECOND, untilUs: 40 * SECOND }];
  const market = { name: "a", weight: 1, offset: { numerator: 1, denominator: 100 }, outages };
  const index = { combine: "mean", staleAfterUs: 2 * SECOND, ownMarketWeight: { numerator: 1, denominator: 10 } } as const;
  const fresh = (record: RunRecord) =>
    pricingOf("median", { funding: FUNDING, index }, { externalMarkets: [market], externalImpact: IMPACT }, record);
  const records = [new RunRecord(false), new RunRecord(false)] as const;
  const [one, copy] = [fresh(records[0]), fresh(records[1])];
  const step = (pricing: Pricing, second: number) => {
    pricing.step(second * SECOND, 1_000 + second, bookOf(900 + 7 * second, 800 + 9 * second, 850 + 9 * second));
    return pricing.state();
  };
  one.tradedExternally(0, 50);
  for (let second = 0; second < 30; second++) step(one, second);
  copy.restore(one.state());
  for (let second = 30; second < 130; second++) expect(step(copy, second), `second ${second}`).toEqual(step(one, second));
  expect(records[1].indexOutages.rowCount).toBe(1);
  expect(records.map(({ indexOutages }) => indexOutages.numbers("from_time_us")[0])).toEqual([22 * SECOND, 22 * SECOND]);
});

describe("mark and shadow mark", () => {
  test("CASC-1 MARK-2 median: the shadow mark goes by mid and last without the displacement", () => {
    // Index 1000, half of the way to mid 940 is 970, last 930; without 60: 1000, half of the way to 1000, 990.
    expect(pushed(pricingOf("median"))).toEqual({ mark: 970, shadow: 1_000, displaced: -60 });
  });

  test("CASC-1 MARK-3 index-basis: the shadow mark goes by the premium of impact prices without the displacement", () => {
    // The ask of 950 is 5 % below the index, 1010 is above it: the average with the empty book before is half of 5 %, of which 99 % is left.
    expect(pushed(pricingOf("index-basis", { funding: FUNDING }))).toEqual({ mark: 975, shadow: 1_000, displaced: -60 });
    expect(pushed(pricingOf("index-basis"))).toEqual({ mark: 1_000, shadow: 1_000, displaced: -60 });
  });

  test("CASC-1 MARK-4 the shadow mark goes by the index without what the displacement contributed through own trades", () => {
    const index = { combine: "mean", staleAfterUs: 0, ownMarketWeight: { numerator: 1, denominator: 2 } } as const;
    // Half of 1000 and last 930 is 965; last would have been 955 less the part that cannot be displacement: mid 940 stands 25 below that index.
    expect(pushed(pricingOf("index", { index }))).toEqual({ mark: 965, shadow: 978, displaced: -25 });
  });

  test("CASC-1 with nothing displaced the two are the same under every rule", () => {
    for (const rule of ["index", "index-ema", "index-basis", "median"] as const) {
      const pricing = pricingOf(rule, { funding: FUNDING });
      for (let second = 0; second < 50; second++) {
        pricing.step(second * SECOND, 1_000 + second, bookOf(900 + 7 * second, 800 + 9 * second, 850 + 9 * second));
        expect(pricing.shadowMarkTicks, `${rule} ${second}`).toBe(pricing.markTicks);
      }
    }
  });
});
