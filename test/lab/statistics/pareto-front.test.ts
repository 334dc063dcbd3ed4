import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { paretoFront } from "../../../lab/statistics/pareto-front.ts";

/** By the definition alone. */
function byDefinition(points: readonly (readonly number[])[]): number[] {
  const dominates = (one: readonly number[], other: readonly number[]) =>
    one.every((value, objective) => value <= (other[objective] as number)) &&
    one.some((value, objective) => value < (other[objective] as number));
  return points.flatMap((point, index) => (points.some((other) => dominates(other, point)) ? [] : [index]));
}

describe("Pareto front", () => {
  test("two objectives: what nothing beats in both, in the order given", () => {
    const points = [
      [5, 1],
      [1, 5],
      [3, 3],
      [4, 4],
      [3, 4],
      [2, 4],
      [6, 1],
    ];
    expect(paretoFront(points)).toEqual([0, 1, 2, 5]);
  });

  test("equal points are all on the front, or none", () => {
    expect(
      paretoFront([
        [2, 2],
        [1, 1],
        [1, 1],
        [2, 2],
      ]),
    ).toEqual([1, 2]);
    expect(paretoFront([[3], [1], [2], [1]])).toEqual([1, 3]);
    expect(
      paretoFront([
        [0, 1],
        [-0, 1],
      ]),
    ).toEqual([0, 1]);
    expect(paretoFront([])).toEqual([]);
  });

  test("three objectives: fund drawdown, ADL taken, traders' cost", () => {
    const points = [
      [1, 2, 3],
      [3, 2, 1],
      [2, 2, 2],
      [3, 3, 3],
      [1, 2, 4],
    ];
    expect(paretoFront(points)).toEqual([0, 1, 2]);
  });

  test("is what the definition says, with ties, for one to four objectives", () => {
    const cases = fc.integer({ min: 1, max: 4 }).chain((objectives) => {
      return fc.array(fc.array(fc.integer({ min: 0, max: 5 }), { minLength: objectives, maxLength: objectives }), { maxLength: 40 });
    });
    fc.assert(
      fc.property(cases, (points) => {
        expect(paretoFront(points)).toEqual(byDefinition(points));
      }),
      { numRuns: 400 },
    );
  });

  test.each([
    [[[1, 2], [1]], "Cannot find the Pareto front: point 1 has 1 objectives, point 0 has 2"],
    [
      [
        [1, 2],
        [1, Number.NaN],
      ],
      "Cannot find the Pareto front: point 1 has the value NaN",
    ],
    [[[]], "Cannot find the Pareto front: point 0 has no objectives"],
  ])("refuses %j", (points, message) => {
    expect(() => paretoFront(points)).toThrow(new RangeError(message));
  });
});
