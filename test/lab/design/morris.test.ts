import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { morrisDesign } from "../../../lab/design/morris.ts";

describe("design of Morris trajectories", () => {
  test("every trajectory stays on the grid and changes every factor once, by the step", () => {
    const cases = fc.record({
      factors: fc.integer({ min: 1, max: 12 }),
      trajectories: fc.integer({ min: 1, max: 6 }),
      levels: fc.constantFrom(2, 4, 6, 8, 10),
      seed: fc.nat(),
    });
    fc.assert(
      fc.property(cases, (design) => {
        const { factors, trajectories, levels } = design;
        const made = morrisDesign(design);
        expect(made.length).toBe(trajectories);
        for (const trajectory of made) {
          expect(trajectory.length).toBe(factors + 1);
          const changed = trajectory.slice(1).flatMap((point, step) => {
            const before = trajectory[step] as number[];
            return point.flatMap((coordinate, factor) =>
              coordinate === before[factor] ? [] : [{ factor, by: coordinate - (before[factor] as number) }],
            );
          });
          expect(changed.map(({ factor }) => factor).sort((a, b) => a - b)).toEqual(Array.from({ length: factors }, (_, factor) => factor));
          for (const { by } of changed) expect(Math.abs(by)).toBeCloseTo(levels / (2 * (levels - 1)), 12);
          for (const coordinate of trajectory.flat()) {
            expect(coordinate).toBe(Math.min(1, Math.max(0, coordinate)));
            expect(coordinate * (levels - 1)).toBeCloseTo(Math.round(coordinate * (levels - 1)), 9);
          }
        }
      }),
      { numRuns: 30 },
    );
  });

  test("every level is as likely as any other, and every factor is changed first as often as any other", () => {
    const design = morrisDesign({ factors: 4, trajectories: 4000, seed: 3 });
    const levels = [0, 0, 0, 0];
    const first = [0, 0, 0, 0];
    for (const trajectory of design) {
      const [from, to] = trajectory as [number[], number[]];
      for (const coordinate of trajectory.flat()) levels[Math.round(coordinate * 3)] = (levels[Math.round(coordinate * 3)] as number) + 1;
      const changed = from.findIndex((coordinate, factor) => coordinate !== to[factor]);
      first[changed] = (first[changed] as number) + 1;
    }
    for (const count of levels) expect(count / (4000 * 20)).toBeCloseTo(1 / 4, 1.9);
    for (const count of first) expect(count / 4000).toBeCloseTo(1 / 4, 1.3);
  });

  test("TIME-2: the seed alone decides, and more trajectories leave the first as they were", () => {
    const design = { factors: 3, trajectories: 5, seed: 9 };
    expect(morrisDesign(design)).toEqual(morrisDesign(design));
    expect(morrisDesign({ ...design, trajectories: 9 }).slice(0, 5)).toEqual(morrisDesign(design));
    expect(morrisDesign({ ...design, seed: 10 })).not.toEqual(morrisDesign(design));
  });

  test.each([
    [{ factors: 0, trajectories: 2 }, "Cannot make a Morris design of 0 factors: no whole number of at least 1"],
    [{ factors: 2, trajectories: 1.5 }, "Cannot make a Morris design of 1.5 trajectories: no whole number of at least 1"],
    [{ factors: 2, trajectories: 2, levels: 5 }, "Cannot make a Morris design of 5 levels: no even number of at least 2"],
  ])("refuses %j", (design, message) => {
    expect(() => morrisDesign({ ...design, seed: 1 })).toThrow(new RangeError(message));
  });
});
