/**
 * Benchmark `record`: what recording costs of a message, beside the whole of it. The same
 * mix of commands and trades as in `pipeline` is written into a record, digest included,
 * and nothing else is done; beside it the pipeline itself with 1,000 accounts.
 */
import { COMMAND } from "../sim/command.ts";
import { Record as RunRecord } from "../sim/record.ts";
import type { Benchmark } from "./benchmark.ts";
import { drawFlow, type MarketFlow } from "./market-flow.ts";
import { heapBytes, type Measurement, spreadOf, timed } from "./measure.ts";
import { benchPipeline } from "./pipeline.ts";

const ACCOUNTS = 1_000;
const START_US = 1_760_000_000_000_000;

/** Writes the commands of a flow and as many trades a message as a pipeline makes. */
class Recorder {
  readonly record = new RunRecord(false);
  readonly #flow: MarketFlow;
  readonly #tradesPerMessage: number;

  constructor(flow: MarketFlow, tradesPerMessage: number) {
    this.#flow = flow;
    this.#tradesPerMessage = tradesPerMessage;
    this.record.clock[0] = START_US;
  }

  write(from: number, until: number): void {
    const { record } = this;
    const { kind, order, side, priceTicks, lots } = this.#flow;
    let trades = Math.floor(from * this.#tradesPerMessage);
    for (let message = from; message < until; message++) {
      record.clock[0] = START_US + 100 * message;
      const account = 3 + (message % ACCOUNTS);
      const command = kind[message] === 1 ? COMMAND.cancel : COMMAND.limit;
      const takerSide = side[message] as 0 | 1;
      record.command(
        0,
        account,
        order[message] as number,
        command,
        takerSide,
        priceTicks[message] as number,
        lots[message] as number,
        0,
        null,
      );
      for (const most = Math.floor((message + 1) * this.#tradesPerMessage); trades < most; trades++) {
        record.trade(0, record.nextBooking(), 1_000_000 + trades, 7, 700, takerSide, account, account + 1, 14, 35, Number.NaN);
      }
    }
  }
}

export interface RecordResult {
  /** Nanoseconds of CPU a message: a command and its share of trades. */
  readonly nsPerMessage: Measurement;
  readonly pipelineNsPerMessage: Measurement;
  /** Part of the pipeline that recording is. */
  readonly partOfPipeline: number;
  readonly tradesPerMessage: number;
  /** Growth of the JavaScript heap a message, columns of the record not counted. */
  readonly heapBytesPerMessage: number;
  readonly digest: string;
}

/** @param messages a run; @param runs measured after a warm-up of one more */
export function benchRecord(messages: number, runs: number): RecordResult {
  const [pipeline] = benchPipeline([ACCOUNTS], messages, runs).sizes;
  if (pipeline === undefined) throw new Error("Cannot compare with a pipeline that was not measured");
  const tradesPerMessage = pipeline.trades / (messages * (runs + 1));
  const recorder = new Recorder(drawFlow(1, 0, messages * (runs + 1)), tradesPerMessage);
  recorder.write(0, messages);
  const heapBefore = heapBytes();
  const times = Array.from({ length: runs }, (_, run) => timed(messages, () => recorder.write(messages * (run + 1), messages * (run + 2))));
  const heapBytesPerMessage = (heapBytes() - heapBefore) / (messages * runs);
  const nsPerMessage = spreadOf(times);
  return {
    nsPerMessage,
    pipelineNsPerMessage: pipeline.nsPerMessage,
    partOfPipeline: nsPerMessage.median / pipeline.nsPerMessage.median,
    tradesPerMessage,
    heapBytesPerMessage,
    digest: recorder.record.digest(),
  };
}

/** `npm run bench -- record`. */
export const recordBenchmark: Benchmark<RecordResult> = {
  options: { messages: "500000", runs: "7" },
  run: ({ messages, runs }) => benchRecord(Number(messages), Number(runs)),
  lines: ({ nsPerMessage, pipelineNsPerMessage, partOfPipeline, tradesPerMessage, heapBytesPerMessage, digest }) => [
    `recording ${spread(nsPerMessage)} a message, with ${tradesPerMessage.toFixed(3)} trades each and the digest`,
    `the whole pipeline ${spread(pipelineNsPerMessage)} a message: recording is ${(100 * partOfPipeline).toFixed(1)} % of it`,
    `heap ${heapBytesPerMessage.toFixed(2)} bytes a message, digest ${digest}`,
  ],
};

function spread({ median, least, most }: Measurement): string {
  return `${median.toFixed(1)} ns (${least.toFixed(1)} to ${most.toFixed(1)})`;
}
