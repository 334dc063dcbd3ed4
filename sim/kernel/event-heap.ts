/**
 * A binary heap of events over typed arrays: the event least by (time, rank) is in slot 0.
 * Part of the event queue, which gives every event a rank of its own.
 */
import type { EventSink } from "./event-list.ts";

const FIRST_CAPACITY = 64;

export class EventHeap implements EventSink {
  length = 0;
  /** Times, ranks and subjects by slot, the least event first; valid below `length`. */
  times: Float64Array = new Float64Array(FIRST_CAPACITY);
  ranks: Float64Array = new Float64Array(FIRST_CAPACITY);
  subjects: Float64Array = new Float64Array(FIRST_CAPACITY);

  push(record: Float64Array, at: number): void {
    const timeUs = record[at] as number;
    const rank = record[at + 1] as number;
    if (this.length === this.times.length) this.#grow();
    const { times, ranks, subjects } = this;
    let hole = this.length;
    this.length = hole + 1;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      const parentUs = times[parent] as number;
      const parentRank = ranks[parent] as number;
      if (parentUs < timeUs || (parentUs === timeUs && parentRank < rank)) break;
      times[hole] = parentUs;
      ranks[hole] = parentRank;
      subjects[hole] = subjects[parent] as number;
      hole = parent;
    }
    times[hole] = timeUs;
    ranks[hole] = rank;
    subjects[hole] = record[at + 2] as number;
  }

  /** Removes the least event; there must be one. */
  drop(): void {
    const last = this.length - 1;
    this.length = last;
    if (last > 0) this.#sink(last);
  }

  /** Shows all events to a sink, in no order, and keeps them. */
  show(sink: EventSink): void {
    const record = new Float64Array(3);
    for (let slot = 0; slot < this.length; slot++) {
      this.copyTo(record, slot);
      sink.push(record, 0);
    }
  }

  /** Copies the event of a slot into a record. */
  copyTo(record: Float64Array, slot: number): void {
    record[0] = this.times[slot] as number;
    record[1] = this.ranks[slot] as number;
    record[2] = this.subjects[slot] as number;
  }

  /** Puts the event of a slot behind the last into the hole at the top, and lets it sink. */
  #sink(last: number): void {
    const { times, ranks, subjects } = this;
    const timeUs = times[last] as number;
    const rank = ranks[last] as number;
    let hole = 0;
    for (let child = 1; child < last; child = 2 * hole + 1) {
      let childUs = times[child] as number;
      const right = child + 1;
      if (right < last) {
        const rightUs = times[right] as number;
        if (rightUs < childUs || (rightUs === childUs && (ranks[right] as number) < (ranks[child] as number))) {
          child = right;
          childUs = rightUs;
        }
      }
      if (timeUs < childUs || (timeUs === childUs && rank < (ranks[child] as number))) break;
      times[hole] = childUs;
      ranks[hole] = ranks[child] as number;
      subjects[hole] = subjects[child] as number;
      hole = child;
    }
    times[hole] = timeUs;
    ranks[hole] = rank;
    subjects[hole] = subjects[last] as number;
  }

  #grow(): void {
    const capacity = this.times.length * 2;
    this.times = grown(this.times, capacity);
    this.ranks = grown(this.ranks, capacity);
    this.subjects = grown(this.subjects, capacity);
  }
}

function grown(column: Float64Array, capacity: number): Float64Array {
  const next = new Float64Array(capacity);
  next.set(column);
  return next;
}
