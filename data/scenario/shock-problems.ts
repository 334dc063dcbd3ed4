/** What must hold between the fields of the shocks of a scenario, and of what befalls its markets. */
import { formatDuration, parseDuration } from "../../sim/kernel/time.ts";
import { parseWhole } from "../../sim/venue/decimal.ts";
import { YEAR_US } from "../shocks/grid.ts";
import { barsOf } from "../shocks/read-recorded.ts";
import { lengthOfTemplate, pathOfTemplate, readTemplate } from "../shocks/templates.ts";
import { oneOf, type Problem } from "./problem.ts";
import type { ResolvedScenario } from "./scenario-schema.ts";
import type { GeneratedShock, RecordedShock, TemplateShock } from "./shock-schema.ts";
import { type ContractShock, shocksOf } from "./shocks.ts";

type Generated<Name extends GeneratedShock["generate"]> = Extract<GeneratedShock, { readonly generate: Name }>;

/** Problems of the shocks, without their files. */
export function shockProblems(scenario: ResolvedScenario): Problem[] {
  return shocksOf(scenario).flatMap((own, index) => {
    const tickSize = scenario.instruments[index]?.tickSize as string;
    return [...startProblems(own, tickSize), ...kindProblems(scenario, own)];
  });
}

/** Problems of index gaps and droughts: what lies beyond the run, or is of no contract of it, has no effect. */
export function eventProblems({ index, droughts, duration, instruments }: ResolvedScenario): Problem[] {
  const symbols = instruments.map(({ symbol }) => symbol);
  const strangers = droughts.flatMap(({ instrument }, number): Problem[] =>
    instrument === undefined || symbols.includes(instrument)
      ? []
      : [{ path: ["droughts", number, "instrument"], expected: `expected ${oneOf(symbols)}` }],
  );
  if (duration === undefined) return strangers;
  const late = (list: readonly { readonly at: string }[], path: Problem["path"]): Problem[] =>
    list.flatMap(({ at }, number) =>
      parseDuration(at, "") < parseDuration(duration, "")
        ? []
        : [{ path: [...path, number, "at"], expected: `expected a time within the run's ${duration}` }],
    );
  return [...strangers, ...late(index.gaps, ["index", "gaps"]), ...late(droughts, ["droughts"])];
}

/**
 * Problems of shocks that only files tell: blocks of bars that do not fit them, an asset that a crash has no path of.
 * @throws InputError when a file cannot be used
 */
export async function shockFileProblems(scenario: ResolvedScenario): Promise<Problem[]> {
  const problems: Problem[] = [];
  const common: { times: Float64Array; intervalUs: number; file: string }[] = [];
  for (const { shock, path } of shocksOf(scenario)) {
    if ("template" in shock) problems.push(...(await templateProblems(shock, path)));
    if (!("generate" in shock) || shock.generate !== "bootstrap") continue;
    const bars = await barsOf(shock.bars, { symbol: shock.symbol });
    problems.push(...blockProblems(shock, path, bars.intervalUs, bars.timeUs.length, parseDuration(scenario.index.interval, "")));
    if (shock.draws !== "common") continue;
    const [first] = common;
    const { timeUs: times, intervalUs } = bars;
    common.push({ times, intervalUs, file: shock.bars });
    if (first === undefined || (times.length === first.times.length && times[0] === first.times[0] && intervalUs === first.intervalUs))
      continue;
    problems.push({ path: [...path, "bars"], expected: `expected bars of the same times as ${first.file}, whose blocks it takes` });
  }
  return problems;
}

async function templateProblems(shock: TemplateShock, path: Problem["path"]): Promise<Problem[]> {
  const template = await readTemplate(shock.template);
  const assets = Object.keys(template.paths);
  if (shock.of !== undefined && !assets.includes(shock.of)) return [{ path: [...path, "of"], expected: `expected ${oneOf(assets)}` }];
  const lengthUs = lengthOfTemplate(pathOfTemplate(template, shock));
  if (parseDuration(shock.skip, "") < lengthUs) return [];
  return [{ path: [...path, "skip"], expected: `expected less than the crash's ${formatDuration(lengthUs)}` }];
}

