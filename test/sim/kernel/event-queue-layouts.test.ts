import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EventQueue } from "../../../sim/kernel/event-queue.ts";
import type { EventQueueState } from "../../../sim/kernel/event-state.ts";
import { InputError } from "../../../sim/kernel/input-error.ts";
import { createStream, type RandomStream } from "../../../sim/kernel/random.ts";

const START_US = 1_700_000_000_000_000;
const SECOND_US = 1_000_000;
const HOUR_US = 3_600 * SECOND_US;
const YEAR_US = 365 * 24 * HOUR_US;

type Row = readonly [timeUs: number, kind: number, subject: number, order: number];

/** The obvious queue: one sorted list; what is taken stays in front of `#taken`. */
class ReferenceQueue {
  readonly #rows: Row[] = [];
  #taken = 0;
  #count = 0;

  schedule(timeUs: number, kind: number, subject: number): void {
    const row: Row = [timeUs, kind, subject, this.#count++];
    let [low, high] = [this.#taken, this.#rows.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const [atUs, atKind] = this.#rows[middle] as Row;
      if (atUs < timeUs || (atUs === timeUs && atKind <= kind)) low = middle + 1;
      else high = middle;
    }
    this.#rows.splice(low, 0, row);
  }

  next(): Row | undefined {
    return this.#rows[this.#taken] === undefined ? undefined : this.#rows[this.#taken++];
  }

  copy(): ReferenceQueue {
    const copy = new ReferenceQueue();
    copy.#rows.push(...this.#rows.slice(this.#taken));
    copy.#count = this.#count;
    return copy;
  }

  get length(): number {
    return this.#rows.length - this.#taken;
  }
}

/** How long until an event, microseconds: the rhythms that a layout has to follow. */
const RHYTHMS: Readonly<Record<string, (stream: RandomStream, nowUs: number) => number>> = {
  instant: () => 0,
  microseconds: (stream) => stream.below(5),
  milliseconds: (stream) => stream.below(50_000),
  "whole seconds": (stream, nowUs) => SECOND_US * (1 + stream.below(3)) - (nowUs % SECOND_US),
  hours: (stream) => stream.below(48 * HOUR_US),
  years: (stream) => YEAR_US + stream.below(100 * YEAR_US),
  "two rhythms": (stream) => (stream.next() < 0.5 ? stream.below(20) : HOUR_US + stream.below(HOUR_US)),
  "powers of two": (stream) => 2 ** stream.below(50),
};

interface Phase {
  readonly rhythm: string;
  readonly commands: number;
  /** Of ten commands, so many schedule; the others take. */
  readonly scheduling: number;
}

const phase: fc.Arbitrary<Phase> = fc.record({
  rhythm: fc.constantFrom(...Object.keys(RHYTHMS)),
  commands: fc.integer({ min: 1, max: 2_000 }),
  scheduling: fc.integer({ min: 0, max: 10 }),
});

/** Lets a queue and its reference do the same, and calls `each` after every command. */
function drive(
  queue: EventQueue,
  reference: ReferenceQueue,
  phases: readonly Phase[],
  seed: number,
  each: (command: number) => void,
): void {
  const stream = createStream(seed, "test/event-queue-layouts");
  let command = 0;
  for (const { rhythm, commands, scheduling } of phases) {
    const wait = RHYTHMS[rhythm] as (stream: RandomStream, nowUs: number) => number;
    for (let index = 0; index < commands; index++, command++) {
      if (stream.below(10) < scheduling) {
        const timeUs = Math.min(Number.MAX_SAFE_INTEGER, queue.timeUs + wait(stream, queue.timeUs));
        const kind = stream.below(4) * 85;
        queue.schedule(timeUs, kind, command);
        if (timeUs <= queue.horizonUs) reference.schedule(timeUs, kind, command);
      } else compareNext(queue, reference, `command ${command}`);
      if (queue.length !== reference.length) expect.fail(`command ${command}: length ${queue.length}, expected ${reference.length}`);
      each(command);
    }
  }
}

function compareNext(queue: EventQueue, reference: ReferenceQueue, where: string): void {
  const expected = reference.next();
  const taken = queue.next();
  const [timeUs, kind, subject] = expected ?? [];
  if (taken !== (expected !== undefined) || (taken && (queue.timeUs !== timeUs || queue.kind !== kind || queue.subject !== subject)))
    expect.fail(`${where}: expected ${expected}, got ${taken ? [queue.timeUs, queue.kind, queue.subject] : "none"}`);
}

function drainBoth(queue: EventQueue, reference: ReferenceQueue): void {
  while (reference.length > 0) compareNext(queue, reference, `with ${reference.length} left`);
  expect(queue.next()).toBe(false);
}

const nothing = () => {};

describe("event queue in all its layouts", () => {
  test("TIME-1 phases of every rhythm come out as from a sorted list", () => {
    fc.assert(
      fc.property(fc.array(phase, { minLength: 1, maxLength: 8 }), fc.nat(), (phases, seed) => {
        const [queue, reference] = [new EventQueue(), new ReferenceQueue()];
        queue.timeUs = START_US;
        drive(queue, reference, phases, seed, nothing);
        drainBoth(queue, reference);
      }),
      { numRuns: 150 },
    );
  });

  test.each(Object.keys(RHYTHMS))("TIME-1 100,000 commands in the rhythm of %s, held at thousands pending and drained", (rhythm) => {
    const [queue, reference] = [new EventQueue(), new ReferenceQueue()];
    queue.timeUs = START_US;
    const phases = [9, 5, 1, 6, 5].map((scheduling) => ({ rhythm, commands: scheduling === 5 ? 40_000 : 6_500, scheduling }));
    let most = 0;
    drive(queue, reference, phases, 7, () => {
      most = Math.max(most, queue.length);
    });
    expect(most).toBeGreaterThan(4_000);
    drainBoth(queue, reference);
  });

  test("TIME-1 100,000 events at few instants far apart, scheduled before any is taken", () => {
    const stream = createStream(3, "test/event-queue-layouts");
    const queue = new EventQueue();
    const rows: Row[] = [];
    for (let event = 0; event < 100_000; event++) {
      const row: Row = [START_US + stream.below(5) * 1_000 * HOUR_US, stream.below(256), event, event];
      rows.push(row);
      queue.schedule(row[0], row[1], row[2]);
    }
    rows.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    for (const [timeUs, kind, subject] of rows) {
      if (!queue.next() || queue.timeUs !== timeUs || queue.kind !== kind || queue.subject !== subject)
        expect.fail(`expected ${[timeUs, kind, subject]}, got ${[queue.timeUs, queue.kind, queue.subject]}`);
    }
    expect(queue.next()).toBe(false);
  });

  test("TIME-1 nothing after the horizon is kept, in every layout", () => {
    fc.assert(
      fc.property(fc.array(phase, { minLength: 1, maxLength: 5 }), fc.nat(), fc.nat(200 * HOUR_US), (phases, seed, aheadUs) => {
        const [queue, reference] = [new EventQueue(), new ReferenceQueue()];
        queue.timeUs = START_US;
        queue.horizonUs = START_US + aheadUs;
        drive(queue, reference, phases, seed, nothing);
        drainBoth(queue, reference);
        expect(queue.timeUs).toBeLessThanOrEqual(queue.horizonUs);
      }),
      { numRuns: 50 },
    );
  });

  test("TIME-1 a clock that is set back opens the time between again", () => {
    const queue = new EventQueue();
    for (let event = 0; event < 5_000; event++) queue.schedule(START_US + event * 1_000, 0, event);
    for (let event = 0; event < 3_000; event++) queue.next();
    queue.timeUs = START_US;
    queue.schedule(START_US + 500, 0, -1);
    expect([queue.next(), queue.timeUs, queue.subject]).toEqual([true, START_US + 500, -1]);
    expect([queue.next(), queue.subject]).toEqual([true, 3_000]);
  });

  test("TIME-1 clear forgets what lies in heaps and buckets", () => {
    const [queue, reference] = [new EventQueue(), new ReferenceQueue()];
    queue.timeUs = START_US;
    for (let event = 0; event < 3_000; event++) queue.schedule(START_US + 2 ** (event % 50), 0, event);
    queue.clear();
    expect([queue.length, queue.next()]).toEqual([0, false]);
    drive(queue, reference, [{ rhythm: "milliseconds", commands: 3_000, scheduling: 8 }], 1, nothing);
    drainBoth(queue, reference);
  });
});

describe("state of the event queue", () => {
  test("TIME-4 a queue restored after any command continues identically, also into one that was in use", () => {
    const several = fc.array(phase, { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(several, several, several, fc.nat(), (before, after, elsewhere, seed) => {
        const [queue, reference, restored] = [new EventQueue(), new ReferenceQueue(), new EventQueue()];
        queue.timeUs = START_US;
        queue.horizonUs = START_US + 20 * YEAR_US;
        drive(queue, reference, before, seed, nothing);
        drive(restored, new ReferenceQueue(), elsewhere, seed + 1, nothing);
        const state = queue.state();
        const copy = reference.copy();
        restored.restore(structuredClone(state));
        expect(standing(restored)).toEqual(standing(queue));
        expect(restored.state()).toEqual(state);
        drive(queue, reference, after, seed + 2, nothing);
        drive(restored, copy, after, seed + 2, nothing);
        expect(restored.state()).toEqual(queue.state());
        drainBoth(restored, copy);
      }),
      { numRuns: 100 },
    );
  });

  test("TIME-4 the state lists events in their order, whatever the layout", () => {
    const queue = new EventQueue();
    queue.timeUs = START_US;
    for (let event = 0; event < 2_000; event++) queue.schedule(START_US + ((event * 7_919) % 500) ** 4, event % 3, event);
    const { numbers, columns } = queue.state();
    expect(numbers).toEqual({ timeUs: START_US, kind: 0, subject: 0, horizonUs: Number.POSITIVE_INFINITY, sequence: 2_000 });
    for (let row = 0; queue.next(); row++) {
      const expected = [queue.timeUs, queue.kind, queue.subject, queue.subject];
      expect(["timesUs", "kinds", "sequences", "subjects"].map((name) => columns[name]?.[row])).toEqual(expected);
    }
    expect(columns["timesUs"]).toHaveLength(2_000);
  });

  test.each<[problem: string, spoil: (state: EventQueueState) => void, message: string]>([
    ["no sequence", ({ numbers }) => delete numbers["sequence"], "queue: sequence: expected a number, got undefined"],
    ["half a sequence", ({ numbers }) => set(numbers, "sequence", 2.5), "queue: sequence: expected a whole number, got 2.5"],
    ["no clock", ({ numbers }) => set(numbers, "timeUs", Number.NaN), "queue: timeUs: expected a number, got NaN"],
    ["no subjects", ({ columns }) => delete columns["subjects"], "queue: subjects: the column is missing"],
    ["a row too few", ({ columns }) => set(columns, "kinds", new Int32Array(2)), "queue: kinds: expected 3 rows, got 2"],
    ["half a microsecond", ({ columns }) => set(columns["timesUs"], 1, 5.5), "queue: timesUs: row 1: cannot be 5.5"],
    ["an unknown kind", ({ columns }) => set(columns["kinds"], 2, 256), "queue: kinds: row 2: cannot be 256"],
    ["a sequence to come", ({ columns }) => set(columns["sequences"], 0, 3), "queue: sequences: row 0: cannot be 3"],
    ["times out of order", ({ columns }) => set(columns["timesUs"], 0, 7), "queue: timesUs: row 1: 5 is not in the order"],
    ["kinds out of order", ({ columns }) => set(columns["kinds"], 0, 9), "queue: timesUs: row 1: 5 is not in the order"],
  ])("TIME-4 a state with %s is refused, and the queue stays as it was", (_, spoil, message) => {
    const [queue, other] = [new EventQueue(), new EventQueue()];
    queue.schedule(5, 1, 10);
    queue.schedule(5, 2, 11);
    queue.schedule(6, 0, 12);
    const state = queue.state();
    spoil(state);
    other.schedule(1, 1, 1);
    const before = other.state();
    expect(() => other.restore(state)).toThrow(InputError);
    expect(() => other.restore(state)).toThrow(message);
    expect(other.state()).toEqual(before);
    expect([other.next(), other.timeUs, other.subject]).toEqual([true, 1, 1]);
  });
});

function standing({ timeUs, kind, subject, length, horizonUs }: EventQueue) {
  return { timeUs, kind, subject, length, horizonUs };
}

function set(target: unknown, key: string | number, value: unknown): void {
  (target as Record<string | number, unknown>)[key] = value;
}
