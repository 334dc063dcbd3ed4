/**
 * Benchmark `queue`: the hold model of Vaucher and Duval (1975). With so many events pending,
 * take the next one and schedule one an exponential time after it, over and over.
 *
 * 1. `ours`: the event queue, whose order is total (TIME-1), with kinds, subjects and all checks.
 * 2. `flatqueue`: npm `flatqueue` as it is made without options; it keeps no order among equals.
 * 3. `flatqueueFixed`: the same in typed arrays of a capacity fixed beforehand.
 *
 * The digest is over a sample of the times and subjects in the order in which ours gave them;
 * the times of all three are compared, which ties can't change.
 */
import FlatQueue from "flatqueue";
import { Digest } from "../sim/kernel/digest.ts";
import { exponential } from "../sim/kernel/distributions.ts";
import { EventQueue } from "../sim/kernel/event-queue.ts";
import { createStream } from "../sim/kernel/random.ts";
import type { Benchmark } from "./benchmark.ts";
import { type Measurement, measureInTurn } from "./measure.ts";

const START_US = 1_700_000_000_000_000;
const MEAN_US = 10_000_000;
/** Waiting times are drawn once and used in turn, so that drawing isn't measured. */
const DRAWS = 2 ** 20;
const KINDS = 6;
/** Every so many events one goes into the digest. */
const DIGEST_EVERY = 64;

function drawWaits(): Float64Array {
  const stream = createStream(1, "bench/queue");
  return Float64Array.from({ length: DRAWS }, () => Math.floor(exponential(stream, MEAN_US)));
}

/** A queue that has its events pending and holds on: takes and schedules `events` of them. */
type Hold = (events: number) => number;

const waitOf = (waits: Float64Array, index: number) => waits[index & (DRAWS - 1)] as number;

function holdOurs(waits: Float64Array, pending: number, digest: Digest): Hold {
  const queue = new EventQueue();
  queue.timeUs = START_US;
  for (let event = 0; event < pending; event++) queue.schedule(START_US + waitOf(waits, event), event % KINDS, event);
  let done = pending;
  return (events) => {
    for (const until = done + events; done < until; done++) {
      queue.next();
      if (done % DIGEST_EVERY === 0) {
        digest.number(queue.timeUs);
        digest.number(queue.subject);
      }
      queue.schedule(queue.timeUs + waitOf(waits, done), queue.kind, queue.subject);
    }
    return queue.timeUs;
  };
}

function holdFlat(waits: Float64Array, pending: number, capacity?: number): Hold {
  const queue = new FlatQueue<number>(capacity);
  for (let event = 0; event < pending; event++) queue.push(event, START_US + waitOf(waits, event));
  let done = pending;
  return (events) => {
    let timeUs = 0;
    for (const until = done + events; done < until; done++) {
      timeUs = queue.peekValue() as number;
      queue.push(queue.pop() as number, timeUs + waitOf(waits, done));
    }
    return timeUs;
  };
}

/** What was measured at one number of pending events. */
export interface QueueFigures {
  readonly pending: number;
  /** Nanoseconds of one event taken and one scheduled. */
  readonly nsPerHold: { readonly ours: Measurement; readonly flatqueue: Measurement; readonly flatqueueFixed: Measurement };
  readonly ratios: { readonly flatqueueToOurs: number; readonly flatqueueFixedToOurs: number };
  /** Whether all stand at the same time after the same number of events. */
  readonly agrees: boolean;
  readonly digest: string;
}

/** What the benchmark prints. */
export interface QueueResult {
  readonly events: number;
  readonly figures: readonly QueueFigures[];
}

function benchPending(pending: number, events: number, runs: number): QueueFigures {
  const waits = drawWaits();
  const digest = new Digest();
  const ours = holdOurs(waits, pending, digest);
  const flatqueue = holdFlat(waits, pending);
  const flatqueueFixed = holdFlat(waits, pending, pending);
  const nsPerHold = measureInTurn(runs, events, {
    ours: () => ours(events),
    flatqueue: () => flatqueue(events),
    flatqueueFixed: () => flatqueueFixed(events),
  });
  const timeUs = ours(1);
  const agrees = flatqueue(1) === timeUs && flatqueueFixed(1) === timeUs;
  return {
    pending,
    nsPerHold,
    ratios: {
      flatqueueToOurs: nsPerHold.flatqueue.median / nsPerHold.ours.median,
      flatqueueFixedToOurs: nsPerHold.flatqueueFixed.median / nsPerHold.ours.median,
    },
    agrees,
    digest: digest.hex(),
  };
}

/** @param events taken and scheduled in each run. @param pendings numbers of events pending */
export function benchQueue(events: number, runs: number, pendings: readonly number[] = [10_000, 1_000_000]): QueueResult {
  return { events, figures: pendings.map((pending) => benchPending(pending, events, runs)) };
}

/** `npm run bench -- queue`. */
export const queueBenchmark: Benchmark<QueueResult> = {
  options: { events: "2000000", runs: "9" },
  run: ({ events, runs }) => benchQueue(Number(events), Number(runs)),
  lines: ({ figures }) =>
    figures.flatMap(({ pending, nsPerHold, ratios, agrees, digest }) => [
      `${pending} pending`,
      ...Object.entries(nsPerHold).map(
        ([name, { median, least, most }]) =>
          `  ${name.padEnd(14)} ${median.toFixed(1)} ns an event (${least.toFixed(1)} to ${most.toFixed(1)}), ${(1000 / median).toFixed(1)} M/s`,
      ),
      `  ours is ${ratios.flatqueueToOurs.toFixed(2)}× flatqueue, ${ratios.flatqueueFixedToOurs.toFixed(2)}× flatqueue in fixed arrays`,
      `  times ${agrees ? "agree" : "DISAGREE"}, digest ${digest}`,
    ]),
};
