import { describe, expect, test } from "vitest";
import { positionSize, sizeDrawer } from "../../agents/position-size.ts";
import { createStream } from "../../sim/index.ts";
import { USDT } from "./support.ts";

const COUNT = 20_000;

/** Values drawn, in USDT, rising. */
function drawn(given: unknown): number[] {
  const draw = sizeDrawer(positionSize().parse(given), USDT, "population.size");
  const stream = createStream(11, "sizes");
  return Array.from({ length: COUNT }, () => draw(stream) / 1e6).sort((a, b) => a - b);
}

/** The most by which the part drawn below a value differs from what it should be. */
function distance(sorted: readonly number[], below: (value: number) => number): number {
  return Math.max(...sorted.map((value, place) => Math.abs(below(value) - (place + 0.5) / sorted.length)));
}

/** What a distance stays below in all but one of a thousand samples. */
const MOST = 1.95 / Math.sqrt(COUNT);

describe("sizes of positions", () => {
  test.each([0.7, 1, 1.8])("a power law of exponent %d between least and most", (exponent) => {
    const values = drawn({ distribution: "pareto", least: "100", most: "1000000", exponent });
    expect(values[0]).toBeGreaterThanOrEqual(100);
    expect(values.at(-1)).toBeLessThanOrEqual(1_000_000);
    const all = 1 - (100 / 1_000_000) ** exponent;
    const law = (value: number) => (1 - (100 / value) ** exponent) / all;
    expect(distance(values, law)).toBeLessThan(MOST);
    // It can fail: another exponent is told apart.
    expect(distance(values, (value) => law(value) ** 1.1)).toBeGreaterThan(MOST);
  });

  test("quantiles: between two of them logarithms are even", () => {
    const quantiles = [
      { at: 0, value: "10" },
      { at: 0.5, value: "1000" },
      { at: 0.9, value: "1000" },
      { at: 1, value: "64000" },
    ];
    const values = drawn({ distribution: "quantiles", quantiles });
    const part = (value: number) => values.filter((one) => one <= value * (1 + 1e-9)).length / COUNT;
    expect(part(10)).toBeLessThan(0.001);
    expect(part(100)).toBeCloseTo(0.25, 1);
    expect(part(999)).toBeCloseTo(0.5, 1);
    expect(part(1000)).toBeCloseTo(0.9, 1);
    expect(Math.abs(part(8000) - 0.95)).toBeLessThan(0.01);
    expect(values.at(-1)).toBeLessThanOrEqual(64_000 * (1 + 1e-9));
  });

  test("lognormal with its name and without are the same", () => {
    const given = { median: "500", spread: 0.5 };
    expect(drawn({ distribution: "lognormal", ...given })).toEqual(drawn(given));
  });

  test.each([
    [{ distribution: "weibull" }, "distribution"],
    [{ distribution: "pareto", least: "1", most: "2" }, "exponent"],
    [{ distribution: "pareto", least: "2", most: "2", exponent: 1 }, "most"],
    [{ distribution: "pareto", least: "1", most: "2", exponent: 0 }, "exponent"],
    [{ distribution: "pareto", least: "0", most: "2", exponent: 1 }, "least"],
    [{ distribution: "pareto", least: "1", most: "2", exponent: 1, median: "5" }, ""],
    [{ distribution: "quantiles", quantiles: [{ at: 0, value: "1" }] }, "quantiles"],
    [
      {
        distribution: "quantiles",
        quantiles: [
          { at: 0, value: "1" },
          { at: 0.5, value: "2" },
        ],
      },
      "quantiles",
    ],
    [
      {
        distribution: "quantiles",
        quantiles: [
          { at: 0, value: "2" },
          { at: 1, value: "1" },
        ],
      },
      "quantiles",
    ],
    [
      {
        distribution: "quantiles",
        quantiles: [
          { at: 0, value: "1" },
          { at: 0, value: "2" },
          { at: 1, value: "3" },
        ],
      },
      "quantiles",
    ],
    [5, ""],
  ])("refuses %j at %s", (given, path) => {
    const result = positionSize().safeParse(given);
    expect(result.success).toBe(false);
    expect(result.error?.issues.map((issue) => issue.path.join("."))).toContain(path);
  });

  test("UNIT-2 an amount finer than a quantum is refused, naming the field", () => {
    const given = { distribution: "pareto", least: "0.0000001", most: "2", exponent: 1 };
    expect(() => drawn(given)).toThrow("population.size.least");
  });
});
