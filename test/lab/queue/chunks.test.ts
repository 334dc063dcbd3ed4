import fc from "fast-check";
import { expect, test } from "vitest";
import { chunkSize, RUNS_MOST, RunTime } from "../../../lab/queue/chunks.ts";
import { packJob, type QueuedRun, unpackJob } from "../../../lab/queue/job.ts";

const seconds = fc.double({ min: 0, max: 1e4, noNaN: true });

test("a job has 1 to 50 runs, never more than there are, and jobs of any sweep come to all its runs", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 0, max: 512 }), seconds, (runs, threads, secondsEach) => {
      const sizes: number[] = [];
      for (let left = runs; left > 0; left -= sizes.at(-1) as number) {
        const size = chunkSize(left, threads, secondsEach);
        expect(Number.isInteger(size) && size >= 1 && size <= Math.min(RUNS_MOST, left)).toBe(true);
        sizes.push(size);
      }
      // Jobs shrink towards the end, so that no thread waits long for the last.
      expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    }),
  );
});

test("slower runs and more threads never make larger jobs, more runs never smaller ones", () => {
  const left = fc.integer({ min: 1, max: 1e5 });
  const threads = fc.integer({ min: 0, max: 512 });
  fc.assert(
    fc.property(left, left, threads, threads, seconds, seconds, (runs, moreRuns, some, more, quick, slow) => {
      const [fewest, most] = [Math.min(runs, moreRuns), Math.max(runs, moreRuns)];
      const size = chunkSize(most, Math.min(some, more), Math.min(quick, slow));
      expect(chunkSize(fewest, Math.min(some, more), Math.min(quick, slow))).toBeLessThanOrEqual(size);
      expect(chunkSize(most, Math.max(some, more), Math.min(quick, slow))).toBeLessThanOrEqual(size);
      expect(chunkSize(most, Math.min(some, more), Math.max(quick, slow))).toBeLessThanOrEqual(size);
    }),
  );
});

test.each([
  { left: 10_000, threads: 4, secondsEach: null, size: 1 },
  { left: 10_000, threads: 4, secondsEach: 0.01, size: 50 },
  { left: 10_000, threads: 4, secondsEach: 1, size: 5 },
  { left: 10_000, threads: 4, secondsEach: 60, size: 1 },
  { left: 60, threads: 4, secondsEach: 0.01, size: 5 },
])("$left runs of $secondsEach s on $threads threads: jobs of $size", ({ left, threads, secondsEach, size }) => {
  expect(chunkSize(left, threads, secondsEach)).toBe(size);
});

test("the time of a run follows those that were done", () => {
  const time = new RunTime();
  expect(time.secondsEach).toBeNull();
  time.add(2);
  expect(time.secondsEach).toBe(2);
  for (let run = 0; run < 100; run++) time.add(10);
  expect(time.secondsEach).toBeCloseTo(10, 3);
});

test("a job gives its runs back as they were, fields in their order, whatever texts they have", () => {
  const value = fc.oneof(fc.string({ unit: "binary" }), fc.integer(), fc.array(fc.string(), { maxLength: 3 }));
  const content = fc.dictionary(
    fc.string({ minLength: 1 }).filter((field) => field !== "seed" && field !== "__proto__"),
    value,
  );
  const run = fc.record({ hash: fc.uuid(), content, seed: fc.nat(), seedFirst: fc.boolean() });
  fc.assert(
    fc.property(fc.array(run, { minLength: 1, maxLength: 8 }), (drawn) => {
      const runs = drawn.map(({ hash, content: fields, seed, seedFirst }) => {
        return { hash, scenario: seedFirst ? { seed, ...fields } : { ...fields, seed } } as unknown as QueuedRun;
      });
      // As the database keeps it.
      const job = JSON.parse(JSON.stringify(packJob("sweep", 0, runs))) as ReturnType<typeof packJob>;
      expect(JSON.stringify(unpackJob(job))).toBe(JSON.stringify(runs));
    }),
  );
});

test("runs of one setting share their scenario", () => {
  const runs = [1, 2, 3].map((seed) => ({ hash: `${seed}`, scenario: { name: "calm", seed } }) as unknown as QueuedRun);
  expect(packJob("sweep", 0, runs).scenarios.length).toBe(1);
});
