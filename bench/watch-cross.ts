/**
 * Benchmark `watch-cross`: which cross accounts do fifty marks put at risk (LIQ-1)? Quiet
 * ticks, at which every mark moves by a tick and nobody need be looked at; a wander, at which
 * all marks walk about and some need; and a crash, in which whoever fails is closed. Beside
 * it in the same run the obvious way, judging everybody.
 *
 * `--verify` walks all accounts at every tick of the crash: the same ones must fail in the
 * same order.
 */
import { CrossTriggerIndex } from "../sim/clearing/cross/cross-trigger-index.ts";
import { CrossJudge, walkAll } from "../sim/clearing/cross/judge.ts";
import type { CrossScopes } from "../sim/clearing/cross/scopes.ts";
import type { CrossPrices } from "../sim/clearing/cross/terms.ts";
import { Digest } from "../sim/kernel/digest.ts";
import type { Benchmark } from "./benchmark.ts";
import { CROSS_TERMS, crashPath, crowd, pricesAt, startTicks, wanderPath } from "./cross-crowd.ts";
import { spreadOf, timed } from "./measure.ts";

/** Quiet ticks are timed in blocks of so many. */
const BLOCK_TICKS = 10_000;
const BLOCKS = 60;
const WANDER_TICKS = 2_000;
const WANDERS = 5;
const WALKS = 3;
const WARM_UP_ACCOUNTS = 5_000;

/** A crowd under watch. */
class Watch {
  readonly scopes: CrossScopes;
  readonly index: CrossTriggerIndex;
  readonly digest = new Digest();
  readonly #judge: CrossJudge;
  liquidations = 0;

  constructor(accounts: number, marks: Float64Array) {
    this.scopes = crowd(accounts, marks);
    this.index = new CrossTriggerIndex(CROSS_TERMS, this.scopes, pricesAt(marks));
    this.#judge = new CrossJudge(CROSS_TERMS, this.scopes);
  }

  /** One tick: who fails, in order; they are closed. */
  tick(prices: CrossPrices): readonly number[] {
    const failing = this.index.move(prices);
    this.close(failing);
    return failing;
  }

  /** Closes whoever failed. */
  close(failing: readonly number[]): void {
    for (const scope of failing) {
      this.scopes.setPositions(scope, []);
      this.index.update(scope);
      this.digest.number(scope);
    }
    this.liquidations += failing.length;
  }

  /** Nanoseconds of judging everybody once. */
  walkNs(prices: CrossPrices): number {
    return spreadOf(Array.from({ length: WALKS }, () => timed(1, () => this.walk(prices)))).median;
  }

