/** Events in columns, in no order: how the event queue gathers what it holds, to lay it out anew or to save it. */

/** Room for sequence numbers below the kind within one double: 2^44 events of a kind at 2^8 kinds. */
export const SEQUENCES: number = 2 ** 44;
/** Kinds are whole numbers from 0 to this. */
export const KIND_MOST = 255;

const SAMPLES = 256;

/**
 * What takes events. An event is handed on as a record, three doubles from a place on: time in microseconds, rank
 * (kind × `SEQUENCES` + sequence), subject. As arguments of a call that isn't inlined each would be a number on the heap.
 */
export interface EventSink {
  push(record: Float64Array, at: number): void;
}

export class EventList implements EventSink {
  length = 0;
  readonly times: Float64Array;
  readonly ranks: Float64Array;
  readonly subjects: Float64Array;

  constructor(capacity: number) {
    this.times = new Float64Array(capacity);
    this.ranks = new Float64Array(capacity);
    this.subjects = new Float64Array(capacity);
  }

  push(record: Float64Array, at: number): void {
    const row = this.length;
    this.times[row] = record[at] as number;
    this.ranks[row] = record[at + 1] as number;
    this.subjects[row] = record[at + 2] as number;
    this.length = row + 1;
  }

  /** Copies the event of a row into a record. */
  copyTo(record: Float64Array, row: number): void {
    record[0] = this.times[row] as number;
    record[1] = this.ranks[row] as number;
    record[2] = this.subjects[row] as number;
  }

  /** The earliest time, microseconds. */
  leastUs(): number {
    let least = Number.POSITIVE_INFINITY;
    for (let row = 0; row < this.length; row++) least = Math.min(least, this.times[row] as number);
    return least;
  }

  /** How far the earlier half is apart in the mean, by a sample; the whole if that is at one instant; microseconds. */
  sampledGapUs(): number {
    const step = Math.max(1, Math.floor(this.length / SAMPLES));
    const samples = new Float64Array(Math.ceil(this.length / step));
    for (let index = 0; index < samples.length; index++) samples[index] = this.times[index * step] as number;
    samples.sort();
    const first = samples[0] as number;
    const half = (samples[samples.length >> 1] as number) - first;
    return half > 0 ? (2 * half) / this.length : ((samples[samples.length - 1] as number) - first) / this.length;
  }

  /** Numbers of the rows in the order of time and rank. */
  order(): Int32Array {
    const { times, ranks } = this;
    return Int32Array.from({ length: this.length }, (_, row) => row).sort(
      (a, b) => (times[a] as number) - (times[b] as number) || (ranks[a] as number) - (ranks[b] as number),
    );
  }
}
