import { describe, expect, test } from "vitest";
import { createStream } from "../../../sim/kernel/random.ts";

function draws(seed: number, name: string, count = 1000): number[] {
  const stream = createStream(seed, name);
  return Array.from({ length: count }, () => stream.next());
}

/** Correlation of two sequences; for independent ones about ±1/√count. */
function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [top, sumA, sumB] = [0, 0, 0];
  a.forEach((value, index) => {
    const [da, db] = [value - meanA, (b[index] as number) - meanB];
    top += da * db;
    sumA += da * da;
    sumB += db * db;
  });
  return top / Math.sqrt(sumA * sumB);
}

describe("random streams", () => {
  test("TIME-2 the same seed and name give the same numbers, another seed or name gives others", () => {
    expect(draws(7, "shock/index")).toEqual(draws(7, "shock/index"));
    expect(draws(7, "shock/index")).not.toEqual(draws(8, "shock/index"));
    expect(draws(7, "shock/index")).not.toEqual(draws(7, "shock/other"));
  });

  test("TIME-2 a stream does not see what other streams draw", () => {
    const alone = draws(7, "agent/noise/1", 5);
    const first = createStream(7, "agent/noise/1");
    const second = createStream(7, "agent/noise/2");
    const mixed = alone.map(() => {
      second.next();
      return first.next();
    });
    expect(mixed).toEqual(alone);
  });

  test("TIME-2 seed and name are kept apart: 1 + 1/x is not 11 + /x", () => {
    expect(draws(1, "1/x", 4)).not.toEqual(draws(11, "x", 4));
  });

  test("TIME-2 streams of neighbouring seeds and names are uncorrelated", () => {
    const base = draws(7, "agent/1", 20_000);
    for (const other of [draws(7, "agent/2", 20_000), draws(8, "agent/1", 20_000), draws(7, "agent/11", 20_000)]) {
      expect(Math.abs(correlation(base, other))).toBeLessThan(0.03);
    }
    // Not even their second differences over seeds and names cancel, as they would with a linear seeding.
    const corner = draws(8, "agent/2", 20_000);
    const [name, seed] = [draws(7, "agent/2", 20_000), draws(8, "agent/1", 20_000)];
    const guess = name.map((value, index) => (value + (seed[index] as number) - (base[index] as number) + 2) % 1);
    expect(Math.abs(correlation(corner, guess))).toBeLessThan(0.03);
  });

  test("TIME-3 first values", () => {
    expect(draws(7, "shock/index", 4)).toMatchInlineSnapshot(`
      [
        0.1718366727647117,
        0.6725776231117199,
        0.6986485918954171,
        0.22661925867245458,
      ]
    `);
    expect(draws(0, "", 2)).toMatchInlineSnapshot(`
      [
        0.20013135467927012,
        0.25016884541759565,
      ]
    `);
    expect(draws(Number.MAX_SAFE_INTEGER, "agent/market-maker/3", 2)).toMatchInlineSnapshot(`
      [
        0.9491519290147704,
        0.7912882098908954,
      ]
    `);
  });

  test("numbers lie in [0, 1), have 53 bits and are uniform", () => {
    const numbers = draws(1, "uniform", 100_000);
    expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...numbers)).toBeLessThan(1);
    expect(numbers.some((value) => (value * 2 ** 32) % 1 !== 0)).toBe(true);
    expect(numbers.every((value) => Number.isInteger(value * 2 ** 53))).toBe(true);
    const buckets = new Array(10).fill(0);
    for (const value of numbers) buckets[Math.floor(value * 10)]++;
    for (const count of buckets) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });

  test("below gives every whole number under the count, and only those", () => {
    const stream = createStream(3, "below");
    const seen = new Set(Array.from({ length: 2000 }, () => stream.below(7)));
    expect([...seen].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(stream.below(1)).toBe(0);
    expect(Number.isSafeInteger(stream.below(Number.MAX_SAFE_INTEGER))).toBe(true);
  });

  test.each([0, -1, 1.5, Number.NaN, 2 ** 53])("below refuses a count of %s", (count) => {
    expect(() => createStream(1, "x").below(count)).toThrow(`Cannot draw below ${count}`);
  });

  test.each([-1, 0.5, Number.NaN, 2 ** 53])("a seed of %s is refused", (seed) => {
    expect(() => createStream(seed, "x")).toThrow(`seed ${seed} is no non-negative safe integer`);
  });

  test("TIME-4 a state is plain data that continues the sequence, also in another stream", () => {
    const stream = createStream(7, "snapshot");
    for (let draw = 0; draw < 10; draw++) stream.next();
    const state = JSON.parse(JSON.stringify(stream.state()));
    const expected = [stream.next(), stream.next(), stream.below(1000)];
    const other = createStream(1, "other");
    other.restore(state);
    expect([other.next(), other.next(), other.below(1000)]).toEqual(expected);
    stream.restore(state);
    expect([stream.next(), stream.next(), stream.below(1000)]).toEqual(expected);
  });
});
