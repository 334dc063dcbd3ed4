/**
 * The direction numbers of all dimensions against the file they are of: new-joe-kuo-6.21201, rows 2 to 21 (S. Joe and F. Y. Kuo,
 * SIAM J. Sci. Comput. 30 (2008), 2635–2654; web.maths.unsw.edu.au/~fkuo/sobol), copied from there as it stands.
 */
import { describe, expect, test } from "vitest";
import { SOBOL_DIMENSIONS_MOST, sobolPoints } from "../../../lab/design/sobol.ts";
import { SOBOL_DIRECTIONS } from "../../../lab/design/sobol-directions.ts";

/** Dimension, degree s of the primitive polynomial, its inner coefficients a, and the direction numbers m_1 … m_s. */
const PUBLISHED = `
2       1       0       1
3       2       1       1 3
4       3       1       1 3 1
5       3       2       1 1 1
6       4       1       1 1 3 3
7       4       4       1 3 5 13
8       5       2       1 1 5 5 17
9       5       4       1 1 5 5 5
10      5       7       1 1 7 11 19
11      5       11      1 1 5 1 1
12      5       13      1 1 1 3 11
13      5       14      1 3 5 5 31
14      6       1       1 3 3 9 7 49
15      6       13      1 1 1 15 21 21
16      6       16      1 3 1 13 27 49
17      6       19      1 1 1 15 7 5
18      6       22      1 3 1 15 13 25
19      6       25      1 1 5 5 19 61
20      7       1       1 3 7 11 23 15 103
21      7       4       1 3 7 13 13 15 69`
  .trim()
  .split("\n")
  .map((line) => line.trim().split(/\s+/).map(Number) as [number, number, number, ...number[]]);

const POINTS = 1024;
const BITS = 10;

/** The sequence by its definition, digit by digit, in whole numbers: m_k = 2 a_1 m_{k−1} ⊕ … ⊕ 2^s m_{k−s} ⊕ m_{k−s} (Joe and Kuo, equation 2). */
function column([, degree, inner, ...starts]: (typeof PUBLISHED)[number]): number[] {
  const coefficients = [...inner.toString(2).padStart(degree - 1, "0")].map(Number);
  const m = [...starts];
  for (let k = degree; k < BITS; k++) {
    let next = (2 ** degree * (m[k - degree] as number)) ^ (m[k - degree] as number);
    for (let i = 1; i < degree; i++) next ^= 2 ** i * (coefficients[i - 1] as number) * (m[k - i] as number);
    m.push(next);
  }
  return Array.from({ length: POINTS }, (_, point) => {
    const gray = point ^ (point >> 1);
    return m.reduce((sum, each, k) => (((gray >> k) & 1) === 1 ? sum ^ (each * 2 ** (BITS - 1 - k)) : sum), 0) / 2 ** BITS;
  });
}

describe("Sobol's direction numbers", () => {
  test("are the published ones, every number of every dimension", () => {
    expect(SOBOL_DIMENSIONS_MOST).toBe(21);
    expect(SOBOL_DIRECTIONS.map(({ inner, starts }, row) => [row + 2, starts.length, inner, ...starts])).toEqual(PUBLISHED);
  });

  test("make the points that the definition makes of the published numbers, in every dimension", () => {
    const points = sobolPoints(SOBOL_DIMENSIONS_MOST, POINTS);
    for (const [place, row] of PUBLISHED.entries())
      expect(
        points.map((point) => point[place + 1]),
        `dimension ${row[0]}`,
      ).toEqual(column(row));
  });

  test("no dimension misses a stratum, whatever the power of two", () => {
    const points = sobolPoints(SOBOL_DIMENSIONS_MOST, POINTS);
    for (let size = 1; size <= POINTS; size *= 2)
      for (let dimension = 0; dimension < SOBOL_DIMENSIONS_MOST; dimension++)
        expect(new Set(points.slice(0, size).map((point) => Math.floor((point[dimension] as number) * size))).size).toBe(size);
  });
});
