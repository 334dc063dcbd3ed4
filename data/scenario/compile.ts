/** From natural units to whole ones: what the simulation and the calculator are given (UNIT-1, UNIT-2). */
import type { Period } from "../../sim/input.ts";
import { parseDuration, parseTime } from "../../sim/kernel/time.ts";
import type { Asset } from "../../sim/venue/asset.ts";
import { compareDecimals, parseFraction, parseRatio, parseWhole, productOf, ratioOf } from "../../sim/venue/decimal.ts";
import type { Instrument } from "../../sim/venue/instrument.ts";
import { ADL_TRIGGERS, type DrawdownRules, type FundingRules, type FundRules, type VenueRules } from "../../sim/venue/rules.ts";
import type { Tier, TierTable } from "../../sim/venue/tiers.ts";
import type { Ratio } from "../../sim/venue/whole.ts";
import { boundUnit, maxLeverageHundredths, poolName, valueRatio } from "./contract-units.ts";
import { HUNDRED_MILLIONTH } from "./fields.ts";
import type { ResolvedScenario } from "./scenario-schema.ts";
import type { ResolvedInstrument, ResolvedVenue } from "./venue-schema.ts";

/** Contracts, rules and assets in natural units: a scenario is such a thing. */
export interface VenueParts {
  readonly venue: ResolvedVenue;
  readonly instruments: readonly ResolvedInstrument[];
  /** Quantum of each asset that something settles in or that is collateral. */
  readonly assets?: Readonly<Record<string, { readonly quantum: string }>> | undefined;
}

/** A tier of an asset as collateral (ACCT-6). */
export interface HaircutTier {
  /** Largest amount of the tier, inclusive, quanta of the asset; 2^53 − 1 for no bound. */
  readonly upTo: number;
  readonly haircut: Ratio;
}

/** A venue in whole units. */
export interface CompiledVenue {
  readonly assets: readonly Asset[];
  readonly instruments: readonly Instrument[];
  readonly rules: VenueRules;
  /** By asset, of those that are among `assets`. */
  readonly collateral: ReadonlyMap<string, readonly HaircutTier[]>;
}

/** What a run simulates of a scenario. */
export interface CompiledScenario {
  /** What all instruments settle in. */
  readonly asset: Asset;
  readonly instruments: readonly Instrument[];
  readonly rules: VenueRules;
  /** Seed capital of the insurance fund pools by name, each once however many instruments share it (FUND-1, FUND-2), quanta. */
  readonly pools: Readonly<Record<string, number>>;
  /** Seed capital of the backstop vault (LIQ-4), quanta. */
  readonly vaultSeed: number;
}

/** The times of a scenario in microseconds. */
export interface CompiledTimes {
  /** Since the Unix epoch. */
  readonly startUs: number;
  readonly durationUs: number;
  /** From one index and mark to the next. */
  readonly indexIntervalUs: number;
  readonly sampleIntervalUs: number;
  /** Half-life of the displacement by a liquidation (CASC-1). */
  readonly halfLifeUs: number;
}

/**
 * All contracts, assets, rules and haircuts in whole units.
 * @throws InputError only for what was not checked: an asset without quantum, a bound between two lots
 */
export function compileVenue({ venue, instruments, assets = {} }: VenueParts): CompiledVenue {
  const collateral = Object.entries(venue.collateral).filter(([asset]) => assets[asset] !== undefined);
  return {
    assets: Object.entries(assets).map(([symbol, { quantum }]) => ({ symbol, quantum })),
    instruments: instruments.map((given) => compileInstrument(given, venue, assets[given.settle]?.quantum as string)),
    rules: compileRules(venue),
    collateral: new Map(
      collateral.map(([asset, tiers]) => [
        asset,
        tiers.map(({ upTo, haircut }, index) => ({
          upTo: compileBound(upTo, assets[asset]?.quantum as string, `collateral.${asset}.${index}.upTo`),
          haircut: parseRatio(haircut, `collateral.${asset}.${index}.haircut`),
        })),
      ]),
    ),
  };
}

/**
 * The instruments, their settlement asset, the rules and the pools of a scenario.
 * @throws InputError only for a scenario that `resolveScenario` did not give
 */
