/**
 * A venue profile as it is written: one field a rule, by the names of the clauses, each
 * with the values there are. The defaults are the rules of source S0.
 */
import { z } from "zod";
import {
  assetSymbol,
  decimalNotNegative,
  decimalPositive,
  duration,
  fractionUpToOne,
  fundingRate,
  instrumentSymbol,
  rate,
  rateUpToOne,
  remark,
  time,
  word,
} from "./fields.ts";
import type { ScenarioRegistries } from "./registries.ts";

/** The ranking policies that a profile may name (ADL-3); a run also needs them registered. */
export const ADL_POLICY_NAMES = [
  "profit-times-leverage",
  "highest-profit",
  "profit-rate-times-effective-leverage",
  "return-over-margin-ratio",
  "mark-over-entry-times-leverage",
  "profit-over-equity",
  "largest-position",
  "pro-rata-size",
  "pro-rata-profit",
  "pro-rata-equity",
  "leverage-draining",
  "factor-draining",
  "min-max-haircut",
  "mirror-descent",
  "projection",
  "socialised-loss",
] as const;

const TIER_SCHEMES = ["flat", "marginal"] as const;

/** A tier of a risk limit table (TIER-1); it has `maxLeverage`, `initialMarginRate` or both, of which the stricter counts. */
const tier = () =>
  z.strictObject({
    /** Largest position of the tier, inclusive; null: without bound. */
    upTo: decimalPositive().nullable(),
    unit: word("contracts", "quote", "base"),
    maintenanceMarginRate: rate(),
    maxLeverage: decimalPositive().optional(),
    initialMarginRate: rateUpToOne().optional(),
    /** What `marginal` takes off value × rate, in the settlement asset; left out: computed from the slices. */
    deduction: decimalNotNegative().optional(),
  });

/** A tier table. */
export const tierList = () => z.array(tier()).min(1);

/** Whether a table is flat or marginal, where a default is to come from elsewhere. */
export const tierScheme = () => z.enum(TIER_SCHEMES);

/** Trading fees as parts of value (ORDER-3). */
const fees = () => z.strictObject({ maker: rate("any"), taker: rate(), liquidation: rate() });

/** A contract with its tiers and fees (INST-6). */
export const instrumentSchema = () =>
  z.strictObject({
    symbol: instrumentSymbol(),
    kind: word("linear", "inverse"),
    productLine: word("perpetual", "delivery"),
    /** Of a delivery contract only (INST-5). */
    expiry: time().optional(),
    base: assetSymbol(),
    quote: assetSymbol(),
    settle: assetSymbol(),
    tickSize: decimalPositive(),
    lotSize: decimalPositive(),
    multiplier: decimalPositive().default("1"),
    /** Of an inverse contract only: the amount of the quote asset that one contract stands for (INST-2). */
    faceValue: decimalPositive().optional(),
    /** The venue's when left out, as are the fees. */
    tierScheme: tierScheme().optional(),
    tiers: tierList(),
    fees: fees().optional(),
  });

/** Where a rule comes from. */
const source = () => z.strictObject({ source: remark(), date: remark().optional(), note: remark().optional() });

/** The collateral value of an asset by tier of amount (ACCT-6). */
const haircuts = () => z.array(z.strictObject({ upTo: decimalPositive().nullable(), haircut: rateUpToOne("from 0 to 1") })).min(1);

