import fc from "fast-check";
import { expect, test } from "vitest";
import { CrossTriggerIndex } from "../../../../sim/clearing/cross/cross-trigger-index.ts";
import { CrossJudge, walkAll } from "../../../../sim/clearing/cross/judge.ts";
import type { CrossMotion } from "../../../../sim/clearing/cross/path.ts";
import type { CrossTerms } from "../../../../sim/clearing/cross/terms.ts";
import { valueOf } from "../../../../sim/venue/instrument.ts";
import { World, type WorldChoices } from "./world.ts";

interface Watched {
  readonly failures: number;
  /** Scopes judged, and how many a walk over all would have judged. */
  readonly judged: number;
  readonly walked: number;
}

/** Moves of a tick: of all prices, of each by itself, of one wild one. */
type Weather = (tick: number) => readonly [number, number, number];

/** Watches a world for some ticks beside the walk over all; those that fail are closed, opened anew, or, a part of them, left as they are. */
function watch(choices: WorldChoices, ticks: number, weather: Weather, motion: CrossMotion = {}, left = 0.1): Watched {
  const world = new World(choices);
  const { scopes, prices, stream } = world;
  const walker = new CrossJudge(world.terms, scopes);
  const index = new CrossTriggerIndex(world.terms, scopes, prices, motion);
  const base = (scope: number) => (scopes.multi[scopes.accountOf(scope)] === 1 ? scope - (scope % 2) : scope);
  let [failures, walked] = [0, 0];
  for (let tick = 0; tick < ticks; tick++) {
    world.move(...weather(tick));
    const found = index.move(prices);
    const expected = walkAll(walker, prices);
    if (found.length !== expected.length || found.some((scope, place) => scope !== expected[place])) {
      expect({ tick, found }).toEqual({ tick, found: expected });
    }
    failures += found.length;
    walked += scopes.held.reduce((sum, held) => sum + (held > 0 ? 1 : 0), 0);
    for (const scope of found) {
      const fate = stream.next();
      if (fate < left) continue;
      if (fate < 0.3) scopes.setPositions(scope, []);
      else world.open(scope);
      index.update(scope);
    }
    if (stream.next() < 0.2) {
      const scope = base(stream.below(scopes.count));
      if (stream.next() < 0.5) world.open(scope);
      else scopes.cash[scope] = Math.round((scopes.cash[scope] as number) * (0.9 + 0.2 * stream.next()));
      index.update(scope);
    }
  }
  return { failures, judged: index.looked, walked };
}

const calm: Weather = () => [0, 0.0001, 0];
/** Calm, then a crash and what follows, with a jump of everything here and there. */
const stormy: Weather = (tick) => {
  if (tick % 97 === 96) return [tick % 2 === 0 ? -0.15 : 0.15, 0.05, 0.3];
  return tick % 300 < 200 ? [0, 0.0008, 0] : [tick % 600 < 300 ? -0.002 : 0.002, 0.001, 0.01];
};

const PROFITS = ["none", "own", "all"] as const;
const VALUES = ["mark", "last", "entry"] as const;
const KINDS = PROFITS.flatMap((profit) => VALUES.flatMap((valueAt) => [false, true].map((multi) => ({ profit, valueAt, multi }))));

test.each(KINDS)(
  "LIQ-1 ACCT-5 ACCT-6 TIER-1 TIER-2 INST-2 set and order equal the walk over all at every tick: $profit, at $valueAt, multi $multi",
  (kind) => {
    const { failures } = watch({ seed: JSON.stringify(kind), accounts: 60, markets: 7, ...kind }, 900, stormy);
    expect(failures).toBeGreaterThan(100);
  },
);

test.each(KINDS)("LIQ-1 UNIT-3 the same where a lot is worth a quantum: $profit, at $valueAt, multi $multi", (kind) => {
  const { failures } = watch({ seed: `coarse ${JSON.stringify(kind)}`, accounts: 60, markets: 5, coarse: true, ...kind }, 1_200, stormy);
  expect(failures).toBeGreaterThan(100);
});

