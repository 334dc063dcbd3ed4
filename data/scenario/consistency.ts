/** What must hold between the fields of a scenario whose fields are right each for itself (INST-6, UNIT-2, TIER-1). */
import { formatDuration, parseDuration, parseTime } from "../../sim/kernel/time.ts";
import { venueHasVault } from "../../sim/vault.ts";
import { compareDecimals, parseWhole } from "../../sim/venue/decimal.ts";
import { assetProblems, contractProblems, haircutProblems, openingProblems } from "./contract-problems.ts";
import { poolName } from "./contract-units.ts";
import type { Path } from "./path.ts";
import { oneOf, type Problem } from "./problem.ts";
import type { ResolvedScenario } from "./scenario-schema.ts";
import { correlationProblems } from "./shock-correlation.ts";
import { eventProblems, shockProblems } from "./shock-problems.ts";
import type { ResolvedInstrument, ResolvedVenue } from "./venue-schema.ts";

/** Steps of the index that a run may have: a year of seconds fits. */
const INDEX_STEPS_MOST = 2 ** 25;
/** Samples that each bar of a recorded shock must have at least. */
export const SAMPLES_PER_BAR_LEAST = 4;

/** All problems between the fields of a scenario, in no particular order. */
export function scenarioProblems(scenario: ResolvedScenario, barIntervalUs: number | null): Problem[] {
  const problems = venueProblems(scenario.venue, ["venue"]);
  scenario.instruments.forEach((instrument, index) => {
    const path = ["instruments", index];
    problems.push(...ownProblems(instrument, scenario.venue, path), ...assetProblems(instrument, scenario.assets ?? {}, path));
  });
  return [
    ...problems,
    ...choiceProblems(scenario),
    ...poolProblems(scenario),
    ...vaultProblems(scenario),
    ...timeProblems(scenario, barIntervalUs),
    ...shockProblems(scenario),
    ...correlationProblems(scenario),
    ...eventProblems(scenario),
    ...marketProblems(scenario),
    ...amountProblems(scenario),
    ...drawdownProblems(scenario),
    ...declaredProblems(scenario),
  ];
}

/** Amounts of a venue's rules are amounts of what the contract settles in. */
function amountProblems({ venue: { funding, adl }, instruments, assets = {} }: ResolvedScenario): Problem[] {
  const amounts: [Problem["path"], string][] = [[["venue", "adl", "drawdown", "above"], adl.drawdown.above]];
  if (funding !== null) amounts.push([["venue", "funding", "impactNotional"], funding.impactNotional]);
  return instruments.flatMap(({ settle }) => {
    const quantum = assets[settle]?.quantum;
    if (quantum === undefined) return [];
    return amounts
      .filter(([, amount]) => !isWhole(amount, quantum))
      .map(([path]) => ({ path, expected: `expected whole quanta of ${quantum} ${settle}, below 2^53 of them` }));
  });
}

/** What has begun must be able to go on: it ends below where it begins (ADL-2). */
function drawdownProblems({ venue: { adl } }: ResolvedScenario): Problem[] {
  const { start, stop } = adl.drawdown;
  if (stop === null || compareDecimals(stop, start) <= 0) return [];
  return [{ path: ["venue", "adl", "drawdown", "stop"], expected: `expected at most start, ${start}` }];
}

/** What is declared has an effect, and within the run. */
function declaredProblems({ venue, adlDeclared, duration }: ResolvedScenario): Problem[] {
  if (adlDeclared.length > 0 && !venue.adl.triggers.includes("declared"))
    return [{ path: ["adlDeclared"], expected: 'expected none: the venue\'s adl.triggers do not have "declared"' }];
  if (duration === undefined) return [];
  return adlDeclared.flatMap(({ at }, index) =>
    parseDuration(at, "") > parseDuration(duration, "")
      ? [{ path: ["adlDeclared", index, "at"], expected: `expected at most the run's ${duration}` }]
      : [],
  );
}

function marketProblems({ index }: ResolvedScenario): Problem[] {
  return index.markets.flatMap(({ name }, place) =>
    index.markets.findIndex((market) => market.name === name) < place
      ? [{ path: ["index", "markets", place, "name"], expected: "expected each name once" }]
      : [],
  );
}

