/** The units of a contract: its pool, the quanta of its value, what its tiers' bounds count (UNIT-1, TIER-1). */
import { parseRatio, parseWhole, productOf, ratioOf } from "../../sim/venue/decimal.ts";
import type { Ratio } from "../../sim/venue/whole.ts";
import type { ResolvedInstrument, ResolvedTier } from "./venue-schema.ts";

/** Currencies and what is pegged to them: their default quantum is a millionth; that of anything else, a coin, a hundred-millionth. */
const CURRENCIES = /USD|^(AUD|BRL|CAD|CHF|CNH|CNY|DAI|EUR|EURC|EURT|GBP|HKD|INR|JPY|KRW|MXN|NZD|SGD|TRY|TWD|ZAR)$/;

/** The amount of one quantum of an asset for which no document has another (UNIT-1). */
export function defaultQuantum(asset: string): string {
  return CURRENCIES.test(asset) ? "0.000001" : "0.00000001";
}

/** What a tier's bound counts, and how much one of it is in the bound's own unit. */
export interface BoundUnit {
  readonly boundBy: "lots" | "value";
  /** A lot in contracts, base or quote; null for a value, of which a quantum is one. */
  readonly lot: string | null;
}

/**
 * How a bound is counted (TIER-1): contracts, base of a linear contract and quote of an
 * inverse one do not move with the price and count lots; quote of a linear contract and
 * base of an inverse one are its value.
 */
export function boundUnit(
  instrument: Pick<ResolvedInstrument, "kind" | "lotSize" | "multiplier" | "faceValue">,
  unit: ResolvedTier["unit"],
): BoundUnit {
  const { kind, lotSize, multiplier, faceValue = "1" } = instrument;
  if (unit === "contracts") return { boundBy: "lots", lot: lotSize };
  if (kind === "linear")
    return unit === "base" ? { boundBy: "lots", lot: productOf([lotSize, multiplier], "a lot") } : { boundBy: "value", lot: null };
  return unit === "quote"
    ? { boundBy: "lots", lot: productOf([lotSize, multiplier, faceValue], "a lot") }
    : { boundBy: "value", lot: null };
}

/**
 * Value of one lot at one tick in quanta (INST-1, INST-2).
 * @throws InputError when it is no ratio of safe integers
 */
export function valueRatio(given: ResolvedInstrument, quantum: string): Ratio {
  const { symbol, kind, tickSize, lotSize, multiplier, faceValue = "1" } = given;
  if (kind === "linear") return ratioOf([tickSize, lotSize, multiplier], [quantum], `${symbol}.multiplier`);
  return ratioOf([faceValue, multiplier, lotSize], [tickSize, quantum], `${symbol}.faceValue`);
}

/** The largest leverage that a tier allows, in hundredths: an initial margin rate gives its inverse, rounded down. */
export function maxLeverageHundredths(tier: ResolvedTier, where: string): number {
  const { maxLeverage, initialMarginRate } = tier;
  const stated = maxLeverage === undefined ? Number.POSITIVE_INFINITY : parseWhole(maxLeverage, "0.01", `${where}.maxLeverage`);
  if (initialMarginRate === undefined) return stated;
  const { numerator, denominator } = parseRatio(initialMarginRate, `${where}.initialMarginRate`);
  return Math.min(stated, Number((100n * BigInt(denominator)) / BigInt(numerator)));
}

/** Name of the pool of a contract (FUND-1): product line, underlying, settlement asset. */
export function poolName(instrument: Pick<ResolvedInstrument, "productLine" | "base" | "settle">): string {
  return `${instrument.productLine}/${instrument.base}/${instrument.settle}`;
}