  walk(prices: CrossPrices): number[] {
    return walkAll(this.#judge, prices);
  }
}

export interface WatchCrossResult {
  readonly accounts: number;
  /** Nanoseconds of CPU a quiet tick: of blocks of many. */
  readonly nsPerTick: { readonly median: number; readonly mean: number; readonly p99: number };
  /** Of a wandering tick, and how many accounts it looks at. */
  readonly nsPerWanderTick: number;
  readonly lookedPerWanderTick: number;
  /** Judging everybody: before the crash and after it, and how many times more than a quiet tick that is. */
  readonly naiveNsPerTick: { readonly before: number; readonly after: number };
  readonly naiveOverQuiet: number;
  /** Of the crash, search and judgement without closing; how many times more walks at all its ticks would be; and how many it looks at. */
  readonly nsPerCrashTick: number;
  readonly naiveOverCrash: number;
  readonly nsPerLiquidation: number;
  readonly lookedPerLiquidation: number;
  readonly liquidations: number;
  /** Whether the set and order equal the naive walk's at every tick; null when it was not asked. */
  readonly verified: boolean | null;
  readonly digest: string;
}

/**
 * @param ticks of the crash
 * @param crash part of the prices that they fall by, 0 to 1
 * @param own how far a mark walks by itself in a tick, as a part of what it falls in one
 * @param own how far a mark walks by itself in a tick, as a part of what it falls in one
 * @param apart by how much of that the falls of marks differ, of which the index is not told
 */
export function benchWatchCross(
  accounts: number,
  ticks: number,
  crash: number,
  verify: boolean,
  own = 0.1,
  apart = 0,
  blocks = BLOCKS,
): WatchCrossResult {
  const marks = startTicks();
  const wanders = Array.from({ length: WANDERS + 1 }, (_, number) => wanderPath(marks, WANDER_TICKS, number));
  const path = crashPath(marks, ticks, crash, own, apart);
  const warmUp = new Watch(Math.min(accounts, WARM_UP_ACCOUNTS), marks);
  for (const prices of [...(wanders[0] as CrossPrices[]), ...path]) warmUp.tick(prices);
  const watch = new Watch(accounts, marks);
  // Whoever the first takes out is gone before others are timed.
  for (const prices of wanders[0] as CrossPrices[]) watch.tick(prices);
  const nsPerTick = quietTicks(watch, marks, blocks);
  const lookedBefore = watch.index.looked;
  const wanderNs = wanders.slice(1).map((wander) =>
    timed(wander.length, () => {
      for (const prices of wander) watch.tick(prices);
    }),
  );
  const lookedPerWanderTick = (watch.index.looked - lookedBefore) / (WANDERS * 2 * WANDER_TICKS);
  const before = watch.walkNs(pricesAt(marks));
  const { crashNs, looked, verified } = fall(watch, path, verify);
  const after = watch.walkNs(path[path.length - 1] as CrossPrices);
  return {
    accounts,
    nsPerTick,
    nsPerWanderTick: spreadOf(wanderNs).median,
    lookedPerWanderTick,
    naiveNsPerTick: { before, after },
    naiveOverQuiet: before / nsPerTick.median,
    nsPerCrashTick: crashNs / ticks,
    naiveOverCrash: (((before + after) / 2) * ticks) / crashNs,
    nsPerLiquidation: crashNs / Math.max(1, watch.liquidations),
    lookedPerLiquidation: looked / Math.max(1, watch.liquidations),
    liquidations: watch.liquidations,
    verified,
    digest: watch.digest.hex(),
  };
}

function fall(watch: Watch, path: readonly CrossPrices[], verify: boolean) {
  watch.liquidations = 0;
  const lookedBefore = watch.index.looked;
  let verified: boolean | null = verify ? true : null;
  let crashNs = 0;
  for (const prices of path) {
    const expected = verify ? watch.walk(prices) : null;
    let failing: readonly number[] = [];
    crashNs += timed(1, () => {
      failing = watch.index.move(prices);
    });
    watch.close(failing);
    if (expected === null) continue;
    verified &&= failing.length === expected.length && failing.every((scope, place) => scope === expected[place]);
  }
  return { crashNs, looked: watch.index.looked - lookedBefore, verified };
}

/** Two neighbouring sets of marks, all fifty a tick apart, back and forth, at which nobody need be looked at, or as few as there are. */
function quietTicks(watch: Watch, marks: Float64Array, blocks: number): WatchCrossResult["nsPerTick"] {
  let quiet = quietPair(marks, 0);
  let fewest = Number.POSITIVE_INFINITY;
  for (let shift = 0; shift < 200 && fewest > 0; shift++) {
    const pair = quietPair(marks, shift);
    // Those that the first visits close or settle, later ones no longer meet.
    for (let visit = 0; visit < 8; visit++) watch.tick(pair[visit & 1] as CrossPrices);
    const before = watch.index.looked;
    for (let visit = 0; visit < 16; visit++) watch.tick(pair[visit & 1] as CrossPrices);
    const looked = watch.index.looked - before;
    if (looked < fewest) [fewest, quiet] = [looked, pair];
  }
  const times: number[] = [];
  for (let block = -1; block < blocks; block++) {
    const ns = timed(BLOCK_TICKS, () => {
      for (let tick = 0; tick < BLOCK_TICKS; tick++) watch.tick(quiet[tick & 1] as CrossPrices);
    });
    if (block >= 0) times.push(ns);
  }
  times.sort((a, b) => a - b);
  const at = (part: number) => times[Math.min(times.length - 1, Math.floor(part * times.length))] as number;
  return { median: at(0.5), mean: times.reduce((sum, ns) => sum + ns, 0) / times.length, p99: at(0.99) };
}

/** Marks a little above where they started, and each a tick higher or lower. */
function quietPair(marks: Float64Array, shift: number): readonly [CrossPrices, CrossPrices] {
  return [
    pricesAt(marks.map((ticks) => ticks + shift)),
    pricesAt(marks.map((ticks, market) => ticks + shift + (market % 2 === 0 ? 1 : -1))),
  ];
}

const microseconds = (ns: number) => (ns / 1_000).toFixed(ns < 10_000 ? 2 : 0);

/** `npm run bench -- watch-cross`. */
export const watchCrossBenchmark: Benchmark<WatchCrossResult> = {
  options: { accounts: "10000", ticks: "600", crash: "0.2", own: "0.1", apart: "0", verify: false },
  run: ({ accounts, ticks, crash, own, apart, verify }) =>
    benchWatchCross(Number(accounts), Number(ticks), Number(crash), verify === "true", Number(own), Number(apart)),
  lines: (result) => {
    const { median, mean, p99 } = result.nsPerTick;
    const verified = result.verified === null ? "" : result.verified ? ", the same as walking all" : ", NOT the same as walking all";
    return [
      `${result.accounts} accounts: a quiet tick ${median.toFixed(0)} ns (mean ${mean.toFixed(0)}, 99th percentile ${p99.toFixed(0)}); walking all ${microseconds(result.naiveNsPerTick.before)} µs, ${result.naiveOverQuiet.toFixed(0)} times as much`,
      `a wandering tick ${microseconds(result.nsPerWanderTick)} µs, ${result.lookedPerWanderTick.toFixed(2)} accounts looked at`,
      `the crash: ${microseconds(result.nsPerCrashTick)} µs a tick, walking all ${result.naiveOverCrash.toFixed(0)} times as much; ${result.liquidations} liquidations${verified}`,
      `a liquidation: ${microseconds(result.nsPerLiquidation)} µs, ${result.lookedPerLiquidation.toFixed(2)} accounts looked at`,
      `digest ${result.digest}`,
    ];
  },
};
