/**
 * A venue profile as it is written: one field a rule, by the names of the clauses, each
 * with the values there are. The defaults are the rules of source S0.
 */
import { z } from "zod";
import { assetSymbol, decimalPositive, duration, instrumentSymbol, rate, remark, word } from "./fields.ts";
import type { ScenarioRegistries } from "./registries.ts";

/** A tier of a risk limit table (TIER-1). */
const tier = () =>
  z.strictObject({
    /** Largest position of the tier, inclusive; null: without bound. */
    upTo: decimalPositive().nullable(),
    unit: word("contracts"),
    maintenanceMarginRate: rate(),
    maxLeverage: decimalPositive(),
  });

/** Trading fees as parts of value (ORDER-3). */
const fees = () => z.strictObject({ maker: rate("any"), taker: rate(), liquidation: rate() });

/** A contract with its tiers and fees (INST-6). */
export const instrumentSchema = () =>
  z.strictObject({
    symbol: instrumentSymbol(),
    kind: word("linear"),
    productLine: word("perpetual"),
    base: assetSymbol(),
    quote: assetSymbol(),
    settle: assetSymbol(),
    tickSize: decimalPositive(),
    lotSize: decimalPositive(),
    multiplier: decimalPositive().default("1"),
    tierScheme: word("flat"),
    tiers: z.array(tier()).min(1),
    fees: fees(),
  });

/** Where a rule comes from. */
const source = () => z.strictObject({ source: remark(), date: remark().optional(), note: remark().optional() });

/** The rules of a venue besides its contracts: all have defaults. */
function ruleShape(registries: ScenarioRegistries) {
  const policies = registries.policies as readonly [string, ...string[]];
  return {
    mark: z
      .strictObject({ rule: word("index", "index-ema"), average: duration().default("60s"), clamp: rate().default("0.01") })
      .prefault({}),
    liquidation: z
      .strictObject({
        closingFeeInPositionMargin: word("once", "twice"),
        maintenanceIncludesClosingFee: z.boolean().default(true),
        closingFeeRate: word("taker", "liquidation"),
        triggerAt: word("at-or-below", "below"),
        bankruptcyAt: word("closing-fee", "zero"),
        partialLiquidation: word("full"),
        takeoverAt: word("bankruptcy"),
        surplusTo: word("pool"),
      })
      .prefault({}),
    fund: z.strictObject({ settlement: word("continuous"), residual: word("house") }).prefault({}),
    adl: z
      .strictObject({
        triggers: z
          .array(z.enum(["fund-short"]))
          .min(1)
          .max(1)
          .default(["fund-short"]),
        policy: z.enum(policies).prefault("profit-times-leverage"),
        price: word("bankruptcy"),
        eligible: word("all", "profitable"),
        cancels: word("instrument"),
      })
      .prefault({}),
    orders: z.strictObject({ selfTradePrevention: word("cancel-oldest") }).prefault({}),
    sources: z.record(z.string(), source()).default({}),
  };
}

/** A venue profile with nothing left to another one. */
export function venueSchema(registries: ScenarioRegistries) {
  return z.strictObject({
    name: remark().min(1),
    description: remark().default(""),
    ...ruleShape(registries),
    instruments: z.array(instrumentSchema()).min(1),
  });
}

/** A venue profile that takes what it does not say from another one, by name or file. */
export function extendingVenueSchema(registries: ScenarioRegistries) {
  return z.strictObject({
    extends: remark().min(1),
    name: remark().min(1).optional(),
    description: remark().default(""),
    ...ruleShape(registries),
    instruments: z.array(instrumentSchema()).min(1).optional(),
  });
}

/** A venue with all its rules, in natural units. */
export type ResolvedVenue = z.output<ReturnType<typeof venueSchema>>;

/** A contract with tiers and fees, in natural units. */
export type ResolvedInstrument = z.output<ReturnType<typeof instrumentSchema>>;
