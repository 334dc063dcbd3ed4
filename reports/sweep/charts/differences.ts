/** Every setting less the first, replication by replication, over the same random numbers. */
import type { Drawing, Row, Spec } from "../../charts/chart.ts";
import { amountY, panel, tip } from "../../charts/panel.ts";
import { percent } from "../../format.ts";
import { LIGHT } from "../../theme.ts";
import { metricChoice, metricPanel, metricTitles, OF_METRIC, SETTING_TIP, settingX, short } from "../parts.ts";
import { pointSettings } from "../shown.ts";
import type { Sweep } from "../sweep.ts";
import { drawing, type SweepChart } from "../sweep-chart.ts";

const TITLE = "Differences to the first setting";

export const differencesChart: SweepChart = { name: "differences", title: TITLE, draw: async (sweep) => draw(sweep) };

function draw(sweep: Sweep): Drawing {
  const { analysis, labels } = sweep;
  if (!analysis.plan.commonRandomNumbers)
    return { empty: "The plan has no common random numbers, so there are no pairs of runs to compare." };
  if (analysis.comparisons.length === 0)
    return { empty: "There are no pairs of runs to compare: that takes two settings with two replications that ended." };
  const titles = metricTitles(sweep);
  const drawn = new Set(pointSettings(analysis).map(({ setting }) => setting));
  const rows: Row[] = analysis.comparisons
    .filter(({ setting }) => drawn.has(setting))
    .map(({ setting, metric, pairs, value, interval, varianceReduction }) => ({
      ...{ metric: titles[metric], setting, label: labels.get(setting), pairs, value: short(value) },
      ...{ low: short(interval.low), high: short(interval.high), reduction: short(varianceReduction, 3) },
      is: interval.low > 0 || interval.high < 0 ? "differs" : "may be none",
    }));
  const against = analysis.comparisons[0]?.against ?? 0;
  const saved = analysis.comparisons
    .flatMap(({ varianceReduction }) => (varianceReduction === null ? [] : [varianceReduction]))
    .sort((a, b) => a - b);
  const middle = saved[Math.floor(saved.length / 2)];
  const note =
    middle === undefined || saved.length === 0
      ? ""
      : ` Pairing took away ${percent(middle, 0)} of the variance of a difference in the middle case, ${percent(saved[0] as number, 0)} at the least and ${percent(saved.at(-1) as number, 0)} at the most; below, setting by setting.`;
  const caption = `Mean difference of each setting to setting ${against} over pairs of runs with the same seed, with its ${percent(analysis.confidence, 0)} interval; hollow where that holds none at all.${note}`;
  const used = titles.filter((title) => rows.some((row) => row["metric"] === title));
  return drawing(TITLE, caption, { differences: rows }, panelsOf(sweep, Math.min(0, saved[0] ?? 0)), metricChoice(used));
}

function panelsOf(sweep: Sweep, leastReduction: number): Spec[] {
  const layer = (mark: Spec, more: Spec) => ({
    data: { name: "differences" },
    transform: [OF_METRIC],
    mark,
    encoding: { x: settingX(sweep), ...more },
  });
  const tips = [
    SETTING_TIP,
    tip("value", "Difference", "+,.5~g"),
    tip("low", "Interval from", "+,.5~g"),
    tip("high", "to", "+,.5~g"),
    tip("pairs", "Pairs", ",d"),
    tip("reduction", "Variance reduction", ".1%"),
  ];
  const domain = ["differs", "may be none"];
  const zero = {
    data: { values: [{ zero: 0 }] },
    mark: { type: "rule", color: LIGHT.index, strokeDash: [4, 3] },
    encoding: { y: { field: "zero", type: "quantitative" } },
  };
  return [
    metricPanel("Difference of ", 240, [
      zero,
      layer({ type: "rule", color: LIGHT.mark, strokeWidth: 2.4 }, { y: amountY("low", {}, 6), y2: { field: "high" } }),
      layer(
        { type: "point", opacity: 1, size: 54, strokeWidth: 1.6, stroke: LIGHT.long },
        {
          y: amountY("value", {}, 6),
          fill: {
            field: "is",
            type: "nominal",
            title: null,
            scale: { domain, range: [LIGHT.long, LIGHT.paper] },
            legend: { symbolStrokeColor: LIGHT.long, symbolType: "circle" },
          },
          tooltip: tips,
        },
      ),
    ]),
    panel("Variance taken away by pairing, per cent", 80, [
      layer(
        { type: "point", filled: true, color: LIGHT.mark, size: 36, opacity: 1 },
        {
          y: {
            field: "reduction",
            type: "quantitative",
            scale: { domain: [leastReduction, 1] },
            axis: { title: null, format: ".0%", tickCount: 3 },
          },
          tooltip: tips,
        },
      ),
    ]),
  ];
}
