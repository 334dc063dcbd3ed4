/** Who bears an uncovered loss with the house, and how much of it (FUND-4). */
import { spread } from "../kernel/spread.ts";
import type { Residual } from "../venue/rules.ts";

/** An open position that may be levied. */
export interface LeviedPosition {
  /** Signed. */
  readonly lots: number;
  readonly entryValue: number;
  /** Unrealised profit at mark, quanta. */
  readonly profit: number;
  /** Position margin and that profit, quanta. */
  readonly equity: number;
}

/**
 * What each position is levied, whole quanta: in proportion to open profit and never more
 * than it, or to lots and never more than the equity at mark holds. The rest is the house's.
 * @param loss to be shared, above zero, quanta
 */
export function leviesOn(residual: Residual, loss: number, positions: readonly LeviedPosition[]): number[] {
  if (residual === "house") return positions.map(() => 0);
  if (residual === "per-open-interest") {
    return capped(
      loss,
      positions.map(({ lots }) => Math.abs(lots)),
      positions.map(capOf),
    );
  }
  const profits = positions.map(({ profit }) => Math.max(0, profit));
  // Shares of no more than all profit are no more than each: their own weights cap them.
  const shared = least(loss, profits);
  return shared === 0 ? profits.map(() => 0) : spread(shared, profits);
}

/** No isolated loss exceeds its margin (ACCT-2, CONS-3); and a short has no more than its entry value to be worsened. */
function capOf({ lots, entryValue, equity }: LeviedPosition): number {
  return Math.max(0, lots < 0 ? Math.min(equity, entryValue) : equity);
}

/** Splits by weights; what is beyond a cap the others bear by theirs, as far as theirs reach. */
function capped(total: number, weights: readonly number[], caps: readonly number[]): number[] {
  const shares = weights.map(() => 0);
  const order = weights.map((_, place) => place);
  // First those whose cap is reached at the least a unit of weight.
  order.sort((a, b) => {
    const [left, right] = [
      BigInt(caps[a] as number) * BigInt(weights[b] as number),
      BigInt(caps[b] as number) * BigInt(weights[a] as number),
    ];
    return left < right ? -1 : left > right ? 1 : a - b;
  });
  let left = total;
  let weight = weights.reduce((sum, own) => sum + BigInt(own), 0n);
  let bound = 0;
  for (const place of order) {
    const [own, cap] = [weights[place] as number, caps[place] as number];
    if (BigInt(left) * BigInt(own) <= BigInt(cap) * weight) break;
    shares[place] = cap;
    left -= cap;
    weight -= BigInt(own);
    bound += 1;
  }
  if (bound === order.length) return shares;
  // An exact share within a whole cap is within it rounded up, too.
  const others = order.slice(bound).sort((a, b) => a - b);
  const parts = spread(
    left,
    others.map((place) => weights[place] as number),
  );
  others.forEach((place, index) => {
    shares[place] = parts[index] as number;
  });
  return shares;
}

/** The least of an amount and a sum that may know no limit. */
function least(amount: number, parts: readonly number[]): number {
  let sum = 0;
  for (const part of parts) {
    sum += part;
    if (sum >= amount) return amount;
  }
  return sum;
}