/** The rules of a venue besides its contracts: all have defaults, but for fees and collateral. */
function ruleShape(registries: ScenarioRegistries) {
  const policies = [...new Set([...registries.policies, ...ADL_POLICY_NAMES])] as [string, ...string[]];
  return {
    walletModel: word("separate", "unified"),
    marginModeChange: word("instrument", "account"),
    unrealizedProfitAsMargin: word("own", "none", "all"),
    positionValueAt: word("mark", "last", "entry"),
    tierScheme: word(...TIER_SCHEMES),
    tiersIncludeOpenOrders: z.boolean().default(false),
    closingFeeInPositionMargin: word("once", "twice"),
    maintenanceIncludesClosingFee: z.boolean().default(true),
    closingFeeRate: word("taker", "liquidation"),
    triggerAt: word("at-or-below", "below"),
    bankruptcyAt: word("closing-fee", "zero"),
    partialLiquidation: word("full", "tier-step", "ladder", "fraction", "just-enough", "to-initial"),
    /** For `partialLiquidation: fraction`: what part goes at a time, of positions above which notional in the quote asset, and how long after it the next order is for all. */
    fraction: z
      .strictObject({
        part: rateUpToOne("above 0 to 1").default("0.2"),
        above: decimalNotNegative().default("100000"),
        coolDown: duration().default("30s"),
      })
      .prefault({}),
    takeoverAt: word("bankruptcy", "mark"),
    surplusTo: word("pool", "trader", "vault"),
    /** Below which part of its maintenance margin a position goes to the vault with what is left of its margin (LIQ-4); null: no vault takes positions. */
    backstop: z.strictObject({ belowMaintenance: fractionUpToOne() }).nullable().default(null),
    selfTradePrevention: word("cancel-oldest", "cancel-newest", "cancel-both"),
    /** How far beyond the mark a buy may be limited, or a sell below it, as a part of the mark. */
    priceBand: rate().nullable().default(null),
    /** Before expiry: what the index is averaged over to settle a delivery contract (INST-5). */
    closingWindow: duration().default("1h"),
    fees: fees().optional(),
    /** How external markets make the index (MARK-1), and what the venue's own last trade adds (MARK-4). */
    index: z
      .strictObject({
        combine: word("mean", "median"),
        staleAfter: duration().default("10s"),
        ownMarketWeight: rateUpToOne("from 0 to 1").default("0"),
      })
      .prefault({}),
    mark: z
      .strictObject({
        rule: word("index", "index-ema", "index-basis", "median"),
        average: duration().default("60s"),
        clamp: rate().default("0.01"),
      })
      .prefault({}),
    /** Null: the venue pays no funding (MARK-3). */
    funding: z
      .strictObject({
        interval: duration().default("8h"),
        interest: fundingRate("any").default("0.0001"),
        clamp: fundingRate().default("0.0005"),
        cap: fundingRate().default("0.0075"),
        /** Value of the order whose mean price is the impact price, settlement asset. */
        impactNotional: decimalPositive().default("10000"),
      })
      .nullable()
      .default(null),
    fund: z
      .strictObject({
        settlement: word("continuous", "daily"),
        residual: word("house", "pro-rata-profit", "per-open-interest"),
        /** Part of every trading and liquidation fee that goes to the pool (FUND-2). */
        feeShare: rateUpToOne("from 0 to 1").default("0"),
      })
      .prefault({}),
    adl: z
      .strictObject({
        triggers: z
          .array(z.enum(["fund-short", "drawdown", "negative-equity", "mark-beyond-bankruptcy", "declared"]))
          .min(1)
          .default(["fund-short"]),
        /** For the trigger `drawdown`: of available from its peak or average in a sliding window. */
        drawdown: z
          .strictObject({
            window: duration().default("8h"),
            reference: word("peak", "average"),
            start: rateUpToOne("from 0 to 1").default("0.3"),
            /** Null: it ends where it begins. */
            stop: rateUpToOne("from 0 to 1").nullable().default(null),
            /** Never while the reference is below, settlement asset. */
            above: decimalNotNegative().default("0"),
          })
          .prefault({}),
        /** For the trigger `mark-beyond-bankruptcy`: how far beyond, as a part of the value at mark. */
        beyond: rate().default("0.05"),
        policy: z.enum(policies).prefault("profit-times-leverage"),
        price: word("bankruptcy", "mark", "previous-mark", "bankruptcy-unless-far"),
        /** For `bankruptcy-unless-far`: from which distance on, as a part of the value at mark, the mark is the price. */
        far: rate().default("0.05"),
        eligible: word("all", "profitable"),
        cancels: word("instrument", "account"),
      })
      .prefault({}),
    collateral: z.record(assetSymbol(), haircuts()).default({}),
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

/** A contract with tiers, in natural units; without a tier scheme or fees of its own it has the venue's. */
export type ResolvedInstrument = z.output<ReturnType<typeof instrumentSchema>>;

/** A tier in natural units. */
export type ResolvedTier = ResolvedInstrument["tiers"][number];
