import fc from "fast-check";
import { mean, sampleStandardDeviation } from "simple-statistics";
import { describe, expect, test } from "vitest";
import { SequentialStopping, type StoppingRule, type StoppingState } from "../../../lab/statistics/sequential-stopping.ts";
import { studentHalfWidth } from "../../../lab/statistics/student-interval.ts";
import { createStream, normal } from "../../../sim/index.ts";

function feed(values: readonly (number | null)[], rule: StoppingRule): StoppingState {
  const stopping = new SequentialStopping(rule);
  values.forEach((value, replication) => {
    stopping.add(replication, value);
  });
  return stopping.state();
}

describe("sequential stopping", () => {
  // A. M. Law, "Simulation Modeling and Analysis", the example of a 90 % interval from ten values: 1.34 ± 0.24.
  const TEN = [1.2, 1.5, 1.68, 1.89, 0.95, 1.49, 1.58, 1.55, 0.5, 1.09];

  test("Law's ten values: 1.34 ± 0.24 at 90 %", () => {
    const state = feed(TEN, { halfWidth: { absolute: 0.25 }, confidence: 0.9, least: 10, most: 20 });
    expect(state).toMatchObject({ status: "reached", replications: 10, values: 10 });
    expect(state.mean).toBeCloseTo(1.343, 12);
    expect(state.halfWidth).toBeCloseTo(0.24, 2);
    expect(state.interval?.low).toBeCloseTo(1.343 - 0.237, 3);
  });

  test("relative to the mean's size, also of a negative one", () => {
    const rule = { confidence: 0.9, least: 10, most: 20 };
    expect(feed(TEN, { ...rule, halfWidth: { relative: 0.2 } }).status).toBe("reached");
    expect(feed(TEN, { ...rule, halfWidth: { relative: 0.15 } }).status).toBe("running");
    expect(
      feed(
        TEN.map((value) => -value),
        { ...rule, halfWidth: { relative: 0.2 } },
      ).status,
    ).toBe("reached");
  });

  test("not before the least number, however close the first values are; ends at the most", () => {
    const equal = new Array<number>(30).fill(5);
    expect(feed(equal, { halfWidth: { absolute: 1 }, most: 30 })).toMatchObject({
      status: "reached",
      replications: 10,
      mean: 5,
      halfWidth: 0,
    });
    expect(feed(equal, { halfWidth: { absolute: 1 }, least: 2, most: 30 })).toMatchObject({ status: "reached", replications: 2 });
    const wide = equal.map((_, index) => (index % 2) * 1000);
    expect(feed(wide, { halfWidth: { absolute: 1 }, most: 25 })).toMatchObject({ status: "most", replications: 25, values: 25 });
  });

  test("a failed run counts as a replication and has no value", () => {
    const state = feed([1, null, 1, null, 1, 1], { halfWidth: { absolute: 0.5 }, least: 3, most: 10 });
    expect(state).toMatchObject({ status: "reached", replications: 5, values: 3 });
    expect(feed([null, null], { halfWidth: { absolute: 0.5 }, most: 2 })).toMatchObject({
      status: "most",
      values: 0,
      mean: null,
      interval: null,
    });
  });

  test("any batches, finished in any order, stop at the same replication with the same estimate", () => {
    const value = fc.option(fc.double({ min: -100, max: 100, noNaN: true }), { freq: 8 });
    const target = fc.double({ min: 1, max: 100, noNaN: true });
    const cases = fc.tuple(
      fc.array(value, { minLength: 2, maxLength: 60 }),
      target,
      fc.boolean(),
      fc.array(fc.integer({ min: 1, max: 9 })),
      fc.nat(),
    );
    fc.assert(
      fc.property(cases, ([values, size, relative, batches, seed]) => {
        const rule = { halfWidth: relative ? { relative: size / 100 } : { absolute: size }, least: 2, most: values.length };
        const expected = feed(values, rule);
        const stopping = new SequentialStopping(rule);
        const stream = createStream(seed, "test");
        const sizes = [...batches];
        for (let from = 0; from < values.length && stopping.state().status === "running"; ) {
          const until = Math.min(values.length, from + (sizes.shift() ?? 7));
          // A batch is run to its end, its runs finish in any order.
          const batch = Array.from({ length: until - from }, (_, index) => ({ replication: from + index, at: stream.next() }));
          for (const { replication } of batch.sort((a, b) => a.at - b.at)) stopping.add(replication, values[replication] as number | null);
          from = until;
        }
        expect(stopping.state()).toEqual(expected);
        expect(expected.status).not.toBe("running");
      }),
      { numRuns: 300 },
    );
  });

  test("stops at the first replication at which the interval of all values so far is narrow enough", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 4, maxLength: 50 }), (values) => {
        const target = 6;
        const width = (count: number) => studentHalfWidth(sampleStandardDeviation(values.slice(0, count)), count, 0.95);
        const counts = values.map((_, index) => index + 1).slice(3);
        fc.pre(counts.every((count) => Math.abs(width(count) - target) > 1e-9));
        const first = counts.find((count) => width(count) <= target);
        const state = feed(values, { halfWidth: { absolute: target }, least: 4, most: 50 });
        expect(state.replications).toBe(first ?? values.length);
        expect(state.mean).toBeCloseTo(mean(values.slice(0, state.replications)), 9);
        expect(state.halfWidth).toBeCloseTo(width(state.replications), 9);
      }),
    );
  });

  test("its intervals cover nearly as often as they say (stopping when it looks good costs a little), by simulation with fixed seeds", () => {
    let covered = 0;
    for (let seed = 0; seed < 500; seed++) {
      const stream = createStream(seed, "test/stopping");
      const stopping = new SequentialStopping({ halfWidth: { absolute: 0.4 }, most: 500 });
      for (let replication = 0; stopping.state().status === "running"; replication++) stopping.add(replication, normal(stream));
      const { low, high } = stopping.state().interval as { low: number; high: number };
      if (low <= 0 && 0 <= high) covered++;
    }
    expect(covered / 500).toBeGreaterThan(0.9);
    expect(covered / 500).toBeLessThan(0.98);
  });

  test.each([
    [{ halfWidth: { absolute: 0 }, most: 10 }, "Cannot stop at a half-width of 0: not above 0"],
    [{ halfWidth: { relative: Number.NaN }, most: 10 }, "Cannot stop at a half-width of NaN: not above 0"],
    [{ halfWidth: { absolute: 1 }, most: 1 }, "Cannot stop after at most 1 replications: no whole number of at least 2"],
    [{ halfWidth: { absolute: 1 }, most: 10, least: 1 }, "Cannot stop after at least 1 replications: no whole number from 2 to 10"],
    [{ halfWidth: { absolute: 1 }, most: 10, least: 11 }, "Cannot stop after at least 11 replications: no whole number from 2 to 10"],
    [{ halfWidth: { absolute: 1 }, most: 10, confidence: 0 }, "Cannot make an interval of confidence 0: not between 0 and 1"],
  ])("refuses the rule %j", (rule, message) => {
    expect(() => new SequentialStopping(rule)).toThrow(new RangeError(message));
  });

  test("refuses a replication that is none, came before or has no finite value", () => {
    const stopping = new SequentialStopping({ halfWidth: { absolute: 1 }, most: 10 });
    stopping.add(0, 1);
    stopping.add(2, 1);
    expect(() => stopping.add(0, 1)).toThrow(new RangeError("Cannot judge replication 0: it came before"));
    expect(() => stopping.add(2, 1)).toThrow(new RangeError("Cannot judge replication 2: it came before"));
    expect(() => stopping.add(-1, 1)).toThrow(new RangeError("Cannot judge replication -1: no whole number of at least 0"));
    expect(() => stopping.add(1, Number.NaN)).toThrow(new RangeError("Cannot judge replication 1: its value is NaN"));
    expect(stopping.state()).toMatchObject({ replications: 1, status: "running" });
  });
});