/** What asks for contracts that the scenario does not have. */
function choiceProblems({ instruments, agents, population }: ResolvedScenario): Problem[] {
  const symbols = instruments.map(({ symbol }) => symbol);
  const problems: Problem[] = [];
  agents.forEach(({ instrument }, index) => {
    if (instrument !== undefined && !symbols.includes(instrument))
      problems.push({ path: ["agents", index, "instrument"], expected: `expected ${oneOf(symbols)}` });
  });
  // The one field of a registered population that speaks of the scenario's contracts.
  const each = population["instrumentsEach"];
  if (typeof each === "number" && each > symbols.length)
    problems.push({ path: ["population", "instrumentsEach"], expected: `expected at most ${symbols.length}, as many as the scenario has` });
  return problems;
}

/** Problems between the fields of a venue: contracts named twice, tiers and haircuts out of order. */
export function venueProblems(venue: ResolvedVenue, path: Path): Problem[] {
  const contracts = venue.instruments.flatMap((instrument, index) => {
    const here = [...path, "instruments", index];
    const problems = ownProblems(instrument, venue, here);
    const first = venue.instruments.findIndex(({ symbol }) => symbol === instrument.symbol);
    if (first < index) problems.push({ path: [...here, "symbol"], expected: "expected each symbol once" });
    return problems;
  });
  return [...contracts, ...backstopProblems(venue, path), ...haircutProblems(venue.collateral, [...path, "collateral"])];
}

function ownProblems(instrument: ResolvedInstrument, venue: ResolvedVenue, path: Path): Problem[] {
  return [
    ...contractProblems(instrument, venue, path),
    ...openingProblems(instrument.tiers, [...path, "tiers"]),
    ...closingFeeProblems(instrument, venue, [...path, "tiers"]),
  ];
}

/** A requirement that reaches the value itself could never be met: no price would be healthy. */
function closingFeeProblems(instrument: ResolvedInstrument, venue: ResolvedVenue, path: Path): Problem[] {
  const fees = instrument.fees ?? venue.fees;
  if (fees === undefined) return [];
  const closing = Math.max(Number(fees.taker), Number(fees.liquidation));
  return instrument.tiers.flatMap(({ maintenanceMarginRate }, index) =>
    Number(maintenanceMarginRate) + closing < 1
      ? []
      : [{ path: [...path, index, "maintenanceMarginRate"], expected: "expected a rate that stays below 1 with the closing fee added" }],
  );
}

function poolProblems(scenario: ResolvedScenario): Problem[] {
  const problems: Problem[] = [];
  const names = scenario.instruments.map(poolName);
  for (const [name, pool] of Object.entries(scenario.pools)) {
    const instrument = scenario.instruments[names.indexOf(name)];
    if (instrument === undefined) {
      problems.push({ path: ["pools", name], expected: `expected no pool of this name (there is ${oneOf([...new Set(names)])})` });
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

/** Capital is for a vault that there is, in whole quanta. */
function vaultProblems({ venue, vault: { seedCapital }, instruments, assets = {} }: ResolvedScenario): Problem[] {
  const path = ["vault", "seedCapital"];
  if (compareDecimals(seedCapital, "0") > 0 && !venueHasVault(venue))
    return [{ path, expected: 'expected "0": the venue has no vault, which "backstop" or "surplusTo": "vault" would give it' }];
  const settle = instruments[0]?.settle as string;
  const quantum = assets[settle]?.quantum;
  if (quantum === undefined || isWhole(seedCapital, quantum)) return [];
  return [{ path, expected: `expected whole quanta of ${quantum} ${settle}, below 2^53 of them` }];
}

/** A takeover at the mark leaves no margin that a vault could take with the position (LIQ-4). */
function backstopProblems({ backstop, takeoverAt }: ResolvedVenue, path: Path): Problem[] {
  if (backstop === null || takeoverAt === "bankruptcy") return [];
  return [{ path: [...path, "backstop"], expected: 'expected null: with takeoverAt "mark" no margin goes with the position' }];
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
