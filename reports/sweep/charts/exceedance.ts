/** How often the fund fell by how much, and how often it was exhausted, setting by setting. */
import type { Drawing, Row, Spec } from "../../charts/chart.ts";
import { amountAxis, panel, tip } from "../../charts/panel.ts";
import { percent } from "../../format.ts";
import { LIGHT } from "../../theme.ts";
import { grouped, OF_SETTING, SETTING, SETTING_TIP, settingChoice, settingX, short, shownNote, shownRuns } from "../parts.ts";
import { evenly, pointSettings } from "../shown.ts";
import type { Sweep } from "../sweep.ts";
import { drawing, type SweepChart } from "../sweep-chart.ts";

const TITLE = "How often the fund falls by how much";
const POINTS_MOST = 120;
/** With fewer runs a logarithmic axis has nothing to spread. */
const LOG_RUNS_LEAST = 20;

export const exceedanceChart: SweepChart = { name: "exceedance", title: TITLE, draw };

async function draw(sweep: Sweep): Promise<Drawing> {
  const { analysis, store } = sweep;
  const rows = await store.rows(
    `SELECT setting, "fund.maxDrawdown"::DOUBLE AS drawdown FROM runs JOIN ${shownRuns(sweep)} USING (run, setting)
     WHERE "fund.maxDrawdown" IS NOT NULL ORDER BY setting, drawdown`,
  );
  if (rows.length === 0) return { empty: "No run ended with an insurance fund: there is no drawdown to count." };
  const curves = curvesOf(rows);
  const most = Math.max(...analysis.settings.map(({ replications, failed }) => replications - failed));
  const isLog = most >= LOG_RUNS_LEAST;
  const { settle } = analysis.plan;
  const drawdowns = panel(`Part of the runs that fall so deep${isLog ? ", logarithmic" : ""}`, 240, lines(isLog, settle));
  const exhaustion = panel("Probability that a pool is exhausted, per cent", 150, exhaustionLayers(sweep));
  const chances = exhaustionRows(sweep);
  const caption =
    `The strong line is the setting chosen, the dashed one setting ${analysis.settings[0]?.setting ?? 0}, all others are faint.${shownNote(sweep)} ` +
    `Below: in how many of the runs some pool could not pay a loss in full, with the exact ${percent(analysis.confidence, 0)} interval (Clopper–Pearson).`;
  return drawing(TITLE, caption, { drawdowns: curves, exhaustion: chances }, [drawdowns, exhaustion], [settingChoice(sweep)]);
}

/** Of each setting the part of runs at or above each drawdown, thinned. */
function curvesOf(rows: readonly Row[]): Row[] {
  const bySetting = grouped(rows, "setting");
  return [...bySetting].flatMap(([setting, own]) => {
    const values = own.map((row) => Number(row["drawdown"]));
    const points = values.map((drawdown, place) => ({ setting, drawdown: short(drawdown), part: short(1 - place / values.length) }));
    // A line needs a way to its first point.
    return [{ setting, drawdown: 0, part: 1 }, ...evenly(points, POINTS_MOST)];
  });
}

function lines(isLog: boolean, settle: string): Spec[] {
  const y = {
    field: "part",
    type: "quantitative",
    scale: { type: isLog ? "log" : "linear", ...(isLog ? {} : { domain: [0, 1] }) },
    axis: { title: null, format: ".3~%", tickCount: 5 },
  };
  const encoding = {
    x: {
      field: "drawdown",
      type: "quantitative",
      axis: amountAxis({ title: `Deepest drawdown of any pool, ${settle}`, tickCount: 8, grid: false }),
    },
    y,
  };
  const line = (transform: readonly Spec[], mark: Spec, more: Spec = {}) => ({
    data: { name: "drawdowns" },
    transform,
    mark: { type: "line", interpolate: "step-before", ...mark },
    encoding: { ...encoding, ...more },
  });
  return [
    line([], { color: LIGHT.open, strokeWidth: 0.8, opacity: 0.8 }, { detail: { field: "setting", type: "nominal" } }),
    line([{ joinaggregate: [{ op: "min", field: "setting", as: "first" }] }, { filter: "datum.setting == datum.first" }], {
      color: LIGHT.index,
      strokeWidth: 1.6,
      strokeDash: [5, 3],
    }),
    line([OF_SETTING], { color: LIGHT.long, strokeWidth: 2.2 }),
    {
      data: { name: "drawdowns" },
      transform: [OF_SETTING],
      mark: { type: "point", filled: true, color: LIGHT.long, size: 22, opacity: 0.9 },
      encoding: { ...encoding, tooltip: [tip("drawdown", `At least, ${settle}`, ",.5~g"), tip("part", "Part of the runs", ".1%")] },
    },
  ];
}

function exhaustionRows({ analysis, labels }: Sweep): Row[] {
  return pointSettings(analysis).flatMap(({ setting, exhaustion }) => {
    if (exhaustion === null) return [];
    const { successes, trials, value, interval } = exhaustion;
    return [
      { setting, label: labels.get(setting), successes, trials, part: short(value), low: short(interval.low), high: short(interval.high) },
    ];
  });
}

function exhaustionLayers(sweep: Sweep): Spec[] {
  const y = (field: string) => ({
    field,
    type: "quantitative",
    scale: { domain: [0, 1] },
    axis: { title: null, format: ".0%", tickCount: 5 },
  });
  const colour = { condition: { test: `datum.setting == ${SETTING}`, value: LIGHT.long }, value: LIGHT.mark };
  const layer = (mark: Spec, more: Spec) => ({
    data: { name: "exhaustion" },
    mark,
    encoding: { x: settingX(sweep), color: colour, ...more },
  });
  const tips = [
    SETTING_TIP,
    tip("successes", "Exhausted", ",d"),
    tip("trials", "of runs", ",d"),
    tip("part", "Probability", ".1%"),
    tip("low", "Interval from", ".1%"),
    tip("high", "to", ".1%"),
  ];
  return [
    layer({ type: "rule", strokeWidth: 2 }, { y: y("low"), y2: { field: "high" } }),
    layer({ type: "point", filled: true, size: 46, opacity: 1 }, { y: y("part"), tooltip: tips }),
  ];
}
