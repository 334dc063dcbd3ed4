/** Columns of whole numbers: shared out, shuffled and ranked without an object or a big integer kept for each row. */
import type { RandomStream } from "../sim/index.ts";

/**
 * What `spread` gives, the same to the unit (UNIT-3), as a column: exact parts rounded
 * down, and what is left over to the largest remainders, ties to the lowest row.
 * @param total whole, not negative
 * @param weights whole, not negative, of a sum above 0 and within 2^53
 */
export function apportion(total: number, weights: Float64Array): Float64Array {
  let sum = 0;
  for (const weight of weights) sum += weight;
  if (!Number.isSafeInteger(total) || total < 0) throw new RangeError(`Cannot apportion ${total}: not a whole number of at least 0`);
  if (!Number.isSafeInteger(sum) || sum <= 0) throw new RangeError(`Cannot apportion ${total}: weights sum to ${sum}`);
  const shares = new Float64Array(weights.length);
  const remainders = new Float64Array(weights.length);
  const wide = BigInt(total);
  const divisor = BigInt(sum);
  let left = total;
  for (let row = 0; row < weights.length; row++) {
    const weight = weights[row] as number;
    const product = total * weight;
    if (product <= Number.MAX_SAFE_INTEGER) {
      remainders[row] = product % sum;
      shares[row] = (product - (remainders[row] as number)) / sum;
    } else {
      // Doubles do not hold the product: only here, and only for as long as it takes.
      const exact = wide * BigInt(weight);
      shares[row] = Number(exact / divisor);
      remainders[row] = Number(exact % divisor);
    }
    left -= shares[row] as number;
  }
  if (left > 0) giveRest(shares, remainders, left);
  return shares;
}

/** One more to each of the `left` largest remainders: all above the smallest of these, and the first of those that equal it. */
function giveRest(shares: Float64Array, remainders: Float64Array, left: number): void {
  const sorted = remainders.slice().sort();
  const least = sorted[sorted.length - left] as number;
  let equals = left;
  for (const remainder of remainders) if (remainder > least) equals -= 1;
  for (let row = 0; row < shares.length; row++) {
    const remainder = remainders[row] as number;
    if (remainder < least || (remainder === least && equals-- <= 0)) continue;
    shares[row] = (shares[row] as number) + 1;
  }
}

/** The rows 0 … `count` − 1 in random order, by the same draws as `shuffle` makes. */
export function shuffledRows(stream: RandomStream, count: number): Uint32Array {
  const rows = new Uint32Array(count);
  for (let row = 0; row < count; row++) rows[row] = row;
  for (let index = count - 1; index > 0; index--) {
    const other = stream.below(index + 1);
    const kept = rows[index] as number;
    rows[index] = rows[other] as number;
    rows[other] = kept;
  }
  return rows;
}

/**
 * The band of each row by its value's rank among all: band b has those up to the part
 * `upTo[b]` of the ranks that no band before has. Equal values are in the same, lower band.
 * @param upTo rising, the last one 1
 */
export function bandsOf(values: Float64Array, upTo: readonly number[]): Uint8Array {
  const sorted = values.slice().sort();
  const bounds = upTo.map((part) => sorted[Math.ceil(part * sorted.length) - 1] ?? Number.NEGATIVE_INFINITY);
  bounds[bounds.length - 1] = Number.POSITIVE_INFINITY;
  const bands = new Uint8Array(values.length);
  for (let row = 0; row < values.length; row++) {
    let band = 0;
    while ((values[row] as number) > (bounds[band] as number)) band += 1;
    bands[row] = band;
  }
  return bands;
}