test("LIQ-1 the same with more coordinates than a mask has bits, two of them wild", () => {
  const choices = { seed: "many", accounts: 80, markets: 45, profit: "all", valueAt: "last", multi: true } as const;
  const wild: Weather = (tick) => [tick % 400 < 200 ? 0.0005 : -0.0005, 0.0004, tick % 5 === 0 ? 0.2 : 0];
  expect(watch(choices, 1_000, wild).failures).toBeGreaterThan(50);
});

test("LIQ-1 ACCT-5 ACCT-6 TIER-1 TIER-2 the same in random worlds, however prices are expected to move", () => {
  const positive = fc.double({ min: 0.1, max: 10, noNaN: true });
  const loading = fc.double({ min: -2, max: 3, noNaN: true });
  fc.assert(
    fc.property(
      fc.record({
        seed: fc.string(),
        accounts: fc.integer({ min: 1, max: 30 }),
        markets: fc.integer({ min: 1, max: 40 }),
        profit: fc.constantFrom(...PROFITS),
        valueAt: fc.constantFrom(...VALUES),
        multi: fc.boolean(),
      }),
      fc.array(loading, { minLength: 40, maxLength: 40 }),
      fc.array(positive, { minLength: 40, maxLength: 40 }),
      fc.array(fc.tuple(loading, positive), { minLength: 1, maxLength: 10 }),
      (choices, loadings, scales, moves) => {
        const weather: Weather = (tick) => {
          const [common, own] = moves[tick % moves.length] as [number, number];
          return [common / 100, own / 1_000, own / 100];
        };
        watch(choices, 120, weather, { loadings, scales, assetLoadings: [0, 0.5] });
      },
    ),
    { numRuns: 60 },
  );
});

test("LIQ-1 in a calm few scopes are judged, and one wild instrument is a matter of those who hold it", () => {
  const choices = { seed: "calm", accounts: 300, markets: 30, profit: "all", valueAt: "mark", multi: false } as const;
  const quiet = watch(choices, 600, calm, {}, 0);
  expect(quiet.judged).toBeLessThan(quiet.walked / 20);
  const scales = [1, ...Array.from({ length: 29 }, () => 0.02)];
  const wild = watch(choices, 600, (tick) => [0, 0.0001, tick % 10 === 0 ? 0.05 : 0], { scales }, 0);
  expect(wild.judged).toBeLessThan(wild.walked / 8);
});

test("LIQ-1 in a fall of the whole market a scope is looked at a few times before it fails, not at every tick", () => {
  const choices = { seed: "fall", accounts: 300, markets: 30, profit: "all", valueAt: "mark", multi: false } as const;
  const fall: Weather = () => [-0.0005, 0.00005, 0];
  const { judged, failures } = watch(choices, 400, fall, {}, 0);
  expect(failures).toBeGreaterThan(150);
  expect(judged / failures).toBeLessThan(8.6);
});

test("LIQ-1 ACCT-6 who is carried by collateral alone fails as its index price falls, marks standing still", () => {
  const world = new World({ seed: "collateral", accounts: 1, markets: 40, profit: "all", valueAt: "mark", multi: true });
  const { scopes, prices, terms } = world;
  scopes.multi[0] = 1;
  const lots = 500;
  const market = terms.markets.findIndex(({ asset }) => asset === 0);
  const entryValue = valueOf((terms.markets[market] as CrossTerms["markets"][number]).instrument, prices.markTicks[market] as number, lots);
  scopes.setPositions(0, [{ market, lots, entryValue, judgedLots: lots }]);
  scopes.cash.set([0, Math.ceil(entryValue / 2)]);
  const at = (numerator: number) => ({
    ...prices,
    indexPrices: [
      { numerator: 1, denominator: 1 },
      { numerator, denominator: 10_000 },
    ],
  });
  const index = new CrossTriggerIndex(terms, scopes, at(40_000));
  const walker = new CrossJudge(terms, scopes);
  let failed = 0;
  for (let price = 40_000; price > 0; price -= 10) {
    const expected = walkAll(walker, at(price));
    expect(index.move(at(price))).toEqual(expected);
    failed += expected.length;
  }
  expect(failed).toBeGreaterThan(0);
  expect(failed).toBeLessThan(3_999);
});
