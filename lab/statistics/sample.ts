/** Samples: the values of one metric over replications. */

/**
 * Refuses what is no sample.
 * @param purpose what it is for, in the infinitive: `summarise the sample`
 * @param least how many values are needed
 * @throws RangeError naming the value that is no finite number, or how many values there are
 */
export function requireSample(values: ArrayLike<number>, purpose: string, least = 1): void {
  if (values.length < least) {
    const needed = least === 1 ? "at least 1 is needed" : `at least ${least} are needed`;
    throw new RangeError(`Cannot ${purpose}: ${values.length} values, ${needed}`);
  }
  for (let index = 0; index < values.length; index++) {
    const value = values[index] as number;
    if (!Number.isFinite(value)) throw new RangeError(`Cannot ${purpose}: value ${index} is ${value}`);
  }
}

/**
 * The values in ascending order, in an array of its own.
 * @throws RangeError as `requireSample`
 */
export function sortedSample(values: ArrayLike<number>, purpose: string): Float64Array {
  requireSample(values, purpose);
  return Float64Array.from(values).sort();
}
