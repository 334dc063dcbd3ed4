/**
 * Benchmark `match`: price-time matching of limit orders and cancels, with all that the
 * book can do compiled in. On a drawn flow beside `nodejs-order-book`, or on the flow of
 * a file.
 */
import { readFileSync } from "node:fs";
import { Digest } from "../sim/kernel/digest.ts";
import { NO_ACCOUNT, OrderBook, type Side } from "../sim/market/order-book.ts";
import type { Benchmark } from "./benchmark.ts";
import { drawFlow, type MarketFlow } from "./market-flow.ts";
import { heapBytes, type Measurement, spreadOf, timed } from "./measure.ts";
import { playPeer, tradesOfPeer } from "./peer-book.ts";

const LIVE_ORDERS = 5_000;
const PEER_MESSAGES = 20_000;
const FIELDS = 5;
const RECORD_BYTES = 4 * FIELDS;
const HEAP_MESSAGES = 10_000_000;

/** What playing a flow came to. */
interface Played {
  readonly trades: number;
  readonly volume: number;
  readonly digest: string;
}

/** Lots and numbers of what traded, in order: a checksum cheap enough not to be what is measured. */
class TradeSum {
  readonly #state = new Float64Array(3);
  readonly #hash = new Int32Array(1);

  add(book: OrderBook): void {
    const { matching } = book;
    for (let trade = 0; trade < matching.count; trade++) {
      const lots = matching.lots[trade] as number;
      this.#state[0] = (this.#state[0] as number) + 1;
      this.#state[1] = (this.#state[1] as number) + lots;
      const mixed = Math.imul((this.#hash[0] as number) ^ (matching.makerOrder[trade] as number), 0x9e3779b1);
      this.#hash[0] = (mixed ^ (mixed >>> 15)) + (matching.priceTicks[trade] as number) + lots;
    }
  }

  result(book: OrderBook): Played {
    const digest = new Digest();
    digest.number(this.#hash[0] as number);
    for (const value of [book.size, book.bidTicks, book.askTicks, book.lastTicks]) digest.number(value);
    return { trades: this.#state[0] as number, volume: this.#state[1] as number, digest: digest.hex() };
  }
}

/** Plays messages `from` to `until`. */
function play(book: OrderBook, flow: MarketFlow, from: number, until: number, sum: TradeSum): void {
  const { kind, order, side, priceTicks, lots } = flow;
  for (let message = from; message < until; message++) {
    const number = order[message] as number;
    if (kind[message] === 1) book.cancel(number);
    else {
      book.submit(number, NO_ACCOUNT, side[message] as Side, priceTicks[message] as number, lots[message] as number, true);
      if (book.matching.count > 0) sum.add(book);
    }
  }
}

export interface MatchResult extends Played {
  readonly messagesPerCpuSecond: number;
  readonly nsPerMessage: Measurement;
  /** On the drawn flow only: the peer, how much faster, whether both traded alike, growth of the heap. */
  readonly peerMessagesPerCpuSecond?: number;
  readonly ratioToPeer?: number;
  readonly peerAgrees?: boolean;
  readonly heapBytesPerMessage?: number;
}

/** Plays a whole flow several times, each time into a fresh book. */
export function benchFlow(flow: MarketFlow, runs: number): MatchResult {
  let played: Played = { trades: 0, volume: 0, digest: "" };
  const once = () => {
    const book = new OrderBook();
    const sum = new TradeSum();
    const ns = timed(Math.max(1, flow.count), () => play(book, flow, 0, flow.count, sum));
    played = sum.result(book);
    return ns;
  };
  for (let warm = 0; warm < 2; warm++) once();
  const ns = spreadOf(Array.from({ length: runs }, once));
  return { messagesPerCpuSecond: 1e9 / ns.median, nsPerMessage: ns, ...played };
}

/** The drawn flow, and the peer on the part of it that it can play in reasonable time. */
export function benchMatch(messages: number, runs: number): MatchResult {
  const flow = drawFlow(1, LIVE_ORDERS, messages);
  const own = benchFlow(flow, runs);
  const part = Math.min(flow.count, LIVE_ORDERS + PEER_MESSAGES);
  const peerNs: number[] = [];
  let peerTrades = { trades: 0, volume: 0 };
  for (let run = 0; run < Math.min(runs, 3) + 1; run++) {
    const peer = playPeer(flow, 0, LIVE_ORDERS);
    peerNs.push(timed(part - LIVE_ORDERS, () => playPeer(flow, LIVE_ORDERS, part, peer)));
  }
  peerTrades = tradesOfPeer(flow, part);
  const book = new OrderBook();
  const sum = new TradeSum();
  play(book, flow, 0, part, sum);
  const ours = sum.result(book);
  const peerMedian = spreadOf(peerNs.slice(1)).median;
  return {
    ...own,
    peerMessagesPerCpuSecond: 1e9 / peerMedian,
    ratioToPeer: peerMedian / own.nsPerMessage.median,
    peerAgrees: ours.trades === peerTrades.trades && ours.volume === peerTrades.volume,
    heapBytesPerMessage: heapGrowth(flow),
  };
}

function heapGrowth(flow: MarketFlow): number {
  const book = new OrderBook();
  const sum = new TradeSum();
  play(book, flow, 0, flow.count, sum);
  const rounds = Math.ceil(HEAP_MESSAGES / flow.count);
  const before = heapBytes();
  for (let round = 0; round < rounds; round++) {
    for (let message = 0; message < flow.count; message++) book.cancel(flow.order[message] as number);
    play(book, flow, 0, flow.count, sum);
  }
  return (heapBytes() - before) / (rounds * flow.count);
}

/**
 * Reads a flow: little-endian int32 records of five, without header.
 * @throws Error naming file, record, field and value
 */
export function readFlow(file: string): MarketFlow {
  const bytes = readFileSync(file);
  if (bytes.length === 0 || bytes.length % RECORD_BYTES !== 0) {
    throw new Error(`${file}: expected records of ${RECORD_BYTES} bytes, got ${bytes.length} bytes`);
  }
  const count = bytes.length / RECORD_BYTES;
  const flow = {
    count,
    kind: new Uint8Array(count),
    order: new Int32Array(count),
    side: new Uint8Array(count),
    priceTicks: new Int32Array(count),
    lots: new Int32Array(count),
  };
  for (let record = 0; record < count; record++) {
    const field = (place: number) => bytes.readInt32LE(record * RECORD_BYTES + 4 * place);
    const [kind, order, side, priceTicks, lots] = [field(0), field(1), field(2), field(3), field(4)];
    const refuse = (what: string, expected: string, got: number): never => {
      throw new Error(`${file}: record ${record + 1}: ${what}: expected ${expected}, got ${got}`);
    };
    if (kind !== 0 && kind !== 1) refuse("type", "0 or 1", kind);
    if (kind === 0 && side !== 0 && side !== 1) refuse("side", "0 or 1", side);
    if (kind === 0 && priceTicks < 1) refuse("price", "at least 1", priceTicks);
    if (kind === 0 && lots < 1) refuse("lots", "at least 1", lots);
    flow.kind[record] = kind;
    flow.order[record] = order;
    flow.side[record] = side;
    flow.priceTicks[record] = priceTicks;
    flow.lots[record] = lots;
  }
  return flow;
}

/** `npm run bench -- match`. */
export const matchBenchmark: Benchmark<MatchResult> = {
  options: { flow: "", messages: "2000000", runs: "7" },
  run: ({ flow = "", messages, runs }) =>
    flow === "" ? benchMatch(Number(messages), Number(runs)) : benchFlow(readFlow(flow), Number(runs)),
  lines: (result) => {
    const { messagesPerCpuSecond, nsPerMessage, trades, volume, digest, ratioToPeer, peerMessagesPerCpuSecond = 0 } = result;
    const { median, least, most } = nsPerMessage;
    const lines = [
      `${(messagesPerCpuSecond / 1e6).toFixed(1)} M messages a CPU second, ${median.toFixed(1)} ns a message (${least.toFixed(1)} to ${most.toFixed(1)})`,
      `${trades} trades, ${volume} lots, digest ${digest}`,
    ];
    if (ratioToPeer === undefined) return lines;
    return [
      ...lines,
      `${ratioToPeer.toFixed(0)}× nodejs-order-book (${(peerMessagesPerCpuSecond / 1e6).toFixed(3)} M messages a CPU second), trades ${result.peerAgrees ? "agree" : "DIFFER"}`,
      `heap ${result.heapBytesPerMessage?.toFixed(3)} bytes a message over 10 M messages`,
    ];
  },
};
