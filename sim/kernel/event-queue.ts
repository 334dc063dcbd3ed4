/**
 * The event queue: what happens next (TIME-1). Total order by (time, kind, sequence):
 * at one instant kinds run in the order of their numbers, and events of one kind in the
 * order in which they were scheduled.
 *
 * A calendar queue (Brown 1988) between two heaps. The near heap holds what is due in the
 * bucket at the cursor or before it, usually an event or two; the calendar holds unsorted buckets
 * ahead of it; the far heap holds what lies beyond the calendar. When too much goes through
 * heaps, because the times have changed their rhythm, all is laid out again with buckets as
 * wide as the events are apart. The queue allocates nothing per event, only when it lays out or grows. However the times lie, an event goes through two heaps at
 * most, so that nothing ever costs more than a heap's logarithm (and an even share of layouts).
 */
import { EventCalendar } from "./event-calendar.ts";
import { EventHeap } from "./event-heap.ts";
import { EventList, KIND_MOST, SEQUENCES } from "./event-list.ts";
import { columnsOf, type EventQueueState, eventsOf, numberOf } from "./event-state.ts";

/** Up to so many events one heap is the fastest queue; a calendar is given up at a quarter of it. */
const HEAP_MOST = 128;
const RING_LEAST = 1024;
const RING_MOST = 2 ** 23;
/** Places on the ring per event, at least; it is twice as many just after growing. */
const RING_PER_EVENT = 2;
const RING_PER_EVENT_MOST = 16;
/** Typed arrays end before. */
const LENGTH_MOST = 2 ** 30;
/** Width of a bucket in gaps between events. */
const GAPS_PER_BUCKET = 2;
/** A near heap longer than this is one that a narrower bucket would have spared us. */
const NEAR_MOST = 16;
/** A layout that didn't help is repeated less and less often, down to this many times less. */
const PATIENCE_MOST = 64;

/** Places in `#layout`: the cursor's bucket, the first beyond the ring, time of bucket 0, buckets per microsecond. */
const CURSOR = 0;
const END = 1;
const ORIGIN = 2;
const PER_US = 3;
/** When the layout was made, how many events have been taken since, and how many of them ill. */
const MADE = 4;
const TAKEN = 5;
const MISFITS = 6;
const MISFITS_MOST = 7;
const PATIENCE = 8;
/** With the cursor at infinity everything is near, and the queue is a plain heap. */
const PLAIN = [Number.POSITIVE_INFINITY, 0, 0, 0, 0, 0, 0, Number.POSITIVE_INFINITY, 1];

/** Places in `#now`. */
const TIME_US = 0;
const SUBJECT = 1;
const SEQUENCE = 2;

export class EventQueue {
  /** Kind of the event that `next` took last. */
  kind = 0;
  length = 0;
  /** Events after this time never happen: they are not kept, microseconds. */
  horizonUs: number = Number.POSITIVE_INFINITY;
  /** Time and subject of the event that `next` took last, and the next sequence number: in a column, since numbers kept in fields would be boxed. */
  readonly #now = new Float64Array(3);
  readonly #near = new EventHeap();
  readonly #calendar = new EventCalendar();
  readonly #far = new EventHeap();
  /** The event on its way, as a record. */
  readonly #staged = new Float64Array(3);
  readonly #layout = new Float64Array(PLAIN);
  /** Above this length all is laid out anew: 0 when that is due anyway. */
  #lengthMost = HEAP_MOST;

  /** Time of the event that `next` took last, microseconds. */
  get timeUs(): number {
    return this.#now[TIME_US] as number;
  }

  set timeUs(timeUs: number) {
    this.#now[TIME_US] = timeUs;
  }

  /** What the event that `next` took last is about: a whole number given at scheduling. */
  get subject(): number {
    return this.#now[SUBJECT] as number;
  }