function blockProblems(
  { block }: Generated<"bootstrap">,
  path: Problem["path"],
  barUs: number,
  barCount: number,
  stepUs: number,
): Problem[] {
  const interval = formatDuration(barUs);
  if (barCount < 2) return [{ path: [...path, "bars"], expected: "expected at least two bars" }];
  if (barUs % stepUs !== 0)
    return [
      {
        path: [...path, "bars"],
        expected: `expected bars of a whole number of steps of ${formatDuration(stepUs)} (they are of ${interval})`,
      },
    ];
  const blockUs = parseDuration(block, "");
  if (blockUs % barUs !== 0) return [{ path: [...path, "block"], expected: `expected a whole number of the bars' ${interval}` }];
  const most = formatDuration((barCount - 1) * barUs);
  if (blockUs > (barCount - 1) * barUs)
    return [{ path: [...path, "block"], expected: `expected at most ${most}, all returns of the bars` }];
  return [];
}

/** A start price is one of the contract's; that of a crash may lie between two ticks while it is left to the template. */
function startProblems({ shock, path }: ContractShock, tickSize: string): Problem[] {
  if (shock.startPrice === undefined || isWhole(shock.startPrice, tickSize)) return [];
  return [{ path: [...path, "startPrice"], expected: `expected a whole multiple of the tick ${tickSize}` }];
}

function kindProblems(scenario: ResolvedScenario, { shock, path }: ContractShock): Problem[] {
  if ("from" in shock) return recordedProblems(shock, path);
  if (!("generate" in shock)) return [];
  if (shock.generate === "waypoints") return waypointProblems(scenario, shock, path);
  if (shock.generate === "garch") return garchProblems(scenario, shock, path);
  if (shock.generate === "heston") return hestonProblems(scenario, shock, path);
  return [];
}

function recordedProblems({ series, maxGap }: RecordedShock, path: Problem["path"]): Problem[] {
  if (series === "prices" || maxGap === undefined) return [];
  return [
    { path: [...path, "maxGap"], expected: 'expected none: it is of "series": "prices", bars tell by themselves where one is missing' },
  ];
}

function waypointProblems(scenario: ResolvedScenario, { waypoints }: Generated<"waypoints">, place: Problem["path"]): Problem[] {
  const problems: Problem[] = [];
  const durationUs = scenario.duration === undefined ? Number.POSITIVE_INFINITY : parseDuration(scenario.duration, "");
  waypoints.forEach(({ at }, index) => {
    const path = [...place, "waypoints", index, "at"];
    const before = waypoints[index - 1]?.at;
    if (before !== undefined && parseDuration(at, "") <= parseDuration(before, "")) {
      problems.push({ path, expected: `expected a time after the waypoint before, ${before}` });
    }
    if (parseDuration(at, "") > durationUs) problems.push({ path, expected: `expected at most the run's ${scenario.duration}` });
  });
  return problems;
}

function garchProblems({ index }: ResolvedScenario, shock: Generated<"garch">, path: Problem["path"]): Problem[] {
  const problems: Problem[] = [];
  const { alpha, beta, volatility, omega, period } = shock;
  if (alpha + beta >= 1)
    problems.push({ path: [...path, "beta"], expected: `expected less than ${1 - alpha}, so that alpha + beta is below 1` });
  if ((volatility === undefined) === (omega === undefined)) {
    const field = volatility === undefined ? "volatility" : "omega";
    const expected = volatility === undefined ? "expected a number, or omega in its place" : "expected none beside volatility";
    problems.push({ path: [...path, field], expected });
  }
  if (parseDuration(period, "") % parseDuration(index.interval, "") !== 0)
    problems.push({ path: [...path, "period"], expected: `expected a whole number of the index's ${index.interval}` });
  return problems;
}

/** A step that pulls the variance back by more than all of its distance throws it to and fro. */
function hestonProblems({ index }: ResolvedScenario, { variance }: Generated<"heston">, path: Problem["path"]): Problem[] {
  const most = YEAR_US / parseDuration(index.interval, "");
  if (variance.reversion <= most) return [];
  return [
    { path: [...path, "variance", "reversion"], expected: `expected at most ${most}, once in each of the index's ${index.interval}` },
  ];
}

function isWhole(value: string, unit: string): boolean {
  try {
    parseWhole(value, unit, "");
    return true;
  } catch {
    return false;
  }
}
