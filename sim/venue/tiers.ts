/** Risk limits (TIER-1): which maintenance margin and leverage a position of a size has. */
import { multiplyDivide, OverflowError, type Ratio } from "./whole.ts";

/** One tier of a table. */
export interface Tier {
  /** Largest position of the tier, inclusive: lots or quanta, as the table is bound; 2^53 − 1 for no bound. */
  readonly upTo: number;
  readonly maintenanceMarginRate: Ratio;
  /** Largest leverage of the tier, in hundredths: 66.66 is 6666. */
  readonly maxLeverageHundredths: number;
  /** What `marginal` takes off value × rate, in quanta, as the venue gives it; null: computed from the slices. */
  readonly deduction: Ratio | null;
}

/** A tier table: bounds rise, the last tier also judges anything larger. */
export interface TierTable {
  /** `flat`: the whole position at its tier's rate (it jumps at an edge); `marginal`: each slice at its own. */
  readonly scheme: "flat" | "marginal";
  /** What bounds count: lots, or the value of the position in quanta of the settlement asset. */
  readonly boundBy: "lots" | "value";
  readonly tiers: readonly Tier[];
}

/** The number of a position's tier, from 1: the first whose bound holds it; the last for anything larger. */
export function tierNumber(table: TierTable, lots: number, value: number): number {
  const { tiers } = table;
  const size = table.boundBy === "lots" ? Math.abs(lots) : value;
  for (let index = 0; index < tiers.length - 1; index++) if (size <= (tiers[index] as Tier).upTo) return index + 1;
  return tiers.length;
}

/** The tier of a position. */
export function tierOf(table: TierTable, lots: number, value: number): Tier {
  return table.tiers[tierNumber(table, lots, value) - 1] as Tier;
}

/**
 * Maintenance margin of a position, in quanta, rounded up once (MARGIN-2, TIER-1):
 * `flat` value × rate of its tier; `marginal` value × rate − deduction, where a deduction
 * that is not given is that of the slices, deduction_n = floor_n × (rate_n − rate_{n−1}) +
 * deduction_{n−1}, exactly. With bounds in lots a slice's value is its part of the lots.
 * @param value of the position, in quanta, not negative
 * @throws OverflowError beyond 2^53 − 1
 */
export function maintenanceMarginOf(table: TierTable, lots: number, value: number): number {
  const index = tierNumber(table, lots, value) - 1;
  const { maintenanceMarginRate, deduction } = table.tiers[index] as Tier;
  if (table.scheme === "flat") return multiplyDivide(value, maintenanceMarginRate.numerator, maintenanceMarginRate.denominator, "up");
  const slices = slicesOf(table);
  if (deduction === null && table.boundBy === "lots") return marginOfLots(slices, index, Math.abs(lots), value);
  return marginOfValue(slices, index, value);
}

/** What a tier requires, as a line: value × rate − deduction, in doubles, for values above `from` up to `upTo`, quanta. */
export interface TierLine {
  readonly from: number;
  readonly upTo: number;
  readonly rate: number;
  readonly deduction: number;
}

/** The lines that a position of so many lots may be on as its value moves: one a tier with bounds in value, else one alone. */
export function tierLines(table: TierTable, lots: number): readonly TierLine[] {
  if (table.boundBy === "value") return valueLines(table);
  const size = Math.abs(lots);
  const index = tierNumber(table, size, 0) - 1;
  const rate = rateOf(table, index);
  if (table.scheme === "flat") return [{ from: 0, upTo: Number.POSITIVE_INFINITY, rate, deduction: 0 }];
  const slices = slicesOf(table);
  const off = Number(slices.deductions[index]) / slices.denominator;
  // A deduction in lots is a part of the value; one that the venue gives is in quanta.
  const isGiven = (table.tiers[index] as Tier).deduction !== null;
  return [{ from: 0, upTo: Number.POSITIVE_INFINITY, rate: isGiven ? rate : rate - off / size, deduction: isGiven ? off : 0 }];
}

const VALUE_LINES = new WeakMap<TierTable, readonly TierLine[]>();

