/** When a scenario with recorded shocks begins and ends: as its files have it, and never beyond them. */
import { formatDuration, formatTime, parseDuration, parseTime } from "../../sim/kernel/time.ts";
import { coverageOf } from "../shocks/bars.ts";
import { readBars } from "../sources/read-bars.ts";
import type { Problem } from "./problem.ts";
import type { ResolvedScenario } from "./scenario-schema.ts";
import { shocksOf } from "./shocks.ts";

/** What the bars of a file cover. */
interface Coverage {
  readonly startUs: number;
  readonly endUs: number;
  readonly intervalUs: number;
  /** For errors: which file covers what. */
  readonly words: string;
}

/**
 * Writes start and duration that are left out into a scenario with recorded shocks: all the
 * time that every one of them covers. Given ones must lie in each of them.
 * @returns what is wrong with them, and the shortest interval of bars, if there are any
 * @throws InputError when a file of bars cannot be used
 */
export async function fillFromBars(scenario: ResolvedScenario): Promise<{ problems: Problem[]; barIntervalUs: number | null }> {
  const all: Coverage[] = [];
  for (const { shock } of shocksOf(scenario)) {
    if (!("from" in shock)) continue;
    const bars = await readBars(shock.from, { symbol: shock.symbol, table: shock.table });
    const { startUs, endUs } = coverageOf(bars);
    const words = `${shock.from} covers ${formatTime(startUs)} to ${formatTime(endUs)}`;
    all.push({ startUs, endUs, intervalUs: bars.intervalUs, words });
  }
  if (all.length === 0) return { problems: [], barIntervalUs: null };
  return { problems: fill(scenario, all), barIntervalUs: Math.min(...all.map(({ intervalUs }) => intervalUs)) };
}

function fill(scenario: ResolvedScenario, all: readonly Coverage[]): Problem[] {
  const fields = scenario as { start?: string; duration?: string };
  const latest = all.reduce((found, bars) => (bars.startUs > found.startUs ? bars : found));
  const earliest = all.reduce((found, bars) => (bars.endUs < found.endUs ? bars : found));
  if (fields.start === undefined && latest.startUs >= earliest.endUs)
    return [{ path: ["shock"], expected: `expected bars with a time in common (${earliest.words}, ${latest.words})` }];
  fields.start ??= formatTime(latest.startUs);
  const fromUs = parseTime(fields.start, "start");
  const outside = all.find(({ startUs, endUs }) => fromUs < startUs || fromUs >= endUs);
  if (outside !== undefined) return [{ path: ["start"], expected: `expected a time within the bars (${outside.words})` }];
  const most = formatDuration(earliest.endUs - fromUs);
  fields.duration ??= most;
  if (fromUs + parseDuration(fields.duration, "duration") <= earliest.endUs) return [];
  return [{ path: ["duration"], expected: `expected at most ${most} from ${fields.start} (${earliest.words})` }];
}
