/** Rounding of prices that are averages (MARK-1, MARK-2). */

/** The nearest whole number; of two equally near ones the even one. */
export function nearestEven(value: number): number {
  const floor = Math.floor(value);
  const fraction = value - floor;
  if (fraction !== 0.5) return fraction < 0.5 ? floor : floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}
