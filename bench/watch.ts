/**
 * Benchmark `watch`: which isolated positions does a mark put at risk (LIQ-1)? Quiet ticks,
 * at which nobody's trigger is reached, and a crash in which each tick takes those it
 * reaches out of the trigger index, judges them exactly and closes the ones that fail.
 *
 * `--verify` walks all accounts at every tick of the crash beside it: the same accounts
 * must fail in the same order.
 */
import { Accounts, FIRST_TRADER_ACCOUNT } from "../sim/clearing/accounts.ts";
import { failingScopes } from "../sim/clearing/liquidation.ts";
import { initialMargin } from "../sim/clearing/margin.ts";
import { triggerTicks } from "../sim/clearing/trigger-ticks.ts";
import { Digest } from "../sim/kernel/digest.ts";
import { createStream } from "../sim/kernel/random.ts";
import { TriggerIndex } from "../sim/kernel/trigger-index.ts";
import { valueOf } from "../sim/venue/instrument.ts";
import type { Benchmark } from "./benchmark.ts";
import { TERMS } from "./contract.ts";
import { timed } from "./measure.ts";

const START_TICKS = 1_000_000;
/** Quiet ticks are timed in blocks of so many. */
const BLOCK_TICKS = 20_000;
const BLOCKS = 60;
/** Leverage settings, hundredths, and how far from the start price entries lie, ticks. */
const LEVERAGES = [200, 500, 1_000, 2_000, 5_000, 10_000];
const ENTRY_TICKS = 40_000;
const LOTS_MOST = 1_500;
const WARM_UP_ACCOUNTS = 20_000;

/** Positions in an index, as a venue with one instrument has them. */
class Watch {
  readonly accounts: Accounts;
  readonly digest = new Digest();
  readonly #triggers: TriggerIndex;
  liquidations = 0;
  /** Positions judged: those whose trigger a mark has reached, whether they fail or not. */
  judged = 0;

  constructor(count: number) {
    const { instrument } = TERMS;
    this.accounts = new Accounts(FIRST_TRADER_ACCOUNT + count);
    this.#triggers = new TriggerIndex(this.accounts.count);
    const stream = createStream(1, "bench/watch");
    const { accounts } = this;
    for (let account = FIRST_TRADER_ACCOUNT; account < accounts.count; account++) {
      const lots = (stream.next() < 0.5 ? 1 : -1) * (1 + stream.below(LOTS_MOST));
      const value = valueOf(instrument, START_TICKS + stream.below(2 * ENTRY_TICKS) - ENTRY_TICKS, lots);
      accounts.positionLots[account] = lots;
      accounts.entryValue[account] = value;
      accounts.margin[account] = initialMargin(TERMS, value, LEVERAGES[stream.below(LEVERAGES.length)] as number);
      this.#watch(account);
    }
  }

  /** One mark: who fails, in order; they are closed. */
  tick(markTicks: number): readonly number[] {
    const candidates = this.#triggers.take(markTicks);
    if (candidates.length === 0) return candidates;
    this.judged += candidates.length;
    const failing = failingScopes(this.accounts, TERMS, candidates, markTicks);
    for (const account of failing) {
      this.accounts.positionLots[account] = 0;
      this.digest.number(account);
    }
    this.liquidations += failing.length;
    for (const account of candidates) this.#watch(account);
    return failing;
  }

  #watch(account: number): void {
    const { positionLots, entryValue, margin } = this.accounts;
    const lots = positionLots[account] as number;
    const ticks = lots === 0 ? 0 : triggerTicks(TERMS, lots, entryValue[account] as number, margin[account] as number);
    this.#triggers.set(account, lots, ticks);
  }
}

export interface WatchResult {
  readonly accounts: number;
  /** Nanoseconds of CPU a quiet tick: of blocks of many. */
  readonly nsPerTick: { readonly median: number; readonly mean: number; readonly p99: number };
  /** Of the crash: a tick, and what a liquidation comes to. */
  readonly nsPerCrashTick: number;
  readonly nsPerLiquidation: number;
  readonly liquidations: number;
  /** Whether the set and order equal the naive walk's at every tick; null when it was not asked. */
  readonly verified: boolean | null;
  readonly digest: string;
}

