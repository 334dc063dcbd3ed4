import { expect, test } from "vitest";
import { benchSweep } from "../../bench/sweep.ts";

test("TIME-3 benchmark sweep: small enough for the tests, one worker and two agree, and the digest repeats", async () => {
  const [first, second] = [await benchSweep(1, 1, 5), await benchSweep(1, 1, 5)];
  expect(first.runs).toBe(1);
  expect(first.secondsEach).toBeGreaterThan(0);
  for (const figures of [first.overheadSeconds, first.onceSeconds, first.speedups]) {
    expect(figures).toHaveLength(1);
    expect(figures.every(Number.isFinite)).toBe(true);
  }
  expect(first.digest).toMatch(/^[0-9a-f]{32}$/);
  expect(second.digest).toBe(first.digest);
});
