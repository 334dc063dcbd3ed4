import { describe, expect, test } from "vitest";
import { type BootstrapParameters, bootstrapPath } from "../../../data/shocks/bootstrap.ts";
import type { Bars } from "../../../data/sources/bars.ts";
import { createStream } from "../../../sim/kernel/random.ts";
import { mean, returnsOf } from "./moments.ts";

const SECOND_US = 1_000_000;
const MINUTE_US = 60 * SECOND_US;
const BARS = 200;

/** Bars of a minute whose return from the close before, in ten-thousandths, is their number: each can be told by it. */
function numbered(): Bars {
  const column = () => new Float64Array(BARS);
  const bars = { timeUs: column(), open: column(), high: column(), low: column(), close: column(), volume: column() };
  let price = 100;
  for (let bar = 0; bar < BARS; bar++) {
    const open = price;
    price *= Math.exp((bar % 2 === 0 ? bar : -bar) / 10_000);
    bars.timeUs[bar] = bar * MINUTE_US;
    bars.open[bar] = open;
    bars.close[bar] = price;
    bars.high[bar] = Math.max(open, price) * 1.001;
    bars.low[bar] = Math.min(open, price) * 0.998;
  }
  return { ...bars, symbol: null, intervalUs: MINUTE_US };
}

/** The numbers of the bars that a path is made of. */
function drawnBars(changes: Partial<BootstrapParameters> = {}, bars = 3000, seed = 1): number[] {
  const parameters = { barsPerBlock: 10, blocks: "stationary", scale: 1, ...changes } as const;
  const path = bootstrapPath(parameters, numbered(), { steps: bars, intervalUs: MINUTE_US }, createStream(seed, "shock/blocks"));
  return returnsOf(path).map((value) => Math.abs((value / parameters.scale) * 10_000));
}

const whole = (value: number) => Math.abs(value - Math.round(value)) < 1e-6;
const lengthsOf = (numbers: readonly number[]): number[] => {
  const lengths = [0];
  numbers.forEach((number, index) => {
    const follows = index > 0 && Math.round(number) === (Math.round(numbers[index - 1] as number) % (BARS - 1)) + 1;
    if (follows || index === 0) lengths[lengths.length - 1] = (lengths.at(-1) as number) + 1;
    else lengths.push(1);
  });
  return lengths;
};

describe("a block bootstrap", () => {
  test("has no returns but the file's, and nearly all of them", () => {
    const numbers = drawnBars();
    expect(numbers.every((number) => whole(number) && number > 0.5 && number < BARS - 0.5)).toBe(true);
    expect(new Set(numbers.map(Math.round)).size).toBeGreaterThan(0.95 * (BARS - 1));
  });

  test("keeps them in their order within blocks: of a fixed length, or of one that is geometric", () => {
    const fixed = lengthsOf(drawnBars({ blocks: "fixed" }));
    // Two blocks that happen to follow each other count as one.
    expect(fixed.every((length) => length % 10 === 0)).toBe(true);
    expect(fixed.length).toBeGreaterThan(280);
    const stationary = lengthsOf(drawnBars({}, 20_000));
    expect(mean(stationary)).toBeGreaterThan(9.3);
    expect(mean(stationary)).toBeLessThan(10.8);
    const ones = stationary.filter((length) => length === 1).length / stationary.length;
    expect(Math.abs(ones - 0.1)).toBeLessThan(0.03);
    expect(Math.max(...stationary)).toBeGreaterThan(40);
  });

  test("blocks of one bar have no order", () => {
    expect(mean(lengthsOf(drawnBars({ barsPerBlock: 1 })))).toBeLessThan(1.05);
  });

  test("goes by each bar's low and high, at a third and two thirds of it", () => {
    const bars = numbered();
    const grid = { steps: 120, intervalUs: SECOND_US };
    const path = bootstrapPath({ barsPerBlock: 199, blocks: "fixed", scale: 1 }, bars, grid, createStream(2, "shock/blocks"));
    const source = Math.round(Math.abs(path[60] as number) * 10_000);
    const before = bars.close[source - 1] as number;
    const against = (price: number | undefined) => Math.log((price as number) / before);
    const rises = (bars.close[source] as number) >= (bars.open[source] as number);
    const [first, second] = rises ? [bars.low, bars.high] : [bars.high, bars.low];
    expect(path[20]).toBeCloseTo(against(first[source]), 12);
    expect(path[40]).toBeCloseTo(against(second[source]), 12);
    expect(path[60]).toBeCloseTo(against(bars.close[source]), 12);
    expect(path[10]).toBeCloseTo(against(first[source]) / 2, 12);
  });

  test("scale deepens every return alike, and chooses no other blocks", () => {
    expect(drawnBars({ scale: 1.5 }).map(Math.round)).toEqual(drawnBars().map(Math.round));
  });

  test("TIME-2 the same seed draws the same blocks, another others; a longer path begins as the shorter", () => {
    expect(drawnBars()).toEqual(drawnBars());
    expect(drawnBars({}, 3000, 2)).not.toEqual(drawnBars());
    expect(drawnBars({}, 500)).toEqual(drawnBars().slice(0, 500));
  });
});
