/** Chi square numbers: what makes normal numbers Student's t. */
import ln from "@stdlib/math-base-special-ln";
import { normal } from "../../sim/kernel/distributions.ts";
import type { RandomStream } from "../../sim/kernel/random.ts";

/** Chi square of a whole number of degrees. Takes one number for two degrees, and two for one left over. */
export function chiSquare(stream: RandomStream, degrees: number): number {
  let sum = 0;
  // The squares of two normal numbers add up to an exponential one.
  for (let pair = 0; pair < Math.floor(degrees / 2); pair++) sum -= 2 * ln(1 - stream.next());
  if (degrees % 2 === 0) return Math.max(sum, Number.MIN_VALUE);
  const odd = normal(stream);
  return Math.max(sum + odd * odd, Number.MIN_VALUE);
}