export function compileScenario(scenario: ResolvedScenario): CompiledScenario {
  const { assets, instruments, rules } = compileVenue(scenario);
  const asset = assets.find(({ symbol }) => symbol === instruments[0]?.settleAsset) as Asset;
  const pools = [...new Set(scenario.instruments.map(poolName))].map((name) => {
    const seedCapital = scenario.pools[name]?.seedCapital ?? "0";
    return [name, parseWhole(seedCapital, asset.quantum, `pools.${name}.seedCapital`)] as const;
  });
  return {
    asset,
    instruments,
    rules: {
      ...rules,
      funding: compileFunding(scenario.venue, asset.quantum),
      adl: { ...rules.adl, drawdown: compileDrawdown(scenario.venue, asset.quantum) },
    },
    pools: Object.fromEntries(pools),
    vaultSeed: parseWhole(scenario.vault.seedCapital, asset.quantum, "vault.seedCapital"),
  };
}

/** The durations and the start of a scenario. */
export function compileTimes(scenario: ResolvedScenario): CompiledTimes {
  return {
    startUs: parseTime(scenario.start, "start"),
    durationUs: parseDuration(scenario.duration, "duration"),
    indexIntervalUs: parseDuration(scenario.index.interval, "index.interval"),
    sampleIntervalUs: parseDuration(scenario.record.samples, "record.samples"),
    halfLifeUs: parseDuration(scenario.cascades.halfLife, "cascades.halfLife"),
  };
}

/** When auto-deleveraging is declared (ADL-1). */
export function compileDeclared({ start, adlDeclared }: ResolvedScenario): Period[] {
  const startUs = parseTime(start, "start");
  return adlDeclared.map((one, index) => {
    const fromUs = startUs + parseDuration(one.at, `adlDeclared.${index}.at`);
    return { fromUs, untilUs: fromUs + parseDuration(one.for, `adlDeclared.${index}.for`) };
  });
}

/**
 * A contract in whole units.
 * @param venue gives the tier scheme and the fees that the contract has none of its own of
 * @param quantum of the settlement asset
 */
export function compileInstrument(
  given: ResolvedInstrument,
  venue: Pick<ResolvedVenue, "tierScheme" | "fees">,
  quantum: string,
): Instrument {
  const { symbol, kind, productLine, expiry, tickSize, lotSize, multiplier, faceValue = null } = given;
  const fees = given.fees ?? venue.fees;
  const rateOf = (name: "maker" | "taker" | "liquidation") => parseRatio(fees?.[name] ?? "", `${symbol}.fees.${name}`);
  return {
    symbol,
    kind,
    productLine,
    expiryUs: expiry === undefined ? null : parseTime(expiry, `${symbol}.expiry`),
    underlying: given.base,
    settleAsset: given.settle,
    tickSize,
    lotSize,
    multiplier,
    faceValue,
    quantaPerTickLot: valueRatio(given, quantum),
    tiers: compileTiers(given, given.tierScheme ?? venue.tierScheme, quantum),
    fees: { maker: rateOf("maker"), taker: rateOf("taker"), liquidation: rateOf("liquidation") },
  };
}

function compileTiers(given: ResolvedInstrument, scheme: TierTable["scheme"], quantum: string): TierTable {
  const { boundBy, lot } = boundUnit(given, given.tiers[0]?.unit ?? "contracts");
  return {
    scheme,
    boundBy,
    tiers: given.tiers.map((tier, index): Tier => {
      const where = `${given.symbol}.tiers.${index}`;
      return {
        upTo: compileBound(tier.upTo, lot ?? quantum, `${where}.upTo`),
        maintenanceMarginRate: parseRatio(tier.maintenanceMarginRate, `${where}.maintenanceMarginRate`),
        maxLeverageHundredths: maxLeverageHundredths(tier, where),
        deduction: tier.deduction === undefined ? null : ratioOf([tier.deduction], [quantum], `${where}.deduction`),
      };
    }),
  };
}

/** A bound in whole units; one that nothing can reach (UNIT-1) is none. */
function compileBound(upTo: string | null, unit: string, where: string): number {
  const isUnreachable = upTo === null || compareDecimals(upTo, productOf([unit, String(Number.MAX_SAFE_INTEGER)], where)) > 0;
  return isUnreachable ? Number.MAX_SAFE_INTEGER : parseWhole(upTo, unit, where);
}

