/** The worst run once more, step by step. */
import type { ChartContext, Drawing, Row, Spec } from "../../charts/chart.ts";
import { amountY, panel, priceAxis, timeX, tip, WHEN_TIP, whenTransform } from "../../charts/panel.ts";
import { money } from "../../format.ts";
import { LIGHT } from "../../theme.ts";
import { instrumentChoice, ofInstrument, shortRows } from "../parts.ts";
import type { Sweep } from "../sweep.ts";
import { drawing, type SweepChart } from "../sweep-chart.ts";

const TITLE = "Replay of the worst run";
/** Parameter that the slider sets, and the script of the page while it plays. */
const STEP = "step";

export const replayChart: SweepChart = { name: "replay", title: TITLE, draw };

async function draw(sweep: Sweep): Promise<Drawing> {
  const { analysis, store, tables, context, labels } = sweep;
  const { worst } = analysis;
  if (worst === null || !tables.has("curves")) return { empty: "No run ended: there is none to replay." };
  const found = await store.rows(
    `SELECT instrument, step, time_us / 1000 AS t, lag(time_us, 1, ${context.startUs}) OVER (PARTITION BY instrument ORDER BY step) / 1000 AS begin,
       mark, available, drawdown, liquidated, adl FROM curves WHERE run = ${worst.run} ORDER BY instrument, step`,
  );
  if (found.length === 0) return { empty: "No run ended: there is none to replay." };
  const rows = shortRows(found, ["available", "drawdown", "liquidated", "adl"], 6).map(
    (row): Row => ({ ...row, t: Number(row["t"]), begin: Number(row["begin"]), mark: Number(Number(row["mark"]).toPrecision(9)) }),
  );
  const last = Math.max(...rows.map((row) => Number(row["step"])));
  const metric = analysis.metrics.find(({ name }) => name === worst.metric);
  const value = metric?.unit === "amount" ? money(worst.value, analysis.plan.settle) : String(worst.value);
  const caption =
    `Run ${worst.run}, replication ${worst.replication} of setting ${labels.get(worst.setting) ?? worst.setting}, seed ${worst.seed}: the worst ${worst.metric} of all runs, ${value}. ` +
    "The slider goes through the run; what is still to come is faint.";
  const slider: Spec = { name: STEP, value: last, bind: { input: "range", min: 0, max: last, step: 1, name: "Time " } };
  return drawing(TITLE, caption, { replay: rows }, panelsOf(sweep, rows, last), [slider, ...instrumentChoice(sweep)]);
}

function panelsOf(sweep: Sweep, rows: readonly Row[], last: number): Spec[] {
  const { context } = sweep;
  const { settle } = context;
  const marks = rows.map((row) => Number(row["mark"]));
  const [low, high] = [Math.min(...marks), Math.max(...marks)];
  const pad = (high - low || Math.abs(high) * 0.01) * 0.06;
  const hasFund = rows.some((row) => row["available"] !== null);
  const past = { filter: `datum.step <= ${STEP}` };
  const layer = (mark: Spec, y: Spec, labelled: boolean, transform: readonly Spec[] = [], more: Spec = {}) => ({
    data: { name: "replay" },
    transform: [...ofInstrument(sweep), ...transform, ...whenTransform()],
    mark,
    encoding: { x: timeX(context, labelled), y, ...more },
  });
  const tips = [
    WHEN_TIP,
    tip("mark", `Mark, ${settle}`, ",.8~r"),
    tip("available", "Fund", ",.6~r"),
    tip("liquidated", "Liquidated", ",.6~r"),
    tip("adl", "Closed by ADL", ",.6~r"),
  ];
  const line = (y: Spec, colour: string, labelled: boolean) => [
    layer({ type: "line", color: LIGHT.open, strokeWidth: 1 }, y, labelled),
    layer({ type: "line", color: colour, strokeWidth: 1.8 }, y, labelled, [past]),
    layer({ type: "point", filled: true, color: colour, size: 60, opacity: 1 }, y, labelled, [{ filter: `datum.step == ${STEP}` }], {
      tooltip: tips,
    }),
  ];
  const bars = (field: string, colour: string, labelled: boolean) => {
    const x = { ...timeX(context, labelled, "begin"), bin: "binned" };
    const bar = (mark: Spec, transform: readonly Spec[]) =>
      layer({ type: "bar", binSpacing: 0, ...mark }, amountY(field, { stack: null }), labelled, transform, {
        x,
        x2: { field: "t", type: "temporal" },
        tooltip: tips,
      });
    return [bar({ color: LIGHT.open, opacity: 0.5 }, []), bar({ color: colour }, [past])];
  };
  const price = {
    field: "mark",
    type: "quantitative",
    scale: { domain: [low - pad, high + pad], nice: false, zero: false },
    axis: priceAxis(low, high),
  };
  const first = panel("", 150, line(price, LIGHT.mark, false));
  return [
    {
      ...first,
      title: {
        ...(first["title"] as Spec),
        text: { expr: `${JSON.stringify(`Mark price, ${settle}, to `)} + ${timeOfStep(context, last)}` },
      },
    },
    ...(hasFund
      ? [panel(`Available in the insurance fund, ${settle}`, 110, line(amountY("available", { scale: { zero: true } }), LIGHT.fund, false))]
      : []),
    panel(`Liquidated in a step, ${settle}`, 80, bars("liquidated", LIGHT.long, false)),
    panel(`Closed by auto-deleveraging in a step, ${settle}`, 70, bars("adl", LIGHT.adl, true)),
  ];
}

/** A Vega expression: the time at the end of the step chosen. */
function timeOfStep({ startUs, endUs }: ChartContext, last: number): string {
  const [startMs, widthMs] = [startUs / 1000, (endUs - startUs) / 1000 / (last + 1)];
  return `utcFormat(${startMs} + (${STEP} + 1) * ${widthMs}, '%-d %b %H:%M:%S')`;
}
