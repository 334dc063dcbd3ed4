/**
 * The event queue: what happens next (TIME-1). Total order by (time, kind, sequence):
 * at one instant kinds run in the order of their numbers, and events of one kind in the
 * order in which they were scheduled. A binary heap over typed arrays.
 */
const FIRST_CAPACITY = 1024;
/** Room for sequence numbers below the kind within one double: 2^44 events of a kind at 2^8 kinds. */
const SEQUENCES = 2 ** 44;
const KIND_MOST = 255;

export class EventQueue {
  /** Time of the event that `next` took last, microseconds. */
  timeUs = 0;
  /** Kind of the event that `next` took last. */
  kind = 0;
  /** What the event is about: a whole number given at scheduling. */
  subject = 0;
  length = 0;
  /** Events after this time never happen: they are not kept, microseconds. */
  horizonUs: number = Number.POSITIVE_INFINITY;
  #sequence = 0;
  #times = new Float64Array(FIRST_CAPACITY);
  #ranks = new Float64Array(FIRST_CAPACITY);
  #subjects = new Float64Array(FIRST_CAPACITY);

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
    if (this.length === this.#times.length) this.#grow();
    const rank = kind * SEQUENCES + this.#sequence;
    this.#sequence += 1;
    let hole = this.length;
    this.length += 1;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      if (!this.#before(timeUs, rank, parent)) break;
      this.#move(parent, hole);
      hole = parent;
    }
    this.#place(hole, timeUs, rank, subject);
  }

  /** Takes the next event into `timeUs`, `kind` and `subject`; false when there is none. */
  next(): boolean {
    if (this.length === 0) return false;
    this.timeUs = this.#times[0] as number;
    this.kind = Math.floor((this.#ranks[0] as number) / SEQUENCES);
    this.subject = this.#subjects[0] as number;
    this.length -= 1;
    const last = this.length;
    if (last > 0) this.#sink(this.#times[last] as number, this.#ranks[last] as number, this.#subjects[last] as number);
    return true;
  }

  /** Forgets everything scheduled. */
  clear(): void {
    this.length = 0;
  }

  #sink(timeUs: number, rank: number, subject: number): void {
    let hole = 0;
    for (;;) {
      let child = 2 * hole + 1;
      if (child >= this.length) break;
      const right = child + 1;
      if (right < this.length && this.#before(this.#times[right] as number, this.#ranks[right] as number, child)) child = right;
      if (this.#before(timeUs, rank, child)) break;
      this.#move(child, hole);
      hole = child;
    }
    this.#place(hole, timeUs, rank, subject);
  }

  #before(timeUs: number, rank: number, slot: number): boolean {
    const other = this.#times[slot] as number;
    return timeUs < other || (timeUs === other && rank < (this.#ranks[slot] as number));
  }

  #move(from: number, to: number): void {
    this.#times[to] = this.#times[from] as number;
    this.#ranks[to] = this.#ranks[from] as number;
    this.#subjects[to] = this.#subjects[from] as number;
  }

  #place(slot: number, timeUs: number, rank: number, subject: number): void {
    this.#times[slot] = timeUs;
    this.#ranks[slot] = rank;
    this.#subjects[slot] = subject;
  }

  #grow(): void {
    const capacity = this.#times.length * 2;
    this.#times = grown(this.#times, capacity);
    this.#ranks = grown(this.#ranks, capacity);
    this.#subjects = grown(this.#subjects, capacity);
  }
}

function grown(column: Float64Array, capacity: number): Float64Array<ArrayBuffer> {
  const next = new Float64Array(capacity);
  next.set(column);
  return next;
}
