import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EventQueue } from "../../../sim/kernel/event-queue.ts";
import { createStream } from "../../../sim/kernel/random.ts";

interface Scheduled {
  readonly timeUs: number;
  readonly kind: number;
  readonly subject: number;
  readonly order: number;
}

/** The obvious queue: everything in one list, sorted by (time, kind, order of scheduling). */
class ReferenceQueue {
  readonly events: Scheduled[] = [];
  #count = 0;

  schedule(timeUs: number, kind: number, subject: number): void {
    const event = { timeUs, kind, subject, order: this.#count++ };
    // Later events of equal time and kind belong behind: the first place with something that comes after.
    let place = this.events.length;
    while (place > 0 && before(event, this.events[place - 1] as Scheduled)) place -= 1;
    this.events.splice(place, 0, event);
  }

  next(): Scheduled | undefined {
    return this.events.shift();
  }
}

function before(a: Scheduled, b: Scheduled): boolean {
  if (a.timeUs !== b.timeUs) return a.timeUs < b.timeUs;
  if (a.kind !== b.kind) return a.kind < b.kind;
  return a.order < b.order;
}

/** Takes everything that is left. */
function drain(queue: EventQueue): [number, number, number][] {
  const taken: [number, number, number][] = [];
  while (queue.next()) taken.push([queue.timeUs, queue.kind, queue.subject]);
  return taken;
}

describe("event queue", () => {
  test("TIME-1 100,000 random commands come out as from a sorted list, ties in order of scheduling", () => {
    const stream = createStream(1, "test/event-queue");
    const queue = new EventQueue();
    const reference = new ReferenceQueue();
    let most = 0;
    for (let command = 0; command < 100_000; command++) {
      // Long phases of filling and of emptying, so that the queue is at times empty and at times long.
      const filling = Math.floor(command / 4_000) % 2 === 0;
      if (stream.next() < (filling ? 0.6 : 0.4)) {
        // Few distinct times ahead: most events share their instant with others.
        const timeUs = queue.timeUs + stream.below(8);
        const kind = stream.below(6);
        queue.schedule(timeUs, kind, command);
        reference.schedule(timeUs, kind, command);
      } else {
        const expected = reference.next();
        const taken = queue.next() ? [queue.timeUs, queue.kind, queue.subject] : undefined;
        if (expected === undefined) expect(taken).toBeUndefined();
        else if (taken === undefined || taken[0] !== expected.timeUs || taken[1] !== expected.kind || taken[2] !== expected.subject) {
          expect.fail(`command ${command}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(taken)}`);
        }
      }
      if (queue.length !== reference.events.length) expect.fail(`command ${command}: length ${queue.length}`);
      most = Math.max(most, queue.length);
    }
    expect(most).toBeGreaterThan(500);
    expect(drain(queue)).toEqual(reference.events.map(({ timeUs, kind, subject }) => [timeUs, kind, subject]));
  });

  test("TIME-1 order is total: time, then kind, then scheduling", () => {
    const event = fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 255 }), fc.maxSafeInteger());
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        const queue = new EventQueue();
        for (const [timeUs, kind, subject] of events) queue.schedule(timeUs, kind, subject);
        // Array.prototype.sort is stable.
        expect(drain(queue)).toEqual(events.slice().sort((a, b) => a[0] - b[0] || a[1] - b[1]));
      }),
    );
  });

  test("TIME-1 what an event schedules for its own instant still runs in it, behind its equals", () => {
    const queue = new EventQueue();
    queue.schedule(10, 3, 1);
    queue.schedule(10, 3, 2);
    queue.schedule(11, 0, 9);
    expect(queue.next()).toBe(true);
    queue.schedule(10, 3, 3);
    queue.schedule(10, 0, 4);
    expect(drain(queue)).toEqual([
      [10, 0, 4],
      [10, 3, 2],
      [10, 3, 3],
      [11, 0, 9],
    ]);
    expect(queue.next()).toBe(false);
    expect([queue.timeUs, queue.kind, queue.subject, queue.length]).toEqual([11, 0, 9, 0]);
  });

  test("TIME-1 the past is refused, naming both times, and changes nothing", () => {
    const queue = new EventQueue();
    queue.timeUs = 1_000;
    queue.schedule(2_000, 0, 1);
    queue.next();
    expect(() => queue.schedule(1_999, 0, 2)).toThrow("Cannot schedule an event at 1999 µs: the clock stands at 2000 µs");
    for (const timeUs of [2_000.5, Number.NaN, Number.POSITIVE_INFINITY, -1, 2 ** 53]) {
      expect(() => queue.schedule(timeUs, 0, 2)).toThrow(RangeError);
    }
    expect(queue.length).toBe(0);
    queue.schedule(2_000, 0, 3);
    expect(drain(queue)).toEqual([[2_000, 0, 3]]);
  });

  test.each([-1, 256, 1.5, 0.25, Number.NaN])("TIME-1 a kind of %s is refused", (kind) => {
    const queue = new EventQueue();
    expect(() => queue.schedule(1, kind, 0)).toThrow(`Cannot schedule an event of kind ${kind}`);
    expect(queue.length).toBe(0);
  });

  test("grows beyond its first capacity without losing or mixing events", () => {
    const queue = new EventQueue();
    const count = 10_000;
    // Backwards in time, three kinds, subjects up to the edge.
    for (let event = 0; event < count; event++)
      queue.schedule(Math.floor((count - event) / 10), event % 3, Number.MAX_SAFE_INTEGER - event);
    expect(queue.length).toBe(count);
    const taken = drain(queue);
    expect(taken).toHaveLength(count);
    expect(new Set(taken.map(([, , subject]) => subject)).size).toBe(count);
    for (let place = 1; place < count; place++) {
      const [a, b] = [taken[place - 1] as [number, number, number], taken[place] as [number, number, number]];
      // Subjects fall with scheduling.
      const ordered = a[0] < b[0] || (a[0] === b[0] && (a[1] < b[1] || (a[1] === b[1] && a[2] > b[2])));
      if (!ordered) expect.fail(`${a} before ${b}`);
    }
    for (const [timeUs, kind, subject] of taken) {
      const event = Number.MAX_SAFE_INTEGER - subject;
      if (timeUs !== Math.floor((count - event) / 10) || kind !== event % 3) expect.fail(`event ${event} came out as ${timeUs}/${kind}`);
    }
  });

  test("clear forgets what is scheduled and keeps the clock", () => {
    const queue = new EventQueue();
    for (const timeUs of [5, 6, 7]) queue.schedule(timeUs, 0, timeUs);
    queue.next();
    queue.clear();
    expect([queue.length, queue.next(), queue.timeUs]).toEqual([0, false, 5]);
    expect(() => queue.schedule(4, 0, 0)).toThrow(RangeError);
    queue.schedule(5, 1, 8);
    expect(drain(queue)).toEqual([[5, 1, 8]]);
  });
});