/**
 * @param ticks of the crash
 * @param crash part of the price that it falls by, 0 to 1
 */
export function benchWatch(count: number, ticks: number, crash: number, verify: boolean): WatchResult {
  const path = Float64Array.from({ length: ticks }, (_, tick) => Math.round(START_TICKS * (1 - (crash * (tick + 1)) / ticks)));
  const warmUp = new Watch(Math.min(count, WARM_UP_ACCOUNTS));
  for (const mark of path) warmUp.tick(mark);
  const watch = new Watch(count);
  const quiet = quietTicks(watch);
  watch.liquidations = 0;
  let crashNs: number;
  let verified: boolean | null = null;
  if (verify) {
    verified = true;
    crashNs = timed(1, () => {
      for (const mark of path) {
        const naive = naiveWalk(watch.accounts, mark);
        const failing = watch.tick(mark);
        verified &&= failing.length === naive.length && failing.every((account, place) => account === naive[place]);
      }
    });
  } else {
    crashNs = timed(1, () => {
      for (const mark of path) watch.tick(mark);
    });
  }
  return {
    accounts: count,
    nsPerTick: quiet,
    nsPerCrashTick: crashNs / ticks,
    nsPerLiquidation: crashNs / Math.max(1, watch.liquidations),
    liquidations: watch.liquidations,
    verified,
    digest: watch.digest.hex(),
  };
}

/** A mark near the start price that, like the next one, reaches nobody's trigger. */
function quietMark(watch: Watch): number {
  for (let mark = START_TICKS; ; mark++) {
    // Whom the first visit closes the second no longer meets.
    for (const tick of [mark, mark + 1]) watch.tick(tick);
    const before = watch.judged;
    for (const tick of [mark, mark + 1]) watch.tick(tick);
    if (watch.judged === before) return mark;
  }
}

/** Two quiet marks, back and forth. */
function quietTicks(watch: Watch): WatchResult["nsPerTick"] {
  const quiet = quietMark(watch);
  const times: number[] = [];
  for (let block = -1; block < BLOCKS; block++) {
    const ns = timed(BLOCK_TICKS, () => {
      for (let tick = 0; tick < BLOCK_TICKS; tick++) watch.tick(quiet + (tick & 1));
    });
    if (block >= 0) times.push(ns);
  }
  times.sort((a, b) => a - b);
  const at = (part: number) => times[Math.min(times.length - 1, Math.floor(part * times.length))] as number;
  return { median: at(0.5), mean: times.reduce((sum, ns) => sum + ns, 0) / times.length, p99: at(0.99) };
}

/** The obvious way: everybody is judged. */
function naiveWalk(accounts: Accounts, markTicks: number): number[] {
  const all = Array.from({ length: accounts.count - FIRST_TRADER_ACCOUNT }, (_, index) => FIRST_TRADER_ACCOUNT + index);
  return failingScopes(accounts, TERMS, all, markTicks);
}

/** `npm run bench -- watch`. */
export const watchBenchmark: Benchmark<WatchResult> = {
  options: { accounts: "100000", ticks: "600", crash: "0.2", verify: false },
  run: ({ accounts, ticks, crash, verify }) => benchWatch(Number(accounts), Number(ticks), Number(crash), verify === "true"),
  lines: ({ accounts, nsPerTick: { median, mean, p99 }, nsPerCrashTick, nsPerLiquidation, liquidations, verified, digest }) => [
    `${accounts} accounts: a quiet tick ${median.toFixed(1)} ns (mean ${mean.toFixed(1)}, 99th percentile ${p99.toFixed(1)})`,
    `the crash: ${(nsPerCrashTick / 1000).toFixed(1)} µs a tick, ${nsPerLiquidation.toFixed(0)} ns a liquidation, ${liquidations} liquidations${verified === null ? "" : verified ? ", the same as walking all" : ", NOT the same as walking all"}`,
    `digest ${digest}`,
  ],
};
