/** Values, fees and requirements as RULES gives them, exactly and slowly: the audit's own reading of INST, ORDER-3, TIER and MARGIN. */
import { type Fraction, least, magnitude, minus, most, over, plus, quotient, rounded, times, whole, ZERO } from "./exact.ts";
import type { AuditTerms, AuditTier } from "./terms.ts";

/** Value of lots at a price, half to even (INST-1, INST-2, UNIT-3), quanta. */
export function valueAt({ kind, scale }: AuditTerms, ticks: bigint, lots: bigint): bigint {
  const size = magnitude(lots);
  if (kind === "linear") return quotient(ticks * size * scale.numerator, scale.denominator, "even");
  return quotient(size * scale.numerator, scale.denominator * ticks, "even");
}

/** Profit of closing lots that were entered at one value at another (INST-1, INST-2). */
export function profitOf({ kind }: AuditTerms, lots: bigint, entry: bigint, exit: bigint): bigint {
  return (kind === "linear") === lots > 0n ? exit - entry : entry - exit;
}

/** Fee on a value, the signed fee rounded up (UNIT-3). */
export function feeAt(value: bigint, rate: Fraction): bigint {
  return quotient(value * rate.numerator, rate.denominator, "up");
}

/** Margin of a value opened at a leverage: its part, and the closing fee (MARGIN-1). */
export function marginAt(terms: AuditTerms, value: bigint, leverageHundredths: bigint): bigint {
  return quotient(100n * value, leverageHundredths, "up") + terms.closingFees * feeAt(value, terms.closing);
}

/**
 * Maintenance margin and closing fee of a position worth a value at the mark (MARGIN-2).
 * @param entry its entry value, by which some venues judge it; the fee is that of closing at the mark (MARK-5)
 */
export function requirementOf(terms: AuditTerms, lots: bigint, value: bigint, entry: bigint): bigint {
  const fee = terms.maintenanceIncludesClosingFee ? feeAt(value, terms.closing) : 0n;
  return maintenanceAt(terms, lots, value, entry) + fee;
}

/** Maintenance margin alone of a position worth a value at the mark, rounded up once (MARGIN-2). */
export function maintenanceAt(terms: AuditTerms, lots: bigint, value: bigint, entry: bigint): bigint {
  return maintenanceOf(terms, magnitude(lots), terms.positionValueAt === "entry" ? entry : value);
}

/** What of an unrealised profit is margin of its cross scope (ACCT-5). */
export function countedOf({ unrealizedProfitAsMargin }: AuditTerms, profit: bigint, requirement: bigint): bigint {
  if (unrealizedProfitAsMargin === "all") return profit;
  return least(profit, unrealizedProfitAsMargin === "none" ? 0n : requirement);
}

/** True when equity no longer carries the requirement (MARGIN-3). */
export function fails({ triggerAt }: AuditTerms, equity: bigint, requirement: bigint): boolean {
  return requirement > 0n && (triggerAt === "below" ? equity < requirement : equity <= requirement);
}

/** Value at which a linear position is bankrupt, half to even (MARGIN-5); null for a kind this does not know. */
export function bankruptcyOf(terms: AuditTerms, lots: bigint, entry: bigint, margin: bigint): bigint | null {
  if (terms.kind !== "linear") return null;
  const left = lots > 0n ? entry - margin : entry + margin;
  if (left <= 0n) return 0n;
  if (terms.bankruptcyAt === "zero") return left;
  const { numerator, denominator } = terms.closing;
  return quotient(left * denominator, lots > 0n ? denominator - numerator : denominator + numerator, "even");
}

/** Limit of the order that closes lots for a value, so that whoever closes does not lose (MARGIN-5), ticks. */
export function limitOf({ scale }: AuditTerms, lots: bigint, value: bigint): bigint {
  return most(1n, quotient(value * scale.denominator, magnitude(lots) * scale.numerator, lots > 0n ? "up" : "down"));
}

/** Part of an amount that goes with a part of the lots, rounded once; all of it with all (INST-4). */
export function shareOf(amount: bigint, lots: bigint, all: bigint): bigint {
  return lots === all ? amount : quotient(amount * lots, all, "even");
}

function maintenanceOf(terms: AuditTerms, lots: bigint, value: bigint): bigint {
  const { tiers, tierScheme, boundBy } = terms;
  const measure = boundBy === "lots" ? lots : value;
  const reached = tiers.findIndex(({ upTo }) => upTo === null || measure * upTo.denominator <= upTo.numerator);
  const number = reached === -1 ? tiers.length - 1 : reached;
  const tier = tiers[number] as AuditTier;
  if (tierScheme === "flat") return rounded(times(whole(value), tier.rate), "up");
  if (boundBy === "value" || tier.deduction !== null) {
    return rounded(minus(times(whole(value), tier.rate), deductionOf(tiers, number)), "up");
  }
  // Each slice of lots at its own rate, with its part of the value.
  let sum = ZERO;
  let below = ZERO;
  for (const [slice, { upTo, rate }] of tiers.slice(0, number + 1).entries()) {
    const until = slice === number || upTo === null ? whole(lots) : upTo;
    sum = plus(sum, times(minus(until, below), rate));
    below = until;
  }
  return lots === 0n ? 0n : rounded(over(times(sum, whole(value)), whole(lots)), "up");
}

/** What a tier's rate on the whole is too much: as given, or so that the table is continuous at the edge (TIER-1). */
function deductionOf(tiers: readonly AuditTier[], number: number): Fraction {
  const tier = tiers[number] as AuditTier;
  const before = tiers[number - 1];
  if (tier.deduction !== null) return tier.deduction;
  if (before === undefined) return ZERO;
  return plus(times(before.upTo ?? ZERO, minus(tier.rate, before.rate)), deductionOf(tiers, number - 1));
}