/** @param quantum of the settlement asset */
function compileFunding({ funding }: ResolvedVenue, quantum: string): FundingRules | null {
  if (funding === null) return null;
  const rateOf = (field: "interest" | "clamp" | "cap") => parseWhole(funding[field], HUNDRED_MILLIONTH, `funding.${field}`);
  return {
    intervalUs: parseDuration(funding.interval, "funding.interval"),
    interestHundredMillionths: rateOf("interest"),
    clampHundredMillionths: rateOf("clamp"),
    capHundredMillionths: rateOf("cap"),
    impactNotionalQuanta: parseWhole(funding.impactNotional, quantum, "funding.impactNotional"),
  };
}

/** With an amount of the settlement asset, as funding. */
function compileDrawdown({ adl: { triggers, drawdown } }: ResolvedVenue, quantum: string): DrawdownRules | null {
  if (!triggers.includes("drawdown")) return null;
  return {
    windowUs: parseDuration(drawdown.window, "adl.drawdown.window"),
    reference: drawdown.reference,
    start: parseRatio(drawdown.start, "adl.drawdown.start"),
    stop: drawdown.stop === null ? null : parseRatio(drawdown.stop, "adl.drawdown.stop"),
    aboveQuanta: parseWhole(drawdown.above, quantum, "adl.drawdown.above"),
  };
}

function compileFund({ fund: { settlement, residual, feeShare } }: ResolvedVenue): FundRules {
  const share = parseRatio(feeShare, "fund.feeShare");
  return { settlement, residual, feeShare: share.numerator === 0 ? null : share };
}

function compileRules(venue: ResolvedVenue): VenueRules {
  return {
    name: venue.name,
    mark: {
      rule: venue.mark.rule,
      averageUs: parseDuration(venue.mark.average, "mark.average"),
      clamp: parseRatio(venue.mark.clamp, "mark.clamp"),
    },
    index: {
      combine: venue.index.combine,
      staleAfterUs: parseDuration(venue.index.staleAfter, "index.staleAfter"),
      ownMarketWeight: parseRatio(venue.index.ownMarketWeight, "index.ownMarketWeight"),
    },
    margin: {
      closingFeeInPositionMargin: venue.closingFeeInPositionMargin,
      maintenanceIncludesClosingFee: venue.maintenanceIncludesClosingFee,
      closingFeeRate: venue.closingFeeRate,
      triggerAt: venue.triggerAt,
      bankruptcyAt: venue.bankruptcyAt,
      unrealizedProfitAsMargin: venue.unrealizedProfitAsMargin,
      positionValueAt: venue.positionValueAt,
      tiersIncludeOpenOrders: venue.tiersIncludeOpenOrders,
      partialLiquidation: venue.partialLiquidation,
      fraction: {
        part: parseRatio(venue.fraction.part, "fraction.part"),
        above: venue.fraction.above,
        coolDownUs: parseDuration(venue.fraction.coolDown, "fraction.coolDown"),
      },
      walletModel: venue.walletModel,
      marginModeChange: venue.marginModeChange,
    },
    adl: {
      policy: venue.adl.policy,
      eligible: venue.adl.eligible,
      triggers: ADL_TRIGGERS.filter((trigger) => venue.adl.triggers.includes(trigger)),
      drawdown: null,
      beyond: parseRatio(venue.adl.beyond, "adl.beyond"),
      cancels: venue.adl.cancels,
      price: venue.adl.price,
      far: parseRatio(venue.adl.far, "adl.far"),
    },
    fund: compileFund(venue),
    surplusTo: venue.surplusTo,
    takeoverAt: venue.takeoverAt,
    backstop:
      venue.backstop === null ? null : { belowMaintenance: parseFraction(venue.backstop.belowMaintenance, "backstop.belowMaintenance") },
    orders: {
      selfTradePrevention: venue.selfTradePrevention,
      priceBand: venue.priceBand === null ? null : parseRatio(venue.priceBand, "priceBand"),
    },
    closingWindowUs: parseDuration(venue.closingWindow, "closingWindow"),
  };
}
