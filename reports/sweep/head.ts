/** Above the charts of a sweep: what was run, what came of it, and what to beware of. */
import type { SweepAnalysis } from "../../data/store/sweep-analysis.ts";
import { count, money, percent, plural } from "../format.ts";
import { type Hole, html, type Markup } from "../html.ts";
import { tile } from "../page/tile.ts";
import { metricText, unitOf } from "./labels.ts";
import type { Sweep } from "./sweep.ts";

/** Title, the sweep in a sentence, its description and warnings. */
export function sweepHeader({ analysis, labels }: Sweep): Markup {
  const { plan } = analysis;
  return html`<header>
<p class="eyebrow">Breakwater sweep report</p>
<h1>${plan.name}</h1>
<p class="lead">${sweepSentence(analysis)}</p>
${plan.description === "" ? null : html`<p class="about">${plan.description}</p>`}
<p class="finding">${finding(analysis, labels)}</p>
</header>${warnings(analysis)}`;
}

function sweepSentence({ plan, runs, failed, settings, factors }: SweepAnalysis): string {
  const varied = factors.length === 0 ? "without factors" : `over ${plural(factors.length, "factor")}`;
  const stops = settings.some(({ stopping }) => stopping !== null);
  const seeds = plan.commonRandomNumbers ? "the same seeds in every setting" : "seeds of its own in every setting";
  return (
    `${plural(runs, "run")} of ${plan.scenario} on venue ${plan.venue}: ${plural(settings.length, "setting")} ${varied} (${plan.design}), ` +
    `${plural(plan.replications, "replication")}${stops ? " at most" : ""}, ${seeds}; seed of the plan ${plan.seed}. ${failed === 0 ? "No run failed." : `${plural(failed, "run")} failed.`}`
  );
}

/** Which setting does best in the plan's first metric, and which worst. */
function finding({ metrics, settings, plan, confidence }: SweepAnalysis, labels: ReadonlyMap<number, string>): string {
  const [metric] = metrics;
  const means = settings.flatMap((one) => {
    const mean = one.metrics[0]?.mean;
    return mean === undefined ? [] : [{ setting: one.setting, mean }];
  });
  const sorted = [...means].sort((a, b) => a.mean.value - b.mean.value || a.setting - b.setting);
  const [least, most] = [sorted[0], sorted.at(-1)];
  if (metric === undefined || least === undefined || most === undefined) return "No run ended: there is nothing to measure.";
  const say = ({ setting, mean: { value, interval } }: typeof least) => {
    const unit = metric.unit === "amount" ? `\u00a0${plan.settle}` : "";
    const within = interval === null ? "" : ` (${metricText(metric, interval.low)} to ${metricText(metric, interval.high)})`;
    return `${metricText(metric, value)}${unit}${within} in ${labels.get(setting) ?? setting}`;
  };
  const intro = `Mean ${metric.name}, with ${percent(confidence, 0)} intervals:`;
  if (least.setting === most.setting) return `${intro} ${say(least)}.`;
  return least.mean.value === most.mean.value
    ? `${intro} the same in every setting, ${say(least)}.`
    : `${intro} the least is ${say(least)}, the most ${say(most)}.`;
}

function warnings({ warnings }: SweepAnalysis): Markup | null {
  if (warnings.length === 0) return null;
  return html`<section id="warnings"><h2>To beware of</h2><ul>${warnings.map((warning) => html`<li>${warning}</li>`)}</ul></section>`;
}

/** The sweep in numbers. */
export function sweepTiles(sweep: Sweep): Markup {
  const { analysis, labels } = sweep;
  const { settings, pareto, worst, plan, comparisons } = analysis;
  const trials = settings.reduce((sum, { exhaustion }) => sum + (exhaustion?.trials ?? 0), 0);
  const exhausted = settings.reduce((sum, { exhaustion }) => sum + (exhaustion?.successes ?? 0), 0);
  const stopped = settings.filter(({ stopping }) => stopping !== null);
  const reached = stopped.filter(({ stopping }) => stopping?.status === "reached").length;
  const worstMetric = analysis.metrics.find(({ name }) => name === worst?.metric);
  const differing = new Set(comparisons.filter(({ interval }) => interval.low > 0 || interval.high < 0).map(({ setting }) => setting)).size;
  const shownExhaustion = [...settings].sort((a, b) => (b.exhaustion?.value ?? 0) - (a.exhaustion?.value ?? 0))[0];
  const tiles = [
    tile("Runs", count(analysis.runs), "", [
      ["Settings", count(settings.length)],
      [stopped.length === 0 ? "Replications each" : "Replications each, at most", count(plan.replications)],
      ["Failed", analysis.failed === 0 ? "none" : html`<span class="bad">${count(analysis.failed)}</span>`],
      ...(stopped.length === 0 ? [] : ([["Settings narrow enough", `${count(reached)} of ${count(stopped.length)}`]] as [string, Hole][])),
    ]),
    tile("Fund exhausted", trials === 0 ? "–" : percent(exhausted / trials), trials === 0 ? "" : `of ${plural(trials, "run")}`, [
      ["Runs", count(exhausted)],
      ...exhaustionLines(shownExhaustion?.exhaustion ?? null),
      ["Most often in setting", shownExhaustion === undefined ? "–" : `#${shownExhaustion.setting}`],
    ]),
    ...(worst === null || worstMetric === undefined
      ? []
      : [
          tile(`Worst ${worst.metric}`, metricText(worstMetric, worst.value), unitOf(worstMetric, plan.settle), [
            ["Run", count(worst.run)],
            ["Setting", `#${worst.setting}`],
            ["Seed", String(worst.seed)],
          ]),
        ]),
    ...(pareto === null
      ? []
      : [
          tile("Pareto front", count(pareto.front.length), `of ${plural(pareto.points.length, "setting")}`, [
            ["Objectives", count(pareto.objectives.length)],
            ...(comparisons.length === 0 ? [] : ([["Settings that differ from the first", count(differing)]] as [string, Hole][])),
          ]),
        ]),
  ];
  return labels.size === 0 ? html`` : html`<div class="tiles">${tiles}</div>`;
}

function exhaustionLines(exhaustion: SweepAnalysis["settings"][number]["exhaustion"]): [string, Hole][] {
  if (exhaustion === null) return [];
  const { value, interval } = exhaustion;
  return [["Highest of a setting", `${percent(value, 0)} (${percent(interval.low, 0)} to ${percent(interval.high, 0)})`]];
}

/** An estimate with its interval, for a cell of a table. */
export function estimateText(
  metric: SweepAnalysis["metrics"][number],
  { value, interval }: { value: number; interval: { low: number; high: number } | null },
): Hole {
  const text = metric.unit === "amount" ? money(value) : metricText(metric, value);
  return interval === null
    ? text
    : html`${text} <small class="interval">${metricText(metric, interval.low)} … ${metricText(metric, interval.high)}</small>`;
}
