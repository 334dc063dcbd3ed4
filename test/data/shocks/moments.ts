/** What tests measure of paths. */

/** The differences of successive values. */
export function returnsOf(path: ArrayLike<number>): number[] {
  return Array.from({ length: path.length - 1 }, (_, step) => (path[step + 1] as number) - (path[step] as number));
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function variance(values: readonly number[]): number {
  const middle = mean(values);
  return mean(values.map((value) => (value - middle) * (value - middle)));
}

/** The third and the fourth moment, in deviations: 0 and 3 of a normal distribution. */
export function shape(values: readonly number[]): { skewness: number; kurtosis: number } {
  const [middle, deviation] = [mean(values), Math.sqrt(variance(values))];
  const moment = (power: number) => mean(values.map((value) => ((value - middle) / deviation) ** power));
  return { skewness: moment(3), kurtosis: moment(4) };
}

export function correlation(a: readonly number[], b: readonly number[]): number {
  const [meanA, meanB] = [mean(a), mean(b)];
  const together = mean(a.map((value, index) => (value - meanA) * ((b[index] as number) - meanB)));
  return together / Math.sqrt(variance(a) * variance(b));
}

/** Correlation of each value with the one so many later. */
export function autocorrelation(values: readonly number[], lag: number): number {
  return correlation(values.slice(0, -lag), values.slice(lag));
}

/** Sums of so many successive values. */
export function inGroups(values: readonly number[], size: number): number[] {
  return Array.from({ length: Math.floor(values.length / size) }, (_, group) =>
    values.slice(group * size, (group + 1) * size).reduce((sum, value) => sum + value, 0),
  );
}

/** Of the values at which `a` is among its lowest part, for how many `b` is among its own: lower tail dependence at that part. */
export function togetherInTail(a: readonly number[], b: readonly number[], part: number): number {
  const below = (values: readonly number[]) => {
    const limit = [...values].sort((x, y) => x - y)[Math.floor(values.length * part)] as number;
    return values.map((value) => value < limit);
  };
  const [lowA, lowB] = [below(a), below(b)];
  const both = lowA.filter((low, index) => low && lowB[index]).length;
  return both / lowA.filter((low) => low).length;
}
