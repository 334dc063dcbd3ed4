/** Sharing out a whole (UNIT-3): funding received, levies, socialised loss, lots. */

/**
 * Splits a whole number by weights: each share is its exact part rounded down, and the
 * units left over go to the largest remainders, ties to the lowest index. The shares
 * add up to `total` exactly; a weight of zero gets nothing.
 * @param total safe integer; a negative one is split as its absolute value, each share negative
 * @param weights non-negative safe integers, not all zero
 * @returns one whole number per weight
 * @throws RangeError when an argument is no such whole number
 */
export function spread(total: number, weights: readonly number[]): number[] {
  if (!Number.isSafeInteger(total)) throw new RangeError(`Cannot spread ${total}: not a whole number`);
  if (total < 0) return spread(-total, weights).map((share) => 0 - share);
  let sum = 0n;
  for (let index = 0; index < weights.length; index++) {
    const weight = weights[index] as number;
    if (!Number.isSafeInteger(weight) || weight < 0) throw new RangeError(`Cannot spread ${total}: weight ${index} is ${weight}`);
    sum += BigInt(weight);
  }
  if (sum === 0n) throw new RangeError(`Cannot spread ${total}: no weight is positive`);

  const shares: number[] = new Array(weights.length);
  const remainders: bigint[] = new Array(weights.length);
  let left = total;
  for (let index = 0; index < weights.length; index++) {
    const product = BigInt(total) * BigInt(weights[index] as number);
    const share = Number(product / sum);
    shares[index] = share;
    remainders[index] = product % sum;
    left -= share;
  }
  if (left === 0) return shares;
  const order = weights.map((_, index) => index);
  order.sort((a, b) => compare(remainders[b] as bigint, remainders[a] as bigint) || a - b);
  // Fewer units are left than there are remainders above zero: each lost less than one unit.
  for (let rank = 0; rank < left; rank++) {
    const index = order[rank] as number;
    shares[index] = (shares[index] as number) + 1;
  }
  return shares;
}

function compare(a: bigint, b: bigint): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
