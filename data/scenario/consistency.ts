/** What must hold between the fields of a scenario whose fields are right each for itself (INST-6, UNIT-2, TIER-1). */
import { formatDuration, parseDuration, parseTime } from "../../sim/kernel/time.ts";
import { type Decimal, parseDecimal, parseWhole, ratioOf } from "../../sim/venue/decimal.ts";
import type { Path } from "./path.ts";
import { oneOf, type Problem } from "./problem.ts";
import type { ResolvedScenario } from "./scenario-schema.ts";
import type { ResolvedInstrument, ResolvedVenue } from "./venue-schema.ts";

/** Steps of the index that a run may have: a year of seconds fits. */
const INDEX_STEPS_MOST = 2 ** 25;
/** Samples that each bar of a recorded shock must have at least. */
export const SAMPLES_PER_BAR_LEAST = 4;

/** Name of the pool of a contract (FUND-1): product line, underlying, settlement asset. */
export function poolName(instrument: Pick<ResolvedInstrument, "productLine" | "base" | "settle">): string {
  return `${instrument.productLine}/${instrument.base}/${instrument.settle}`;
}

/** All problems between the fields of a scenario, in no particular order. */
export function scenarioProblems(scenario: ResolvedScenario, barIntervalUs: number | null): Problem[] {
  const problems = venueProblems(scenario.venue, ["venue"]);
  scenario.instruments.forEach((instrument, index) => {
    const path = ["instruments", index];
    problems.push(...instrumentProblems(instrument, path));
    const asset = scenario.assets?.[instrument.settle];
    const assets = Object.keys(scenario.assets ?? {});
    if (asset === undefined)
      problems.push({ path: [...path, "settle"], expected: `expected an asset of the scenario (${assets.join(", ") || "it has none"})` });
    else if (!computes(() => ratioOf([instrument.tickSize, instrument.lotSize, instrument.multiplier], [asset.quantum], ""))) {
      problems.push({
        path: [...path, "multiplier"],
        expected: "expected a value of one lot at one tick that is a ratio of whole quanta below 2^53",
      });
    }
  });
  return [...problems, ...poolProblems(scenario), ...timeProblems(scenario, barIntervalUs), ...waypointProblems(scenario)];
}

/** Problems between the fields of a venue: contracts named twice, tiers out of order. */
export function venueProblems(venue: ResolvedVenue, path: Path): Problem[] {
  return venue.instruments.flatMap((instrument, index) => {
    const here = [...path, "instruments", index];
    const problems = instrumentProblems(instrument, here);
    const first = venue.instruments.findIndex(({ symbol }) => symbol === instrument.symbol);
    if (first < index) problems.push({ path: [...here, "symbol"], expected: "expected each symbol once" });
    return problems;
  });
}

function instrumentProblems(instrument: ResolvedInstrument, path: Path): Problem[] {
  const problems: Problem[] = [];
  if (instrument.base === instrument.quote) problems.push({ path: [...path, "quote"], expected: "expected another asset than the base" });
  if (instrument.settle !== instrument.quote) {
    problems.push({
      path: [...path, "settle"],
      expected: `expected the quote asset ${JSON.stringify(instrument.quote)}, in which a linear contract settles`,
    });
  }
  instrument.tiers.forEach((tier, index) => {
    const here = [...path, "tiers", index];
    const before = instrument.tiers[index - 1];
    const refuse = (field: string, expected: string) => problems.push({ path: [...here, field], expected: `expected ${expected}` });
    if (tier.upTo === null) {
      if (index < instrument.tiers.length - 1) refuse("upTo", "a bound: only the last tier may have none");
    } else {
      if (!isWhole(tier.upTo, instrument.lotSize)) refuse("upTo", `whole lots of ${instrument.lotSize}`);
      if (before?.upTo != null && compare(tier.upTo, before.upTo) <= 0)
        refuse("upTo", `more than ${before.upTo}, where the tier before ends`);
    }
    if (before !== undefined && compare(tier.maintenanceMarginRate, before.maintenanceMarginRate) < 0) {
      refuse("maintenanceMarginRate", `at least ${before.maintenanceMarginRate}, the rate of the tier before`);
    }
    if (!isWhole(tier.maxLeverage, "0.01") || compare(tier.maxLeverage, "1") < 0)
      refuse("maxLeverage", "at least 1, with at most two decimals");
    else if (before !== undefined && compare(tier.maxLeverage, before.maxLeverage) > 0) {
      refuse("maxLeverage", `at most ${before.maxLeverage}, the leverage of the tier before`);
    }
    if (reachesOne(tier.maintenanceMarginRate, tier.maxLeverage)) {
      refuse("maintenanceMarginRate", `less than the initial margin rate 1 / ${tier.maxLeverage}`);
    } else if (Number(tier.maintenanceMarginRate) + Math.max(Number(instrument.fees.taker), Number(instrument.fees.liquidation)) >= 1) {
      refuse("maintenanceMarginRate", "a rate that stays below 1 with the closing fee added");
    }
  });
  return problems;
}

