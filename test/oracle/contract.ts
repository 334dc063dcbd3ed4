/**
 * One contract's value, tier and margins, from the clauses INST, TIER and MARGIN-1..2.
 * Amounts are in quanta of the settlement asset; `lots` are unsigned; `ticks` need not be
 * whole. Nothing is rounded here unless the name says so.
 */
import { type Exact, exact, halfEven, least, most, sum, up, zero } from "./exact.ts";

export interface TierText {
  readonly upTo: string | null;
  readonly unit: "quote" | "base" | "contracts";
  readonly maintenanceMarginRate: string;
  readonly maxLeverage?: string | undefined;
  readonly initialMarginRate?: string | undefined;
  readonly deduction?: string | undefined;
}

export interface Contract {
  readonly symbol: string;
  readonly kind: "linear" | "inverse";
  readonly tickSize: Exact;
  readonly lotSize: Exact;
  /** Base amount of one contract (linear), or what one contract is worth in quote (inverse: face value × multiplier). */
  readonly contractSize: Exact;
  readonly quantum: Exact;
  readonly scheme: "flat" | "marginal";
  readonly tiers: readonly TierText[];
  readonly taker: Exact;
  /** The rate of the closing fee: the taker's or the liquidation's (MARGIN-2). */
  readonly closing: Exact;
}

/**
 * INST-1: p·|q|·multiplier. INST-2: face·multiplier·|q| / p. The price is `ticks ÷ per`: one division
 * in all, so that a whole result comes out whole.
 */
export function exactValue(contract: Contract, ticks: Exact, lots: Exact, per: Exact = exact(1)): Exact {
  if (lots.isZero()) return zero;
  const price = ticks.times(contract.tickSize);
  const size = lots.times(contract.lotSize).times(contract.contractSize);
  return contract.kind === "linear"
    ? size.times(price).div(contract.quantum.times(per))
    : size.times(per).div(price.times(contract.quantum));
}

/** UNIT-3: values are rounded half to even. */
export const value = (contract: Contract, ticks: Exact, lots: Exact): Exact => halfEven(exactValue(contract, ticks, lots));

/** INST-1: side × (close − open). INST-2: side × (open − close). */
export function profit(contract: Contract, side: 1 | -1, opened: Exact, closed: Exact): Exact {
  const gain = contract.kind === "linear" ? closed.minus(opened) : opened.minus(closed);
  return gain.times(side);
}

/** TIER-1: the size of a position in the unit of the table's bounds. */
export function measure(contract: Contract, lots: Exact, amount: Exact): Exact {
  const contracts = lots.times(contract.lotSize);
  const unit = contract.tiers[0]?.unit;
  if (unit === "contracts") return contracts;
  // The settlement asset of a linear contract is its quote, of an inverse one its base.
  const bySize = contracts.times(contract.contractSize);
  const byValue = amount.times(contract.quantum);
  return (contract.kind === "linear") === (unit === "quote") ? byValue : bySize;
}

/** TIER-1: bounds are inclusive; what is larger than all of them stands in the last. From 0. */
export function tierIndex(contract: Contract, lots: Exact, amount: Exact): number {
  const size = measure(contract, lots, amount);
  const found = contract.tiers.findIndex(({ upTo }) => upTo === null || size.lessThanOrEqualTo(upTo));
  return found < 0 ? contract.tiers.length - 1 : found;
}

export const tierOf = (contract: Contract, lots: Exact, amount: Exact): TierText =>
  contract.tiers[tierIndex(contract, lots, amount)] as TierText;

/** TIER-1: the tier's largest leverage, given as such or as an initial margin rate. */
export function maxLeverage(tier: TierText): Exact {
  return tier.maxLeverage !== undefined ? exact(tier.maxLeverage) : exact(1).div(tier.initialMarginRate as string);
}

/** MARGIN-2, TIER-1, before rounding: what `amount` of value needs when judged in tier `at` (from 0). */
export function maintenanceInTier(contract: Contract, lots: Exact, amount: Exact, at: number): Exact {
  const tier = contract.tiers[at] as TierText;
  const whole = amount.times(tier.maintenanceMarginRate);
  if (contract.scheme === "flat") return whole;
  if (tier.deduction !== undefined) return most(zero, whole.minus(exact(tier.deduction).div(contract.quantum)));
  return maintenanceOfSlices(contract, lots, amount);
}

/** TIER-1 `marginal`: each slice at its own rate. */
function maintenanceOfSlices(contract: Contract, lots: Exact, amount: Exact): Exact {
  const size = measure(contract, lots, amount);
  if (size.isZero()) return zero;
  const slices = contract.tiers.map((tier, index) => {
    const from = exact(contract.tiers[index - 1]?.upTo ?? 0);
    const last = index === contract.tiers.length - 1 || tier.upTo === null;
    const to = last ? size : least(size, exact(tier.upTo as string));
    return most(zero, to.minus(from)).times(tier.maintenanceMarginRate);
  });
  // One division, so that a whole result comes out whole.
  return amount.times(sum(slices)).div(size);
}

export const exactMaintenance = (contract: Contract, lots: Exact, amount: Exact): Exact =>
  maintenanceInTier(contract, lots, amount, tierIndex(contract, lots, amount));

/** MARGIN-2: requirements are rounded up once. */
export const maintenance = (contract: Contract, lots: Exact, amount: Exact): Exact => up(exactMaintenance(contract, lots, amount));

/** MARGIN-2: value × the closing rate. */
export const closingFee = (contract: Contract, amount: Exact): Exact => up(amount.times(contract.closing));

/**
 * MARGIN-1: value / leverage + closing fee, which S0's prose counts once more.
 * @param closed the value of which the closing fee is taken (MARGIN-2: the value at mark)
 */
export function initialMargin(contract: Contract, amount: Exact, leverage: Exact, fees: "once" | "twice", closed = amount): Exact {
  return up(amount.div(leverage)).plus(closingFee(contract, closed).times(fees === "twice" ? 2 : 1));
}
