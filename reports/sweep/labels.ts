/** What settings, factors and metrics are called in charts and tables. */
import type { SweepAnalysis } from "../../data/store/sweep-analysis.ts";
import { decimal, money, percent } from "../format.ts";

/** A value of a factor may be a whole table of tiers. */
const VALUE_MOST = 24;
const LABEL_MOST = 90;

/** Of each path as many of its last parts as tell it from the others. */
export function shortNames(paths: readonly string[]): string[] {
  const last = (path: string, parts: number) => path.split(".").slice(-parts).join(".");
  return paths.map((path) => {
    for (let parts = 1; parts < path.split(".").length; parts++) {
      if (paths.filter((other) => last(other, parts) === last(path, parts)).length === 1) return last(path, parts);
    }
    return path;
  });
}

type Value = string | number;

/** A value of a factor on one short line: tables that begin alike are told apart by their number `among` the factor's values. */
export function valueText(value: Value, among: readonly Value[]): string {
  const text = shortened(String(value), VALUE_MOST);
  if (text === String(value)) return text;
  const isAlone = among.every((other) => other === value || shortened(String(other), VALUE_MOST) !== text);
  return isAlone ? text : `value ${among.indexOf(value) + 1}`;
}

/** `#3: seedCapital 1000, liquidation 0.0005` by number of the setting. */
export function settingLabels({ settings, factors }: SweepAnalysis, factorNames: readonly string[]): Map<number, string> {
  return new Map(
    settings.map(({ setting, values }) => {
      const named = values.map((value, factor) => `${factorNames[factor]} ${valueText(value, factors[factor]?.values ?? [])}`).join(", ");
      return [setting, shortened(named === "" ? `#${setting}` : `#${setting}: ${named}`, LABEL_MOST)];
    }),
  );
}

export type SweepMetric = SweepAnalysis["metrics"][number];

/** The unit of a metric as titles say it; empty for a count. */
export function unitOf({ unit }: SweepMetric, settle: string): string {
  return { amount: settle, count: "", ratio: "ratio", seconds: "seconds" }[unit];
}

/** `fund.maxDrawdown, USDT`. */
export function metricTitle(metric: SweepMetric, settle: string): string {
  const unit = unitOf(metric, settle);
  return unit === "" ? metric.name : `${metric.name}, ${unit}`;
}

/** A value of a metric as tables say it, without its unit. */
export function metricText({ unit }: SweepMetric, value: number): string {
  if (unit === "amount") return money(value);
  return unit === "ratio" ? percent(value) : decimal(value, 2);
}

function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
