import { expect, test } from "vitest";
import { benchPopulation } from "../../bench/population.ts";

test("TIME-2 the population benchmark draws as many as asked, and its digest repeats", () => {
  const [first, second, other] = [benchPopulation(2_000), benchPopulation(2_000), benchPopulation(2_001)];
  expect(first.digest).toMatch(/^[0-9a-f]{32}$/);
  expect(second.digest).toBe(first.digest);
  expect(other.digest).not.toBe(first.digest);
  expect(first.peakMegabytes).toBeGreaterThan(10);
});
