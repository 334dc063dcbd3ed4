/** From natural units to whole ones: what the simulation is given (UNIT-1, UNIT-2). */
import { parseDuration, parseTime } from "../../sim/kernel/time.ts";
import type { Asset } from "../../sim/venue/asset.ts";
import { parseRatio, parseWhole, ratioOf } from "../../sim/venue/decimal.ts";
import type { Instrument } from "../../sim/venue/instrument.ts";
import type { VenueRules } from "../../sim/venue/rules.ts";
import type { Tier } from "../../sim/venue/tiers.ts";
import { poolName } from "./consistency.ts";
import type { ResolvedScenario } from "./scenario-schema.ts";
import type { ResolvedInstrument, ResolvedVenue } from "./venue-schema.ts";

/** The venue of a scenario in whole units. */
export interface CompiledVenue {
  readonly asset: Asset;
  readonly instrument: Instrument;
  readonly rules: VenueRules;
  /** The insurance fund pool of the instrument (FUND-1, FUND-2). */
  readonly pool: { readonly name: string; readonly seedCapitalQuanta: number };
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
 * The instrument, its settlement asset, the rules and the pool of a scenario.
 * @throws InputError only for a scenario that `resolveScenario` did not give
 */
export function compileVenue(scenario: ResolvedScenario): CompiledVenue {
  const given = scenario.instruments[0] as ResolvedInstrument;
  const quantum = scenario.assets?.[given.settle]?.quantum as string;
  const name = poolName(given);
  return {
    asset: { symbol: given.settle, quantum },
    instrument: compileInstrument(given, quantum),
    rules: compileRules(scenario.venue),
    pool: { name, seedCapitalQuanta: parseWhole(scenario.pools[name]?.seedCapital ?? "0", quantum, `pools.${name}.seedCapital`) },
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

function compileInstrument(given: ResolvedInstrument, quantum: string): Instrument {
  const { symbol, kind, productLine, tickSize, lotSize, multiplier, fees } = given;
  return {
    symbol,
    kind,
    productLine,
    underlying: given.base,
    settleAsset: given.settle,
    tickSize,
    lotSize,
    multiplier,
    quantaPerTickLot: ratioOf([tickSize, lotSize, multiplier], [quantum], `${symbol}.multiplier`),
    tiers: given.tiers.map((tier, index): Tier => {
      const where = `${symbol}.tiers.${index}`;
      return {
        upToLots: tier.upTo === null ? Number.MAX_SAFE_INTEGER : parseWhole(tier.upTo, lotSize, `${where}.upTo`),
        maintenanceMarginRate: parseRatio(tier.maintenanceMarginRate, `${where}.maintenanceMarginRate`),
        maxLeverageHundredths: parseWhole(tier.maxLeverage, "0.01", `${where}.maxLeverage`),
      };
    }),
    fees: {
      maker: parseRatio(fees.maker, `${symbol}.fees.maker`),
      taker: parseRatio(fees.taker, `${symbol}.fees.taker`),
      liquidation: parseRatio(fees.liquidation, `${symbol}.fees.liquidation`),
    },
  };
}

function compileRules(venue: ResolvedVenue): VenueRules {
  const { closingFeeInPositionMargin, maintenanceIncludesClosingFee, closingFeeRate, triggerAt, bankruptcyAt } = venue.liquidation;
  return {
    name: venue.name,
    mark: {
      rule: venue.mark.rule,
      averageUs: parseDuration(venue.mark.average, "mark.average"),
      clamp: parseRatio(venue.mark.clamp, "mark.clamp"),
    },
    liquidation: { closingFeeInPositionMargin, maintenanceIncludesClosingFee, closingFeeRate, triggerAt, bankruptcyAt },
    adl: { policy: venue.adl.policy, eligible: venue.adl.eligible },
  };
}