  /**
   * Schedules an event.
   * @throws RangeError for a time that is no whole microsecond or lies before the current one
   */
  schedule(timeUs: number, kind: number, subject: number): void {
    if (timeUs > this.horizonUs && Number.isInteger(timeUs)) return;
    if (!Number.isSafeInteger(timeUs) || timeUs < this.timeUs) {
      throw new RangeError(`Cannot schedule an event at ${timeUs} µs: the clock stands at ${this.timeUs} µs`);
    }
    if (!Number.isInteger(kind) || kind < 0 || kind > KIND_MOST)
      throw new RangeError(`Cannot schedule an event of kind ${kind}: kinds are 0 to ${KIND_MOST}`);
    const sequence = this.#now[SEQUENCE] as number;
    const rank = kind * SEQUENCES + sequence;
    this.#now[SEQUENCE] = sequence + 1;
    this.length += 1;
    const staged = this.#staged;
    staged[0] = timeUs;
    staged[1] = rank;
    staged[2] = subject;
    this.#file(staged);
    if (this.length > this.#lengthMost) this.#layOut(this.#gather());
  }

  /** Time of the next event, microseconds; infinity when there is none. */
  get nextTimeUs(): number {
    if (this.length === 0) return Number.POSITIVE_INFINITY;
    if (this.#near.length === 0) this.#advance();
    return this.#near.times[0] as number;
  }

  /** Takes the next event into `timeUs`, `kind` and `subject`; false when there is none. */
  next(): boolean {
    if (this.length === 0) return false;
    const near = this.#near;
    const layout = this.#layout;
    if (near.length === 0) this.#advance();
    const rank = near.ranks[0] as number;
    this.#now[TIME_US] = near.times[0] as number;
    this.kind = Math.floor(rank / SEQUENCES);
    this.#now[SUBJECT] = near.subjects[0] as number;
    near.drop();
    this.length -= 1;
    layout[TAKEN] = (layout[TAKEN] as number) + 1;
    return true;
  }

  /** Forgets everything scheduled. */
  clear(): void {
    this.length = 0;
    this.#layOut(new EventList(0));
  }

  /** Everything that decides what comes out from here on, for `restore`; the layout of events doesn't. */
  state(): EventQueueState {
    const { timeUs, kind, subject, horizonUs } = this;
    return { numbers: { timeUs, kind, subject, horizonUs, sequence: this.#now[SEQUENCE] as number }, columns: columnsOf(this.#gather()) };
  }

  /**
   * Puts the queue where it stood when `state` was taken.
   * @throws InputError for what `state` cannot have given; the queue stays as it was
   */
  restore(state: EventQueueState): void {
    const sequence = numberOf(state, "sequence");
    const list = eventsOf(state, sequence);
    const [timeUs, kind, subject, horizonUs] = [
      numberOf(state, "timeUs"),
      numberOf(state, "kind"),
      numberOf(state, "subject"),
      numberOf(state, "horizonUs"),
    ];
    this.timeUs = timeUs;
    this.kind = kind;
    this.#now[SUBJECT] = subject;
    this.horizonUs = horizonUs;
    this.#now[SEQUENCE] = sequence;
    this.length = list.length;
    this.#layout[TAKEN] = 0;
    this.#layOut(list);
  }

  /** Puts an event where its time belongs in the present layout. */
  #file(event: Float64Array): void {
    const layout = this.#layout;
    // Monotone in the time: differences of safe integers are exact, and rounding a product keeps order.
    const bucket = ((event[0] as number) - (layout[ORIGIN] as number)) * (layout[PER_US] as number);
    if (bucket < (layout[CURSOR] as number) + 1) {
      this.#near.push(event, 0);
      if (this.#near.length > NEAR_MOST) this.#misfit(1);
    } else if (bucket < (layout[END] as number)) this.#calendar.put(Math.floor(bucket), event, 0);
    else this.#far.push(event, 0);
  }

  /** Fills the near heap, which is empty, from the next bucket that has events. */
  #advance(): void {
    const calendar = this.#calendar;
    if (this.length * RING_PER_EVENT_MOST < calendar.size || this.#lengthMost === 0) {
      this.#layOut(this.#gather());
      if (this.#near.length > 0) return;
    }
    const layout = this.#layout;
    const far = this.#far;
    let cursor = calendar.length > 0 ? calendar.nextAfter(layout[CURSOR] as number) : Number.POSITIVE_INFINITY;
    if (far.length > 0) cursor = Math.min(cursor, this.#farBucket());
    layout[CURSOR] = cursor;
    layout[END] = cursor + calendar.size;
    calendar.take(cursor, this.#near);
    let misfits = Math.max(0, this.#near.length - NEAR_MOST);
    while (far.length > 0 && this.#farBucket() <= cursor) {
      far.copyTo(this.#staged, 0);
      this.#near.push(this.#staged, 0);
      far.drop();
      misfits += 1;
    }
    if (misfits > 0) this.#misfit(misfits);
  }

  /** Counts events that the layout has made no cheaper; after too many a new one is due. */
  #misfit(count: number): void {
    const layout = this.#layout;
    layout[MISFITS] = (layout[MISFITS] as number) + count;
    if ((layout[MISFITS] as number) > (layout[MISFITS_MOST] as number)) this.#lengthMost = 0;
  }

  /** Bucket of the least event of the far heap. */
  #farBucket(): number {
    const layout = this.#layout;
    return Math.floor(((this.#far.times[0] as number) - (layout[ORIGIN] as number)) * (layout[PER_US] as number));
  }

  #gather(): EventList {
    const list = new EventList(this.length);
    this.#near.show(list);
    this.#far.show(list);
    this.#calendar.show(list);
    return list;
  }

  /** Lays everything out anew, with buckets that fit. @param list all events */
  #layOut(list: EventList): void {
    const layout = this.#layout;
    this.#near.length = 0;
    this.#far.length = 0;
    const plain = list.length <= HEAP_MOST;
    if (plain) this.#layOutPlain();
    else this.#layOutRing(list);
    layout[MADE] = this.timeUs;
    layout[TAKEN] = 0;
    for (let row = 0; row < list.length; row++) {
      list.copyTo(this.#staged, row);
      this.#file(this.#staged);
    }
    // Only what comes from here on counts against the layout.
    layout[MISFITS] = 0;
    if (plain) this.#lengthMost = HEAP_MOST;
    else this.#lengthMost = this.#calendar.size < RING_MOST ? this.#calendar.size : LENGTH_MOST;
  }

  #layOutPlain(): void {
    this.#calendar.reset(RING_LEAST);
    this.#layout.set(PLAIN);
  }

  #layOutRing(list: EventList): void {
    const layout = this.#layout;
    const size = ringFor(list.length);
    const gapUs = this.#observedGapUs() || list.sampledGapUs();
    const before = layout[PER_US] as number;
    const perUs = 1 / Math.max(1, GAPS_PER_BUCKET * gapUs);
    const alike = size === this.#calendar.size && perUs < 2 * before && 2 * perUs > before;
    this.#calendar.reset(size);
    layout[CURSOR] = 0;
    layout[END] = size;
    layout[ORIGIN] = list.leastUs();
    layout[PER_US] = perUs;
    layout[PATIENCE] = alike ? Math.min(PATIENCE_MOST, 2 * (layout[PATIENCE] as number)) : 1;
    layout[MISFITS_MOST] = (layout[PATIENCE] as number) * list.length;
  }

  /** Time between the events taken since the last layout, microseconds; 0 when they tell nothing. */
  #observedGapUs(): number {
    const taken = this.#layout[TAKEN] as number;
    // A plain heap may have been made before the clock was set.
    if (this.#layout[PER_US] === 0) return 0;
    return 2 * taken >= this.length ? (this.timeUs - (this.#layout[MADE] as number)) / taken : 0;
  }
}

function ringFor(length: number): number {
  let size = RING_LEAST;
  while (size < RING_PER_EVENT * length && size < RING_MOST) size *= 2;
  return size;
}
