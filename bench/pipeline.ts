/**
 * Benchmark `pipeline`: messages through everything a run does with them, at 1,000,
 * 100,000 and 1,000,000 accounts: event queue, pre-trade margin, matching, fees and
 * profit in whole quanta, upkeep of the trigger index, recording with the digest, and a
 * mark every 20 messages that judges and, where somebody fails, liquidates. It is the
 * run's own exchange, waterfall and record; only the agents are a drawn flow.
 *
 * Beside it `nodejs-order-book` plays the same flow in bare matching.
 */
import { Accounts, FIRST_TRADER_ACCOUNT } from "../sim/clearing/accounts.ts";
import { profitTimesLeverage } from "../sim/clearing/adl/profit-times-leverage.ts";
import { Pool } from "../sim/clearing/insurance-fund.ts";
import { Ledger } from "../sim/clearing/ledger.ts";
import { initialMargin } from "../sim/clearing/margin.ts";
import { EVENT } from "../sim/event-kinds.ts";
import { Exchange } from "../sim/exchange.ts";
import { judge } from "../sim/judge.ts";
import { EventQueue } from "../sim/kernel/event-queue.ts";
import { createStream } from "../sim/kernel/random.ts";
import type { Side } from "../sim/market/order-book.ts";
import { Record as RunRecord } from "../sim/record.ts";
import { valueOf } from "../sim/venue/instrument.ts";
import type { AdlRules } from "../sim/venue/rules.ts";
import { Waterfall } from "../sim/waterfall.ts";
import type { Benchmark } from "./benchmark.ts";
import { TERMS } from "./contract.ts";
import { drawFlow, type MarketFlow } from "./market-flow.ts";
import { heapBytes, type Measurement, spreadOf, timed } from "./measure.ts";
import { playPeer } from "./peer-book.ts";

const LIVE_ORDERS = 5_000;
const IN_FLIGHT = 1_000;
const MESSAGES_A_MARK = 20;
const START_US = 1_760_000_000_000_000;
const GAP_US_MOST = 200;
const CASH_QUANTA = 100_000_000_000;
const POSITION_LOTS = 200;
const ENTRY_TICKS = 1_000_000;
const LEVERAGE_HUNDREDTHS = 1_000;
const ADL: AdlRules = {
  policy: "profit-times-leverage",
  eligible: "all",
  triggers: ["fund-short"],
  drawdown: null,
  beyond: { numerator: 1, denominator: 20 },
  cancels: "instrument",
  price: "bankruptcy",
  far: { numerator: 1, denominator: 20 },
};
const PEER_MESSAGES = 20_000;

/** A venue with open positions that plays a flow, some messages at a time. */
class Pipeline {
  readonly record = new RunRecord(false);
  readonly exchange: Exchange;
  readonly #queue = new EventQueue();
  readonly #waterfall: Waterfall;
  readonly #flow: MarketFlow;
  /** Account of each message: of a cancel that of its order. */
  readonly #account: Int32Array;
  readonly #gapUs: Int32Array;
  #scheduled = 0;
  /** Time of the message scheduled last. */
  readonly #lastUs = Float64Array.of(START_US);

  constructor(accountCount: number, flow: MarketFlow) {
    const accounts = new Accounts(FIRST_TRADER_ACCOUNT + accountCount);
    const ledger = new Ledger(accounts, new Pool("perpetual/BTC/USDT"), TERMS);
    this.#flow = flow;
    this.exchange = new Exchange(ledger, TERMS, this.record, {
      filled: () => {},
      done: () => {},
      trimmed: () => {},
      refused: () => {},
      reduced: () => {},
      engineTraded: (liquidation, lots, value) => this.#waterfall.engine.traded(liquidation, lots, value),
      shortfall: (_account, amount) => this.#waterfall.engine.payShortfall(amount),
    });
    this.#waterfall = new Waterfall(
      this.exchange,
      { adl: ADL, surplusTo: "pool", takeoverAt: "bankruptcy" },
      profitTimesLeverage,
      this.record,
      {
        reduced: () => {},
        liquidated: () => {},
        deleveraged: () => {},
        cancelEverywhere: () => {},
      },
    );
    this.exchange.markTicks = ENTRY_TICKS;
    this.#waterfall.engine.seed(CASH_QUANTA);
    const value = valueOf(TERMS.instrument, ENTRY_TICKS, POSITION_LOTS);
    const margin = initialMargin(TERMS, value, LEVERAGE_HUNDREDTHS);
    for (let account = FIRST_TRADER_ACCOUNT; account < accounts.count; account++) {
      accounts.leverageHundredths[account] = LEVERAGE_HUNDREDTHS;
      ledger.deposit(account, CASH_QUANTA);
      ledger.open(account, account % 2 === 0 ? POSITION_LOTS : -POSITION_LOTS, value, margin);
      this.exchange.watch(account);
    }
    const stream = createStream(1, "bench/pipeline");
    const accountOfOrder = new Int32Array(flow.count + 1);
    this.#account = new Int32Array(flow.count);
    this.#gapUs = new Int32Array(flow.count);
    for (let message = 0; message < flow.count; message++) {
      const order = flow.order[message] as number;
      if (flow.kind[message] === 0) accountOfOrder[order] = FIRST_TRADER_ACCOUNT + stream.below(accountCount);
      this.#account[message] = accountOfOrder[order] as number;
      this.#gapUs[message] = stream.below(GAP_US_MOST);
    }
    this.#queue.timeUs = START_US;
    while (this.#scheduled < IN_FLIGHT) this.#scheduleNext();
  }

