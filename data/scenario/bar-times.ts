/** When a scenario with recorded shocks begins and ends: as its files have it, and never beyond them. */
import { formatDuration, formatTime, parseDuration, parseTime } from "../../sim/kernel/time.ts";
import { openRecording } from "../shocks/recorded.ts";
import { pathOfTemplate, readTemplate, timesOfTemplate } from "../shocks/templates.ts";
import type { Problem } from "./problem.ts";
import type { ResolvedScenario } from "./scenario-schema.ts";
import { shocksOf } from "./shocks.ts";

/** What a file covers. */
interface Coverage {
  readonly startUs: number;
  readonly endUs: number;
  /** How many times as long the run takes for it. */
  readonly stretch: number;
  /** Of its bars, as the run sees them; null when it has none. */
  readonly intervalUs: number | null;
  /** For errors: which file covers what. */
  readonly words: string;
}

/**
 * Writes start and duration that are left out into a scenario with recorded shocks: all the
 * time that every one of them covers. Given ones must lie in each of them. Without
 * recorded shocks known crashes give them: the latest beginning, the longest.
 * @returns what is wrong with them, and the shortest interval of bars, if there are any
 * @throws InputError when a file cannot be used
 */
export async function fillFromBars(scenario: ResolvedScenario): Promise<{ problems: Problem[]; barIntervalUs: number | null }> {
  const all: Coverage[] = [];
  for (const { shock } of shocksOf(scenario)) {
    if (!("from" in shock)) continue;
    const { startUs, endUs, barIntervalUs: intervalUs } = await openRecording(shock);
    const words = `${shock.from} covers ${formatTime(startUs)} to ${formatTime(endUs)}`;
    all.push({ startUs, endUs, stretch: shock.stretch, intervalUs, words });
  }
  if (all.length === 0) await fillFromTemplates(scenario);
  const intervals = all.flatMap(({ intervalUs }) => intervalUs ?? []);
  return { problems: all.length === 0 ? [] : fill(scenario, all), barIntervalUs: intervals.length === 0 ? null : Math.min(...intervals) };
}

async function fillFromTemplates(scenario: ResolvedScenario): Promise<void> {
  const fields = scenario as { start?: string; duration?: string };
  const found: { startUs: number; durationUs: number }[] = [];
  for (const { shock } of shocksOf(scenario)) {
    if (!("template" in shock)) continue;
    const template = await readTemplate(shock.template);
    // A crash without a path of that asset is a problem of its own.
    if (shock.of === undefined || Object.hasOwn(template.paths, shock.of))
      found.push(timesOfTemplate(template, pathOfTemplate(template, shock), shock));
  }
  // Of a crash that ends before the run would begin that is the problem.
  if (found.length === 0 || found.some(({ durationUs }) => durationUs <= 0)) return;
  fields.start ??= formatTime(Math.max(...found.map(({ startUs }) => startUs)));
  fields.duration ??= formatDuration(Math.max(...found.map(({ durationUs }) => durationUs)));
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
  const lasting = ({ endUs, stretch }: Coverage) => Math.floor((endUs - fromUs) * stretch);
  const first = all.reduce((found, one) => (lasting(one) < lasting(found) ? one : found));
  const most = formatDuration(wholeSteps(lasting(first), scenario.index.interval, first));
  fields.duration ??= most;
  if (parseDuration(fields.duration, "duration") <= lasting(first)) return [];
  return [{ path: ["duration"], expected: `expected at most ${most} from ${fields.start} (${first.words})` }];
}

/** Bars end with a step as they are; where prices come when they may, or time is stretched, the run ends with the last whole step. */
function wholeSteps(lastingUs: number, interval: string, { intervalUs, stretch }: Coverage): number {
  const stepUs = parseDuration(interval, "index.interval");
  return intervalUs !== null && stretch === 1 ? lastingUs : Math.floor(lastingUs / stepUs) * stepUs;
}
