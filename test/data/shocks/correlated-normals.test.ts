import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cholesky, correlationProblem } from "../../../data/shocks/cholesky.ts";
import { correlatedNormals } from "../../../data/shocks/correlated-normals.ts";
import { normal } from "../../../sim/kernel/distributions.ts";
import { createStream } from "../../../sim/kernel/random.ts";
import { correlation, inGroups, mean, shape, togetherInTail, variance } from "./moments.ts";

const STEPS = 60_000;
const PAIR = [
  [1, 0.7],
  [0.7, 1],
];
const streams = (count: number) => Array.from({ length: count }, (_, row) => createStream(3, `shock/index/${row}`));
const mixing = () => createStream(3, "shock/common/copula");

function drawn(matrix: readonly (readonly number[])[], degreesOfFreedom: number | null, steps = STEPS): number[][] {
  return correlatedNormals({ matrix, degreesOfFreedom }, steps, streams(matrix.length), mixing()).map((row) => [...row]);
}

describe("correlated draws", () => {
  const matrix = [
    [1, 0.8, -0.3],
    [0.8, 1, 0.1],
    [-0.3, 0.1, 1],
  ];

  test.each([null, 4, 5])("have the correlations asked for and are normal each for itself (degrees of freedom: %s)", (degrees) => {
    const rows = drawn(matrix, degrees) as [number[], number[], number[]];
    for (const row of rows) {
      expect(Math.abs(mean(row))).toBeLessThan(4 / Math.sqrt(STEPS));
      expect(Math.abs(variance(row) - 1)).toBeLessThan(4 * Math.sqrt(2 / STEPS));
      expect(Math.abs(shape(row).kurtosis - 3)).toBeLessThan(4 * Math.sqrt(24 / STEPS));
      expect(Math.abs(correlation(row.slice(1), row.slice(0, -1)))).toBeLessThan(4 / Math.sqrt(STEPS));
    }
    // The t copula brings numbers back by their ranks, which takes a little of a linear correlation.
    const tolerance = degrees === null ? 0.015 : 0.04;
    for (const [a, b] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ] as const)
      expect(Math.abs(correlation(rows[a], rows[b]) - ((matrix[a] as number[])[b] as number))).toBeLessThan(tolerance);
  });

  test("under the t copula great falls come together, the more so the fewer degrees of freedom", () => {
    const tail = (degrees: number | null) => {
      const [a, b] = drawn(PAIR, degrees) as [number[], number[]];
      return togetherInTail(a, b, 0.002);
    };
    const [normally, four, one] = [tail(null), tail(4), tail(1)];
    // In the limit none under the normal copula; 2 t₅(−√(5 × 0.3 ÷ 1.7)) = 0.39 with four degrees, 0.58 with one.
    expect(normally).toBeLessThan(0.33);
    expect(four).toBeGreaterThan(normally + 0.08);
    expect(one).toBeGreaterThan(four + 0.08);
  });

  test("with no correlation the t copula still has its moves at the same times", () => {
    const unit = [
      [1, 0],
      [0, 1],
    ];
    const sizes = (degrees: number | null) => {
      const [a, b] = drawn(unit, degrees) as [number[], number[]];
      return correlation(
        a.map((value) => value * value),
        b.map((value) => value * value),
      );
    };
    expect(Math.abs(sizes(null))).toBeLessThan(4 / Math.sqrt(STEPS));
    expect(sizes(2)).toBeGreaterThan(0.1);
  });

  test("TIME-2 a row's draws are its own stream's where nothing correlates, and no later row changes them", () => {
    const [first, second] = drawn(
      [
        [1, 0],
        [0, 1],
      ],
      null,
      100,
    ) as [number[], number[]];
    const own = streams(2).map((stream) => Array.from({ length: 100 }, () => normal(stream)));
    expect([first, second]).toEqual(own);
    expect(drawn(matrix, null, 100).slice(0, 2)).toEqual(
      drawn(
        matrix.slice(0, 2).map((row) => row.slice(0, 2)),
        null,
        100,
      ),
    );
    expect(drawn(matrix, 4, 100).slice(0, 2)).toEqual(
      drawn(
        matrix.slice(0, 2).map((row) => row.slice(0, 2)),
        4,
        100,
      ),
    );
  });

  test("over many steps large moves in common average out under the normal copula and hold longer under t", () => {
    const [a, b] = drawn(PAIR, 1) as [number[], number[]];
    expect(correlation(inGroups(a, 60), inGroups(b, 60))).toBeGreaterThan(0.6);
  });
});

describe("a matrix of correlations", () => {
  test.each([
    { matrix: [[1, 0.5]], problem: "expected 2 rows of 2 numbers" },
    { matrix: [[1, 0.5], [0.5]], problem: "expected 2 rows of 2 numbers" },
    {
      matrix: [
        [1, 0.5],
        [0.5, 0.9],
      ],
      problem: "expected 1 on the diagonal, row 2 has 0.9",
    },
    {
      matrix: [
        [1, 0.5],
        [0.4, 1],
      ],
      problem: "expected a symmetric matrix, but row 1 has 0.5 in column 2 and row 2 has 0.4 in column 1",
    },
    {
      matrix: [
        [1, 1],
        [1, 1],
      ],
      problem: "expected a positive definite matrix: the first 2 rows cannot be correlations of as many different prices",
    },
  ])("$problem", ({ matrix, problem }) => {
    expect(correlationProblem(matrix, 2)).toBe(problem);
  });

  test("is taken when its root exists, and the root times itself is the matrix", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -0.999, max: 0.999, noNaN: true }), { minLength: 3, maxLength: 3 }), (upper) => {
        const [ab, ac, bc] = upper as [number, number, number];
        const matrix = [
          [1, ab, ac],
          [ab, 1, bc],
          [ac, bc, 1],
        ];
        const determinant = 1 + 2 * ab * ac * bc - ab * ab - ac * ac - bc * bc;
        fc.pre(Math.abs(determinant) > 1e-9);
        expect(correlationProblem(matrix, 3) === null).toBe(determinant > 0);
        if (determinant < 0) {
          expect(() => cholesky(matrix)).toThrow(RangeError);
          return;
        }
        const root = cholesky(matrix);
        for (const [row, values] of matrix.entries())
          for (const [column, value] of values.entries()) {
            const product = (root[row] as Float64Array).reduce(
              (sum, part, at) => sum + part * ((root[column] as Float64Array)[at] as number),
              0,
            );
            expect(product).toBeCloseTo(value, 9);
          }
      }),
    );
  });
});
