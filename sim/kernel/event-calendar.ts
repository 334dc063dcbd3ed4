/**
 * Buckets of events over a ring: bucket numbers grow with time, and the ring holds those from
 * the one after the cursor to as many ahead as it has places. Within a bucket events have no
 * order: the event queue sorts a bucket when its turn comes. Part of the event queue.
 *
 * A record is 32 bytes, so that an event costs one line of cache: time, rank, subject, next.
 */
import { BucketSet } from "./bucket-set.ts";
import type { EventSink } from "./event-list.ts";

const FIRST_CAPACITY = 256;
/** Numbers in a record, in doubles and in halves of doubles. */
const STRIDE = 4;
const HALVES = 8;
const RANK = 1;
const SUBJECT = 2;
/** Half of the record that links to the next record of its bucket; record 0 is nobody's and ends chains. */
const LINK = 6;

export class EventCalendar {
  /** Number of events in buckets. */
  length = 0;
  #records = new Float64Array(FIRST_CAPACITY * STRIDE);
  #links = new Int32Array(this.#records.buffer);
  /** First of the free records used before, and the first record never used. */
  #free = 0;
  #fresh = 1;
  #heads = new Int32Array(0);
  readonly #taken = new BucketSet();

  /** Places on the ring, a power of two. */
  get size(): number {
    return this.#heads.length;
  }

  /** Puts an event into a bucket; its number must lie on the ring. */
  put(bucket: number, event: Float64Array, from: number): void {
    let record = this.#free;
    if (record !== 0) this.#free = this.#links[record * HALVES + LINK] as number;
    else record = this.#freshRecord();
    const place = bucket & (this.#heads.length - 1);
    const head = this.#heads[place] as number;
    const records = this.#records;
    const at = record * STRIDE;
    records[at] = event[from] as number;
    records[at + RANK] = event[from + 1] as number;
    records[at + SUBJECT] = event[from + 2] as number;
    this.#links[record * HALVES + LINK] = head;
    this.#heads[place] = record;
    if (head === 0) this.#taken.add(place);
    this.length += 1;
  }

  /** The first bucket after a cursor that has events; there must be one. */
  nextAfter(cursor: number): number {
    const mask = this.#heads.length - 1;
    const from = (cursor + 1) & mask;
    return cursor + 1 + ((this.#taken.nextFrom(from) - from) & mask);
  }

  /** Empties a bucket into a sink, in no order. */
  take(bucket: number, sink: EventSink): void {
    const place = bucket & (this.#heads.length - 1);
    let record = this.#heads[place] as number;
    if (record === 0) return;
    this.#heads[place] = 0;
    this.#taken.remove(place);
    const records = this.#records;
    while (record !== 0) {
      const at = record * STRIDE;
      const link = record * HALVES + LINK;
      const next = this.#links[link] as number;
      sink.push(records, at);
      this.#links[link] = this.#free;
      this.#free = record;
      this.length -= 1;
      record = next;
    }
  }

  /** Shows all events to a sink, in no order, and keeps them. */
  show(sink: EventSink): void {
    for (const head of this.#heads) {
      for (let record = head; record !== 0; record = this.#links[record * HALVES + LINK] as number) {
        const at = record * STRIDE;
        const records = this.#records;
        sink.push(records, at);
      }
    }
  }

  /** Forgets all events and changes the size of the ring. @param size a power of two, at least 32 */
  reset(size: number): void {
    if (this.#heads.length === size) this.#heads.fill(0);
    else this.#heads = new Int32Array(size);
    this.#taken.reset(size);
    this.#free = 0;
    this.#fresh = 1;
    this.length = 0;
  }

  #freshRecord(): number {
    if (this.#fresh * STRIDE === this.#records.length) {
      const next = new Float64Array(this.#records.length * 2);
      next.set(this.#records);
      this.#records = next;
      this.#links = new Int32Array(next.buffer);
    }
    const record = this.#fresh;
    this.#fresh += 1;
    return record;
  }
}