  /** Plays messages up to number `until`. */
  play(until: number): void {
    const { exchange } = this;
    const queue = this.#queue;
    for (;;) {
      if (!queue.next()) return;
      const message = queue.subject;
      exchange.timeUs = queue.timeUs;
      this.#execute(message);
      if (this.#scheduled < this.#flow.count) this.#scheduleNext();
      if (message % MESSAGES_A_MARK === 0) this.#mark();
      if (message + 1 === until) return;
    }
  }

  digest(): string {
    return this.record.digest();
  }

  get liquidations(): number {
    return this.#waterfall.liquidations.count;
  }

  #execute(message: number): void {
    const flow = this.#flow;
    const account = this.#account[message] as number;
    const order = flow.order[message] as number;
    if (flow.kind[message] === 1) this.exchange.cancel(account, order);
    else this.exchange.limit(account, order, flow.side[message] as Side, flow.priceTicks[message] as number, flow.lots[message] as number);
  }

  #scheduleNext(): void {
    const message = this.#scheduled;
    this.#lastUs[0] = (this.#lastUs[0] as number) + (this.#gapUs[message] as number);
    this.#queue.schedule(this.#lastUs[0], EVENT.command, message);
    this.#scheduled += 1;
  }

  #mark(): void {
    const { exchange } = this;
    const { bidTicks, askTicks } = exchange.book;
    if (bidTicks === 0 || askTicks === 0) return;
    const mid = Math.floor((bidTicks + askTicks) / 2);
    exchange.markTicks = mid;
    const mark = {
      timeUs: exchange.timeUs,
      markTicks: mid,
      shadowMarkTicks: mid,
      previousMarkTicks: mid,
      strongest: () => -1,
      strongestTicks: () => 0,
    };
    judge([{ exchange, waterfall: this.#waterfall, mark }]);
  }
}

/** One size of the venue. */
export interface PipelineMeasurement {
  readonly accounts: number;
  /** Nanoseconds of CPU a message. */
  readonly nsPerMessage: Measurement;
  readonly messagesPerCpuSecond: number;
  /** Against bare matching of the same flow in the peer. */
  readonly ratioToPeer: number;
  /** Growth of the JavaScript heap a message, columns of the record not counted. */
  readonly heapBytesPerMessage: number;
  readonly trades: number;
  readonly liquidations: number;
  readonly digest: string;
}

export interface PipelineResult {
  readonly peerMessagesPerCpuSecond: number;
  readonly sizes: readonly PipelineMeasurement[];
}

/** @param messages a run; @param runs measured after a warm-up of one more */
export function benchPipeline(sizes: readonly number[], messages: number, runs: number): PipelineResult {
  const flow = drawFlow(1, LIVE_ORDERS, messages * (runs + 1));
  const peerMessages = Math.min(PEER_MESSAGES, messages);
  const peer = playPeer(flow, 0, LIVE_ORDERS);
  let played = LIVE_ORDERS;
  const peerNs: number[] = [];
  const measurePeer = () => {
    const until = Math.min(flow.count, played + peerMessages);
    peerNs.push(timed(until - played, () => playPeer(flow, played, until, peer)));
    played = until;
  };
  measurePeer();
  peerNs.length = 0;
  const results = sizes.map((accounts) => {
    const pipeline = new Pipeline(accounts, flow);
    let at = LIVE_ORDERS + messages;
    pipeline.play(at);
    const heapBefore = heapBytes();
    const times: number[] = [];
    for (let run = 0; run < runs; run++) {
      times.push(timed(messages, () => pipeline.play(at + messages)));
      at += messages;
      measurePeer();
    }
    const heapBytesPerMessage = (heapBytes() - heapBefore) / (messages * runs);
    const ns = spreadOf(times);
    return {
      accounts,
      ns,
      heapBytesPerMessage,
      trades: pipeline.record.trades.rowCount,
      liquidations: pipeline.liquidations,
      digest: pipeline.digest(),
    };
  });
  const peerPerMessage = spreadOf(peerNs).median;
  return {
    peerMessagesPerCpuSecond: 1e9 / peerPerMessage,
    sizes: results.map(({ ns, ...rest }) => ({
      ...rest,
      nsPerMessage: ns,
      messagesPerCpuSecond: 1e9 / ns.median,
      ratioToPeer: peerPerMessage / ns.median,
    })),
  };
}

/** `npm run bench -- pipeline`. */
export const pipelineBenchmark: Benchmark<PipelineResult> = {
  options: { accounts: "1000,100000,1000000", messages: "500000", runs: "5" },
  run: ({ accounts = "", messages, runs }) => benchPipeline(accounts.split(",").map(Number), Number(messages), Number(runs)),
  lines: ({ peerMessagesPerCpuSecond, sizes }) => [
    `nodejs-order-book, bare matching: ${(peerMessagesPerCpuSecond / 1e6).toFixed(3)} M messages a CPU second`,
    ...sizes.map(
      ({
        accounts,
        nsPerMessage: { median, least, most },
        messagesPerCpuSecond,
        ratioToPeer,
        heapBytesPerMessage,
        trades,
        liquidations,
        digest,
      }) =>
        `${String(accounts).padStart(8)} accounts: ${(messagesPerCpuSecond / 1e6).toFixed(2)} M messages a CPU second, ${median.toFixed(1)} ns a message (${least.toFixed(1)} to ${most.toFixed(1)}), ${ratioToPeer.toFixed(1)}× the peer, heap ${heapBytesPerMessage.toFixed(2)} bytes a message, ${trades} trades, ${liquidations} liquidations, digest ${digest}`,
    ),
  ],
};
