/** Sobol's sequence: points that fill the unit cube evenly, and go on doing so when more are added. */
import { SOBOL_DIRECTIONS } from "./sobol-directions.ts";

/** Most dimensions there are direction numbers for. */
export const SOBOL_DIMENSIONS_MOST = SOBOL_DIRECTIONS.length + 1;

const BITS = 32;

/**
 * The first points of the sequence in Gray code order, from the origin on, neither scrambled nor skipped.
 * @param dimensions at most `SOBOL_DIMENSIONS_MOST`
 * @param points how many, below 2^31
 * @returns a number in [0, 1) of each dimension, point by point
 * @throws RangeError for more dimensions than there are direction numbers
 */
export function sobolPoints(dimensions: number, points: number): number[][] {
  if (dimensions > SOBOL_DIMENSIONS_MOST) throw new RangeError(`Cannot make a Sobol sequence of ${dimensions} dimensions`);
  const directions = Array.from({ length: dimensions }, (_, dimension) => directionsOf(dimension));
  const state = new Uint32Array(dimensions);
  return Array.from({ length: points }, (_, point) => {
    if (point > 0) {
      // In Gray code one digit changes from point to point: that of the lowest zero of the number before.
      const digit = 31 - Math.clz32(point & -point);
      for (const [dimension, numbers] of directions.entries()) {
        state[dimension] = (state[dimension] as number) ^ (numbers[digit] as number);
      }
    }
    return [...state].map((whole) => whole / 2 ** BITS);
  });
}

/** The direction numbers of a dimension, each shifted to the left of a word (Joe and Kuo, equation 2). */
function directionsOf(dimension: number): Uint32Array {
  const numbers = new Uint32Array(BITS);
  const direction = SOBOL_DIRECTIONS[dimension - 1];
  if (direction === undefined) return numbers.map((_, digit) => 2 ** (BITS - 1 - digit));
  const { inner, starts } = direction;
  const degree = starts.length;
  for (let digit = 0; digit < BITS; digit++) {
    if (digit < degree) {
      numbers[digit] = (starts[digit] as number) << (BITS - 1 - digit);
      continue;
    }
    const before = numbers[digit - degree] as number;
    let number = before ^ (before >>> degree);
    for (let place = 1; place < degree; place++) {
      if (((inner >>> (degree - 1 - place)) & 1) === 1) number ^= numbers[digit - place] as number;
    }
    numbers[digit] = number;
  }
  return numbers;
}
