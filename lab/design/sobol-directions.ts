/**
 * Direction numbers of Sobol's sequence: the first rows of the file new-joe-kuo-6.21201 by S. Joe and F. Y. Kuo,
 * "Constructing Sobol sequences with better two-dimensional projections", SIAM J. Sci. Comput. 30 (2008), 2635–2654;
 * web.maths.unsw.edu.au/~fkuo/sobol.
 */

/** A primitive polynomial over the field of two elements, and where its recurrence starts. */
interface Direction {
  /** Coefficients between the first and the last, as bits; their count is one below the degree. */
  readonly inner: number;
  /** The first direction numbers, as many as the degree. */
  readonly starts: readonly number[];
}

/** Of the second dimension and further; the first needs none. */
export const SOBOL_DIRECTIONS: readonly Direction[] = [
  { inner: 0, starts: [1] },
  { inner: 1, starts: [1, 3] },
  { inner: 1, starts: [1, 3, 1] },
  { inner: 2, starts: [1, 1, 1] },
  { inner: 1, starts: [1, 1, 3, 3] },
  { inner: 4, starts: [1, 3, 5, 13] },
  { inner: 2, starts: [1, 1, 5, 5, 17] },
  { inner: 4, starts: [1, 1, 5, 5, 5] },
  { inner: 7, starts: [1, 1, 7, 11, 19] },
  { inner: 11, starts: [1, 1, 5, 1, 1] },
  { inner: 13, starts: [1, 1, 1, 3, 11] },
  { inner: 14, starts: [1, 3, 5, 5, 31] },
  { inner: 1, starts: [1, 3, 3, 9, 7, 49] },
  { inner: 13, starts: [1, 1, 1, 15, 21, 21] },
  { inner: 16, starts: [1, 3, 1, 13, 27, 49] },
  { inner: 19, starts: [1, 1, 1, 15, 7, 5] },
  { inner: 22, starts: [1, 3, 1, 15, 13, 25] },
  { inner: 25, starts: [1, 1, 5, 5, 19, 61] },
  { inner: 1, starts: [1, 3, 7, 11, 23, 15, 103] },
  { inner: 4, starts: [1, 3, 7, 13, 13, 15, 69] },
];
