/** When and at what price a setting liquidates how much, over all its seeds. */

import { MAP_BINS_PER_PRICE } from "../../../data/store/sweep-tables.ts";
import type { Drawing, Row, Spec } from "../../charts/chart.ts";
import { amountLabel, panel, timeX, tip, WHEN_TIP, whenTransform } from "../../charts/panel.ts";
import { LIGHT } from "../../theme.ts";
import { instrumentChoice, OF_SETTING, ofInstrument, settingChoice, shortRows, shownNote, shownRuns } from "../parts.ts";
import type { Sweep } from "../sweep.ts";
import { drawing, type SweepChart } from "../sweep-chart.ts";

const TITLE = "Liquidation map";
const CELLS_MOST = 9000;
const BINS_MOST = 48;
const SCHEME = "cividis";

export const liquidationMapChart: SweepChart = { name: "liquidation-map", title: TITLE, draw };

async function draw(sweep: Sweep): Promise<Drawing> {
  const { store, tables, context } = sweep;
  const { settle } = context;
  if (!tables.has("liquidation_map")) return { empty: "No run ended: there are no liquidations." };
  const cells = `liquidation_map JOIN ${shownRuns(sweep)} USING (run)`;
  const [found] = await store.rows(
    `SELECT min(bin) AS low, max(bin) AS high, count(DISTINCT (setting, instrument, step, bin)) AS cells, max(step) + 1 AS steps,
       (SELECT min(ends - time_us) FROM (SELECT time_us, lead(time_us) OVER (ORDER BY time_us) AS ends FROM (SELECT DISTINCT time_us FROM liquidation_map))) AS width
     FROM ${cells}`,
  );
  if (Number(found?.["cells"] ?? 0) === 0) return { empty: "Nothing was liquidated in any run." };
  const tall = Math.ceil((Number(found?.["high"]) - Number(found?.["low"]) + 1) / BINS_MOST);
  const wide = Math.max(1, Math.ceil(Math.sqrt(Number(found?.["cells"]) / tall / CELLS_MOST)));
  const widthMs = ((context.endUs - context.startUs) / 60 / 1000) * wide;
  const cellsFound = await store.rows(
    `WITH runs_of AS (SELECT setting, count(*) AS runs FROM ${shownRuns(sweep)} GROUP BY setting)
     SELECT setting, instrument, min(time_us) / 1000 AS t, (floor(bin / ${tall}) * ${tall})::BIGINT AS bin,
       sum(notional) / any_value(runs) AS notional, sum(liquidations) / any_value(runs) AS liquidations
     FROM ${cells} JOIN runs_of USING (setting)
     GROUP BY setting, instrument, step // ${wide}, floor(bin / ${tall}) HAVING sum(notional) > 0 ORDER BY setting, instrument, t, bin`,
  );
  const percents = (bin: number) => Math.round((bin * 1e6) / MAP_BINS_PER_PRICE) / 1e4;
  const rows = shortRows(cellsFound, ["notional", "liquidations"], 4).map(
    ({ bin, ...row }): Row => ({
      ...row,
      t: Number(row["t"]),
      end: Math.min(Math.round(Number(row["t"]) + widthMs), context.endUs / 1000),
      from: percents(Number(bin)),
      to: percents(Number(bin) + tall),
    }),
  );
  const values = rows.map((row) => Number(row["notional"]));
  const span: [number, number] = [
    values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
    values.reduce((a, b) => Math.max(a, b), 0),
  ];
  if (span[0] === span[1]) span[0] /= 2;
  const layer: Spec = {
    data: { name: "map" },
    transform: [OF_SETTING, ...ofInstrument(sweep), ...whenTransform()],
    mark: { type: "rect", strokeWidth: 0 },
    encoding: {
      x: timeX(context, true),
      x2: { field: "end", type: "temporal" },
      y: {
        field: "from",
        type: "quantitative",
        scale: { zero: false, nice: false },
        axis: { title: null, format: "+.3~g", labelExpr: "(datum.value == 0 ? '0' : datum.label) + ' %'" },
      },
      y2: { field: "to" },
      color: {
        field: "notional",
        type: "quantitative",
        scale: { type: "log", scheme: SCHEME, domain: span },
        legend: {
          title: `Liquidated a run, ${settle}`,
          titleFontWeight: "normal",
          titleColor: LIGHT.muted,
          titleFontSize: 11,
          gradientLength: 200,
          labelExpr: amountLabel("datum.value"),
          values: tensWithin(span),
        },
      },
      tooltip: [
        WHEN_TIP,
        tip("from", "Mark from, %", "+.2f"),
        tip("to", "to, %", "+.2f"),
        tip("notional", `Liquidated a run, ${settle}`, ",.4~g"),
        tip("liquidations", "Liquidations a run", ",.3~g"),
      ],
    },
  };
  const caption = `Where a liquidation triggered: time, and the mark relative to the first mark of the run. A cell is the value liquidated there in a run on average over the seeds; its colours are logarithmic.${shownNote(sweep)}`;
  const title = `Mark at the trigger, per cent from the first`;
  return drawing(TITLE, caption, { map: rows }, [panel(title, 300, [layer])], [settingChoice(sweep), ...instrumentChoice(sweep)]);
}

/** Powers of ten within a span, for a legend; its ends where there are fewer than two. */
function tensWithin([low, high]: readonly [number, number]): number[] {
  const tens = Array.from({ length: 40 }, (_, place) => 10 ** (place - 12)).filter((ten) => ten >= low && ten <= high);
  return tens.length >= 2 ? tens : [low, high];
}
