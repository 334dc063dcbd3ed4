/** The parts that charts of sweeps have in common: choices of setting and metric, and the axis of settings. */
import type { Row, Spec } from "../charts/chart.ts";
import { panel } from "../charts/panel.ts";
import { metricTitle } from "./labels.ts";
import type { Sweep } from "./sweep.ts";

/** Name of the parameter that a list of settings sets. */
export const SETTING = "chosenSetting";
const METRIC = "chosenMetric";
const INSTRUMENT = "chosenInstrument";

/** A list to choose from, above the chart; a picture shows what is chosen at first. */
function choice(
  name: string,
  label: string,
  options: readonly (readonly [value: string | number, text: string])[],
  first: string | number,
): Spec {
  const [values, labels] = [options.map(([value]) => value), options.map(([, text]) => text)];
  return { name, value: first, bind: { input: "select", name: `${label} `, options: values, labels } };
}

/** The choice of a setting, at first the one of the worst run. */
export function settingChoice({ shown, labels, analysis }: Sweep, more: readonly (readonly [number, string])[] = []): Spec {
  const worst = analysis.worst?.setting ?? -1;
  const options = shown.map((setting): [number, string] => [setting, labels.get(setting) ?? `#${setting}`]);
  const first = more[0]?.[0] ?? (shown.includes(worst) ? worst : (shown[0] as number));
  return choice(SETTING, "Setting", [...more, ...options], first);
}

/** Whether a row is of the setting chosen. */
export const OF_SETTING: Spec = { filter: `datum.setting == ${SETTING}` };

/** The choice of a metric among those of some titles. */
export function metricChoice(titles: readonly string[]): Spec[] {
  return titles.length === 0
    ? []
    : [
        choice(
          METRIC,
          "Metric",
          titles.map((title) => [title, title]),
          titles[0] as string,
        ),
      ];
}

/** Whether a row is of the metric chosen: by its title. */
export const OF_METRIC: Spec = { filter: `datum.metric == ${METRIC}` };

/** The choice of an instrument, of a sweep over several. */
export function instrumentChoice({ instruments }: Sweep): Spec[] {
  const [first] = instruments;
  if (first === undefined || instruments.length === 1) return [];
  return [
    choice(
      INSTRUMENT,
      "Instrument",
      instruments.map(({ instrument, symbol }) => [instrument, symbol]),
      first.instrument,
    ),
  ];
}

/** Whether a row is of the instrument chosen. */
export function ofInstrument({ instruments }: Sweep): Spec[] {
  return instruments.length > 1 ? [{ filter: `datum.instrument == ${INSTRUMENT}` }] : [];
}

/** A choice among lines of text. */
export function textChoice(name: string, label: string, texts: readonly string[]): Spec {
  return choice(
    name,
    label,
    texts.map((text) => [text, text]),
    texts[0] as string,
  );
}

/** A panel under the name of the metric chosen, with its unit. */
export function metricPanel(before: string, height: number, layers: readonly Spec[], more: Spec = {}): Spec {
  const made = panel("", height, layers, more);
  return { ...made, title: { ...(made["title"] as Spec), text: { expr: `${JSON.stringify(before)} + ${METRIC}` } } };
}

/** Titles of all metrics, in order. */
export function metricTitles({ analysis }: Sweep): string[] {
  return analysis.metrics.map((metric) => metricTitle(metric, analysis.plan.settle));
}

/** The axis of settings by their numbers. */
export function settingX(sweep: Sweep, labelled = true): Spec {
  const numbers = sweep.analysis.settings.map(({ setting }) => setting);
  const [first, last] = [numbers[0] ?? 0, numbers.at(-1) ?? 0];
  return {
    field: "setting",
    type: "quantitative",
    scale: { domain: [first - 0.6, last + 0.6], nice: false, zero: false },
    axis: { title: labelled ? "Setting" : null, format: "d", tickMinStep: 1, grid: false, labels: labelled, ticks: labelled },
  };
}

/** Tooltip entry of a setting with its values. */
export const SETTING_TIP: Spec = { field: "label", title: "Setting", type: "nominal" };

/** A number with fewer digits: a page has many. */
export function short(value: unknown, digits = 5): number | null {
  return value === null || value === undefined || !Number.isFinite(Number(value)) ? null : Number(Number(value).toPrecision(digits));
}

/** Rows with shorter numbers in some columns. */
export function shortRows(rows: readonly Row[], columns: readonly string[], digits = 5): Row[] {
  return rows.map((row) => ({ ...row, ...Object.fromEntries(columns.map((name) => [name, short(row[name], digits)])) }));
}

/** SQL: runs that ended, with their settings, of the settings that have pictures of their own. */
export function shownRuns({ shown }: Sweep): string {
  return `(SELECT run, setting FROM runs WHERE error IS NULL AND setting IN (${shown.join(", ")}))`;
}

/** What a caption says when not all settings can be chosen. */
export function shownNote({ shown, analysis }: Sweep): string {
  const all = analysis.settings.length;
  return shown.length === all ? "" : ` To choose from are ${shown.length} of ${all} settings.`;
}

/** Rows by a whole number of theirs, in their order. */
export function grouped(rows: readonly Row[], field: string): Map<number, Row[]> {
  const groups = new Map<number, Row[]>();
  for (const row of rows) {
    const key = Number(row[field]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return groups;
}

/** An interval's ends as `from` and `to`; where there is no interval, the value itself. */
export function withEnds(value: string, low: string, high: string): Spec[] {
  const end = (field: string, as: string) => ({ calculate: `isValid(datum.${field}) ? datum.${field} : datum.${value}`, as });
  return [end(low, "from"), end(high, "to")];
}
