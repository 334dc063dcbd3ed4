import { describe, expect, test } from "vitest";
import { MovingAverage } from "../../agents/moving-average.ts";
import { Volatility } from "../../agents/volatility.ts";
import { createStream, normal } from "../../sim/index.ts";
import { SECOND } from "./support.ts";

describe("a moving average over time", () => {
  test("halves the distance in a half-life, however often it looks", () => {
    for (const looks of [1, 2, 5, 60]) {
      const average = new MovingAverage(60 * SECOND);
      average.see(100, 0);
      for (let look = 1; look <= looks; look++) average.see(200, (look * 60 * SECOND) / looks);
      expect(average.mean).toBeCloseTo(150, 9);
      expect(average.ageUs).toBe(60 * SECOND);
    }
  });

  test("its deviation is that of what it sees; the same time twice counts once", () => {
    const [average, stream] = [new MovingAverage(200 * SECOND), createStream(3, "test/average")];
    for (let look = 0; look < 5_000; look++) {
      average.see(normal(stream, 1_000, 20), look * SECOND);
      average.see(1e9, look * SECOND);
    }
    expect(Math.abs(average.mean - 1_000)).toBeLessThan(5);
    expect(Math.abs(average.deviation / 20 - 1)).toBeLessThan(0.15);
  });

  test("before anything was seen it is 0", () => {
    const average = new MovingAverage(SECOND);
    expect([average.mean, average.deviation, average.ageUs]).toEqual([0, 0, 0]);
  });
});

describe("volatility as it is seen", () => {
  /** A walk with 0.001 a minute. */
  const walk = (volatility: Volatility, stepUs: (look: number) => number, looks: number) => {
    const stream = createStream(5, "test/volatility");
    let [price, timeUs] = [1e6, 0];
    for (let look = 0; look < looks; look++) {
      const elapsedUs = stepUs(look);
      timeUs += elapsedUs;
      price *= 1 + normal(stream, 0, 0.001 * Math.sqrt(elapsedUs / (60 * SECOND)));
      volatility.see(price, timeUs);
    }
    return volatility.ofMinute;
  };

  test("is what the price does, at equal and at unequal looks", () => {
    expect(Math.abs(walk(new Volatility(600 * SECOND, 0.05), () => 2 * SECOND, 5_000) / 0.001 - 1)).toBeLessThan(0.1);
    const uneven = walk(new Volatility(600 * SECOND, 0), (look) => (look % 3 === 0 ? SECOND / 2 : 5 * SECOND), 5_000);
    expect(Math.abs(uneven / 0.001 - 1)).toBeLessThan(0.1);
  });

  test("is at first what is assumed, and falls to nothing while the price stands still", () => {
    const volatility = new Volatility(60 * SECOND, 0.004);
    expect(volatility.ofMinute).toBeCloseTo(0.004, 12);
    volatility.see(1_000, SECOND);
    expect(volatility.ofMinute).toBeCloseTo(0.004, 12);
    volatility.see(1_000, 61 * SECOND);
    // Half of what was assumed, over half of its minute and this one.
    expect(volatility.varianceOfMinute).toBeCloseTo((0.004 ** 2 * 0.5) / 1.5, 12);
    volatility.see(5_000, 61 * SECOND);
    expect(volatility.varianceOfMinute).toBeCloseTo((0.004 ** 2 * 0.5) / 1.5, 12);
  });
});