function poolProblems(scenario: ResolvedScenario): Problem[] {
  const problems: Problem[] = [];
  const names = scenario.instruments.map(poolName);
  for (const [name, pool] of Object.entries(scenario.pools)) {
    const instrument = scenario.instruments[names.indexOf(name)];
    if (instrument === undefined) {
      problems.push({ path: ["pools", name], expected: `expected no pool of this name (there is ${oneOf(names)})` });
      continue;
    }
    const quantum = scenario.assets?.[instrument.settle]?.quantum;
    if (quantum !== undefined && !isWhole(pool.seedCapital, quantum)) {
      problems.push({
        path: ["pools", name, "seedCapital"],
        expected: `expected whole quanta of ${quantum} ${instrument.settle}, below 2^53 of them`,
      });
    }
  }
  return problems;
}

function timeProblems(scenario: ResolvedScenario, barIntervalUs: number | null): Problem[] {
  const problems: Problem[] = [];
  if (scenario.start === undefined) problems.push({ path: ["start"], expected: 'expected a time in UTC, such as "2025-10-10T20:00:00Z"' });
  if (scenario.duration === undefined) problems.push({ path: ["duration"], expected: 'expected a duration above 0, such as "3h"' });
  if (problems.length > 0) return problems;
  const durationUs = parseDuration(scenario.duration, "");
  const intervalUs = parseDuration(scenario.index.interval, "");
  if (!Number.isSafeInteger(parseTime(scenario.start, "") + durationUs))
    problems.push({ path: ["duration"], expected: "expected an end before 2255" });
  if (durationUs % intervalUs !== 0) {
    problems.push({ path: ["index", "interval"], expected: `expected a duration that divides the run's ${scenario.duration}` });
  } else if (durationUs / intervalUs > INDEX_STEPS_MOST) {
    problems.push({
      path: ["index", "interval"],
      expected: `expected at most ${INDEX_STEPS_MOST} steps in the run's ${scenario.duration}`,
    });
  }
  if (barIntervalUs !== null && intervalUs * SAMPLES_PER_BAR_LEAST > barIntervalUs) {
    problems.push({
      path: ["index", "interval"],
      expected: `expected at most a quarter of the bars' ${formatDuration(barIntervalUs)}, so that no high or low is lost`,
    });
  }
  return problems;
}

function waypointProblems(scenario: ResolvedScenario): Problem[] {
  const { shock } = scenario;
  if (!("generate" in shock)) return [];
  const problems: Problem[] = [];
  const tickSize = scenario.instruments[0]?.tickSize as string;
  if (!isWhole(shock.startPrice, tickSize))
    problems.push({ path: ["shock", "startPrice"], expected: `expected a whole multiple of the tick ${tickSize}` });
  const durationUs = scenario.duration === undefined ? Number.POSITIVE_INFINITY : parseDuration(scenario.duration, "");
  shock.waypoints.forEach(({ at }, index) => {
    const path = ["shock", "waypoints", index, "at"];
    const before = shock.waypoints[index - 1]?.at;
    if (before !== undefined && parseDuration(at, "") <= parseDuration(before, "")) {
      problems.push({ path, expected: `expected a time after the waypoint before, ${before}` });
    }
    if (parseDuration(at, "") > durationUs) problems.push({ path, expected: `expected at most the run's ${scenario.duration}` });
  });
  return problems;
}

function isWhole(value: string, unit: string): boolean {
  return computes(() => parseWhole(value, unit, ""));
}

function computes(compute: () => unknown): boolean {
  try {
    compute();
    return true;
  } catch {
    return false;
  }
}

function compare(a: string, b: string): number {
  const [left, right] = [parseDecimal(a, ""), parseDecimal(b, "")];
  const difference = left.digits * power(right) - right.digits * power(left);
  return difference < 0n ? -1 : Number(difference > 0n);
}

/** Whether a rate times a leverage is 1 or more. */
function reachesOne(rate: string, leverage: string): boolean {
  const [left, right] = [parseDecimal(rate, ""), parseDecimal(leverage, "")];
  return left.digits * right.digits >= power(left) * power(right);
}

function power(decimal: Decimal): bigint {
  return 10n ** BigInt(decimal.places);
}