function valueLines(table: TierTable): readonly TierLine[] {
  let lines = VALUE_LINES.get(table);
  if (lines === undefined) {
    const slices = table.scheme === "flat" ? null : slicesOf(table);
    lines = table.tiers.map((tier, index) => ({
      from: index === 0 ? 0 : (table.tiers[index - 1] as Tier).upTo,
      upTo: index === table.tiers.length - 1 ? Number.POSITIVE_INFINITY : tier.upTo,
      rate: rateOf(table, index),
      deduction: slices === null ? 0 : Number(slices.deductions[index]) / slices.denominator,
    }));
    VALUE_LINES.set(table, lines);
  }
  return lines;
}

function rateOf(table: TierTable, index: number): number {
  const { numerator, denominator } = (table.tiers[index] as Tier).maintenanceMarginRate;
  return numerator / denominator;
}

/** A marginal table over one denominator: rate = `rates[n] / denominator`, deduction = `deductions[n] / denominator` of a bound's unit. */
interface Slices {
  readonly denominator: number;
  readonly rates: readonly number[];
  readonly deductions: readonly bigint[];
  /** The same where they are safe integers, else NaN. */
  readonly deductionNumbers: readonly number[];
}

const SLICES = new WeakMap<TierTable, Slices>();

function slicesOf(table: TierTable): Slices {
  let slices = SLICES.get(table);
  if (slices === undefined) {
    slices = computeSlices(table);
    SLICES.set(table, slices);
  }
  return slices;
}

function computeSlices(table: TierTable): Slices {
  let denominator = 1n;
  for (const { maintenanceMarginRate, deduction } of table.tiers) {
    denominator = leastCommonMultiple(denominator, BigInt(maintenanceMarginRate.denominator));
    if (deduction !== null) denominator = leastCommonMultiple(denominator, BigInt(deduction.denominator));
  }
  const over = ({ numerator, denominator: own }: Ratio) => BigInt(numerator) * (denominator / BigInt(own));
  const rates = table.tiers.map(({ maintenanceMarginRate }) => over(maintenanceMarginRate));
  const deductions: bigint[] = [];
  let computed = 0n;
  table.tiers.forEach(({ deduction }, index) => {
    if (index > 0) {
      const floor = BigInt((table.tiers[index - 1] as Tier).upTo);
      computed += floor * ((rates[index] as bigint) - (rates[index - 1] as bigint));
    }
    deductions.push(deduction === null ? computed : over(deduction));
  });
  if (denominator > BigInt(Number.MAX_SAFE_INTEGER)) throw new OverflowError("the rates of a tier table", denominator);
  return { denominator: Number(denominator), rates: rates.map(Number), deductions, deductionNumbers: deductions.map(safeNumber) };
}

function marginOfValue(slices: Slices, index: number, value: number): number {
  const { denominator } = slices;
  const rate = slices.rates[index] as number;
  const left = value * rate - (slices.deductionNumbers[index] as number);
  // Safe on both sides of the subtraction, or NaN, which is not.
  if (value * rate <= Number.MAX_SAFE_INTEGER && Number.isSafeInteger(left))
    return left <= 0 ? 0 : multiplyDivide(left, 1, denominator, "up");
  return divideUp(BigInt(value) * BigInt(rate) - (slices.deductions[index] as bigint), BigInt(denominator));
}

function marginOfLots(slices: Slices, index: number, lots: number, value: number): number {
  if (lots === 0) return 0;
  const { denominator } = slices;
  const rate = slices.rates[index] as number;
  const weighted = lots * rate - (slices.deductionNumbers[index] as number);
  const divisor = lots * denominator;
  if (lots * rate <= Number.MAX_SAFE_INTEGER && Number.isSafeInteger(weighted) && Number.isSafeInteger(divisor)) {
    return multiplyDivide(value, weighted, divisor, "up");
  }
  const exact = BigInt(lots) * BigInt(rate) - (slices.deductions[index] as bigint);
  return divideUp(BigInt(value) * exact, BigInt(lots) * BigInt(denominator));
}

function divideUp(amount: bigint, divisor: bigint): number {
  if (amount <= 0n) return 0;
  const quotient = (amount + divisor - 1n) / divisor;
  if (quotient > BigInt(Number.MAX_SAFE_INTEGER)) throw new OverflowError("a maintenance margin", quotient);
  return Number(quotient);
}

function safeNumber(value: bigint): number {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : Number.NaN;
}

function leastCommonMultiple(a: bigint, b: bigint): bigint {
  let [high, low] = [a, b];
  while (low !== 0n) [high, low] = [low, high % low];
  return (a / high) * b;
}
