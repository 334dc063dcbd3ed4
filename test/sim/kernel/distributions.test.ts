import { describe, expect, test } from "vitest";
import { exponential, lognormal, normal, powerLaw, shuffle, uniform, weightedIndex } from "../../../sim/kernel/distributions.ts";
import { createStream, type RandomStream } from "../../../sim/kernel/random.ts";

const COUNT = 100_000;

function sample(draw: (stream: RandomStream) => number): Float64Array {
  const stream = createStream(11, "distributions");
  return Float64Array.from({ length: COUNT }, () => draw(stream)).sort();
}
const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
function variance(values: Float64Array): number {
  const center = mean(values);
  return mean(values.map((value) => (value - center) ** 2));
}
const quantile = (values: Float64Array, part: number) => values[Math.floor(part * values.length)] as number;

describe("distributions", () => {
  test("uniform: bounds, mean and variance", () => {
    const values = sample((stream) => uniform(stream, -1, 3));
    expect(values[0]).toBeGreaterThanOrEqual(-1);
    expect(values[COUNT - 1]).toBeLessThan(3);
    expect(mean(values)).toBeCloseTo(1, 1);
    expect(variance(values)).toBeCloseTo(16 / 12, 1);
  });

  test("exponential: mean m, variance m², median m × ln 2", () => {
    const values = sample((stream) => exponential(stream, 2));
    expect(values[0]).toBeGreaterThanOrEqual(0);
    expect(mean(values)).toBeCloseTo(2, 1);
    expect(variance(values)).toBeCloseTo(4, 0);
    expect(quantile(values, 0.5)).toBeCloseTo(2 * Math.LN2, 1);
  });

  test("normal: moments and quantiles", () => {
    const values = sample((stream) => normal(stream, 5, 2));
    expect(mean(values)).toBeCloseTo(5, 1);
    expect(variance(values)).toBeCloseTo(4, 1);
    expect(mean(values.map((value) => ((value - 5) / 2) ** 3))).toBeCloseTo(0, 1);
    expect(Math.abs(mean(values.map((value) => ((value - 5) / 2) ** 4)) - 3)).toBeLessThan(0.1);
    expect(quantile(values, 0.975)).toBeCloseTo(5 + 2 * 1.96, 1);
  });

  test("normal: two draws in a row are uncorrelated", () => {
    const stream = createStream(11, "pairs");
    let sum = 0;
    let last = normal(stream);
    for (let draw = 0; draw < COUNT; draw++) {
      const value = normal(stream);
      sum += last * value;
      last = value;
    }
    expect(Math.abs(sum / COUNT)).toBeLessThan(0.02);
  });

  test("lognormal: median and mean", () => {
    const values = sample((stream) => lognormal(stream, 100, 0.5));
    expect(values[0]).toBeGreaterThan(0);
    expect(Math.abs(quantile(values, 0.5) - 100)).toBeLessThan(1.5);
    expect(Math.abs(mean(values) - 100 * Math.exp(0.125))).toBeLessThan(1.5);
  });

  test("power law: least value, mean and tail", () => {
    const values = sample((stream) => powerLaw(stream, 2, 3));
    expect(values[0]).toBeGreaterThanOrEqual(2);
    expect(mean(values)).toBeCloseTo(3, 1);
    const beyond4 = values.filter((value) => value > 4).length / COUNT;
    expect(beyond4).toBeCloseTo(1 / 8, 2);
  });

  test("TIME-3 first values", () => {
    const stream = createStream(7, "golden");
    expect([exponential(stream, 1), normal(stream), lognormal(stream, 1, 1), powerLaw(stream, 1, 1.5)]).toMatchInlineSnapshot(`
      [
        0.4759394895894393,
        0.6565200679891863,
        1.640674911484855,
        6.49262944824115,
      ]
    `);
    expect([weightedIndex(stream, [1, 2, 3]), ...shuffle(stream, [1, 2, 3, 4, 5])]).toMatchInlineSnapshot(`
      [
        2,
        2,
        4,
        1,
        5,
        3,
      ]
    `);
  });

  test("weighted choice: frequencies follow the weights, a weight of zero is never drawn", () => {
    const stream = createStream(11, "weights");
    const counts = [0, 0, 0, 0, 0];
    for (let draw = 0; draw < COUNT; draw++) {
      const index = weightedIndex(stream, [0, 1, 0, 3, 0]);
      counts[index] = (counts[index] as number) + 1;
    }
    expect([counts[0], counts[2], counts[4]]).toEqual([0, 0, 0]);
    expect((counts[1] as number) / COUNT).toBeCloseTo(0.25, 2);
  });

  test.each([
    { weights: [], problem: "none is positive" },
    { weights: [0, 0], problem: "none is positive" },
    { weights: [1, -1], problem: "weight 1 is -1" },
    { weights: [Number.NaN], problem: "weight 0 is NaN" },
  ])("weighted choice refuses $weights", ({ weights, problem }) => {
    expect(() => weightedIndex(createStream(1, "x"), weights)).toThrow(problem);
  });

  test("shuffle: keeps the items, every order is as likely", () => {
    const stream = createStream(11, "shuffle");
    const counts = new Map<string, number>();
    for (let draw = 0; draw < 60_000; draw++) {
      const order = shuffle(stream, ["a", "b", "c"]).join("");
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual(["abc", "acb", "bac", "bca", "cab", "cba"]);
    for (const count of counts.values()) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });
});
