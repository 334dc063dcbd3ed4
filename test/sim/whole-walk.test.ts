import { afterEach, expect, test, vi } from "vitest";
import { FIRST_TRADER_ACCOUNT } from "../../sim/clearing/accounts.ts";
import { compareFailures, failuresAt } from "../../sim/clearing/liquidation.ts";
import { Exchange } from "../../sim/exchange.ts";
import type { SimulationInput } from "../../sim/input.ts";
import { createStream } from "../../sim/kernel/random.ts";
import { TriggerIndex } from "../../sim/kernel/trigger-index.ts";
import { Simulation } from "../../sim/simulation.ts";
import type { MarginRules } from "../../sim/venue/rules.ts";
import type { TierTable } from "../../sim/venue/tiers.ts";
import { only, withOnly } from "./one-instrument.ts";
import { randomMarkets } from "./random-markets.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

/** A simulation whose tiers are of every kind: flat or marginal, bound in lots or in value, with the venue's own deductions or none. */
function withTiers(seed: number): SimulationInput {
  const input = randomMarkets(seed);
  const stream = createStream(seed, "test/tiers");
  const pick = <const Things extends readonly unknown[]>(things: Things): Things[number] => things[stream.below(things.length)];
  const { index, instrument } = only(input);
  const { ticks } = index;
  const { quantaPerTickLot } = instrument;
  const boundBy = pick(["lots", "value"]);
  const lotValue = ((ticks[0] as number) * quantaPerTickLot.numerator) / quantaPerTickLot.denominator;
  const bound = (lots: number) => (boundBy === "lots" ? lots : Math.round(lots * lotValue));
  const tiers: TierTable = {
    scheme: pick(["flat", "marginal"]),
    boundBy,
    tiers: [10, 25, 60, 150, Number.POSITIVE_INFINITY].map((lots, index) => ({
      upTo: Number.isFinite(lots) ? bound(lots) : Number.MAX_SAFE_INTEGER,
      maintenanceMarginRate: { numerator: 4 + 6 * index, denominator: 1_000 },
      maxLeverageHundredths: [10_000, 5_000, 4_000, 3_000, 2_500][index] as number,
      deduction: null,
    })),
  };
  const margin: MarginRules = {
    ...input.rules.margin,
    ...pick([{}, {}, { tiersIncludeOpenOrders: true }, { positionValueAt: "entry" } as const]),
    partialLiquidation: pick(["full", "full", "tier-step", "just-enough"]),
  };
  return { ...withOnly(input, { instrument: { ...instrument, tiers } }), rules: { ...input.rules, margin } };
}

test("LIQ-1 LIQ-3 TIER-1 TIER-2 MARK-5 who fails at a mark is whom a walk over all accounts finds, in its order, whatever the tiers and what counts with a position", () => {
  let exchange: Exchange | undefined;
  const watch = Exchange.prototype.watch;
  vi.spyOn(Exchange.prototype, "watch").mockImplementation(function (this: Exchange, account) {
    exchange = this;
    watch.call(this, account);
  });
  const take = TriggerIndex.prototype.take;
  const seen = { marks: 0, failing: 0, candidates: 0 };
  vi.spyOn(TriggerIndex.prototype, "take").mockImplementation(function (this: TriggerIndex, markTicks) {
    const candidates = take.call(this, markTicks);
    if (exchange === undefined || exchange.triggers !== this) return candidates;
    const { accounts, terms } = exchange;
    const all = Array.from({ length: accounts.count - FIRST_TRADER_ACCOUNT }, (_, index) => FIRST_TRADER_ACCOUNT + index);
    const { judgedPosition } = Exchange.prototype;
    const failing = (some: readonly number[]) =>
      failuresAt(terms, some, markTicks, (account) => judgedPosition.call(exchange, account))
        .sort(compareFailures)
        .map(({ account }) => account);
    const naive = failing(all);
    expect(failing(candidates)).toEqual(naive);
    seen.marks += 1;
    seen.failing += naive.length;
    seen.candidates += candidates.length;
    return candidates;
  });
  for (let seed = 1; seed <= 40; seed++) {
    exchange = undefined;
    new Simulation({ ...withTiers(seed), checkEveryEvent: false }).run();
  }
  expect(seen.failing).toBeGreaterThan(500);
  // Looking early is rare: an account that is looked at mostly fails.
  expect(seen.candidates).toBeLessThan(3 * seen.failing);
});
