/** Every metric by setting: its mean with the interval, and the least and greatest of the runs. */

import { amountY, tip } from "../../charts/panel.ts";
import { percent } from "../../format.ts";
import { LIGHT } from "../../theme.ts";
import { metricChoice, metricPanel, metricTitles, OF_METRIC, SETTING_TIP, settingX, short, withEnds } from "../parts.ts";
import { pointSettings } from "../shown.ts";
import type { Sweep } from "../sweep.ts";
import { drawing, type SweepChart } from "../sweep-chart.ts";

const TITLE = "Metrics by setting";

export const metricsChart: SweepChart = { name: "metrics", title: TITLE, draw: async (sweep) => draw(sweep) };

function draw(sweep: Sweep) {
  const { analysis, labels } = sweep;
  const titles = metricTitles(sweep);
  const drawn = pointSettings(analysis);
  const rows = drawn.flatMap(({ setting, metrics }) =>
    metrics.flatMap((metric, place) => {
      if (metric === null) return [];
      const { mean } = metric;
      return [
        {
          ...{ metric: titles[place], setting, label: labels.get(setting), runs: metric.count, mean: short(mean.value) },
          ...{
            low: short(mean.interval?.low),
            high: short(mean.interval?.high),
            least: short(metric.least),
            greatest: short(metric.greatest),
          },
        },
      ];
    }),
  );
  if (rows.length === 0) return { empty: "No run ended: there is nothing to measure." };
  const of = (mark: Record<string, unknown>, more: Record<string, unknown>, extra: readonly Record<string, unknown>[] = []) => ({
    data: { name: "metrics" },
    transform: [OF_METRIC, ...extra],
    mark,
    encoding: { x: settingX(sweep), ...more },
  });
  const scale = { scale: { zero: false } };
  const tips = [
    SETTING_TIP,
    tip("mean", "Mean", ",.5~g"),
    tip("low", "Interval from", ",.5~g"),
    tip("high", "to", ",.5~g"),
    tip("least", "Least run", ",.5~g"),
    tip("greatest", "Greatest run", ",.5~g"),
    tip("runs", "Runs", ",d"),
  ];
  const layers = [
    of({ type: "rule", color: LIGHT.index, strokeWidth: 1 }, { y: amountY("least", scale, 6), y2: { field: "greatest" } }),
    of(
      { type: "rule", color: LIGHT.mark, strokeWidth: 3 },
      { y: amountY("from", scale, 6), y2: { field: "to" } },
      withEnds("mean", "low", "high"),
    ),
    // Of few runs the interval is the wider of the two, and would hide where these end.
    ...["least", "greatest"].map((end) =>
      of({ type: "tick", orient: "horizontal", color: LIGHT.index, size: 12, thickness: 1.5, opacity: 1 }, { y: amountY(end, scale, 6) }),
    ),
    of({ type: "point", filled: true, color: LIGHT.long, size: 46, opacity: 1 }, { y: amountY("mean", scale, 6), tooltip: tips }),
  ];
  const part = drawn.length === analysis.settings.length ? "" : ` ${drawn.length} of ${analysis.settings.length} settings are drawn.`;
  const caption = `A dot is the mean over the runs of a setting, the thick bar its ${percent(analysis.confidence, 0)} confidence interval, the thin one with strokes at its ends reaches from the least run to the greatest.${part}`;
  return drawing(
    TITLE,
    caption,
    { metrics: rows },
    [metricPanel("", 280, layers)],
    metricChoice([...new Set(rows.map((row) => String(row.metric)))]),
  );
}
