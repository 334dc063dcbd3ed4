/** How many cascades of at least which size a run has, on logarithmic axes. */
import type { Drawing, Row, Spec } from "../../charts/chart.ts";
import { logAxis, valuesOf } from "../../charts/log-axis.ts";
import { panel, tip } from "../../charts/panel.ts";
import { LIGHT } from "../../theme.ts";
import { grouped, OF_SETTING, settingChoice, short, shownNote, shownRuns } from "../parts.ts";
import { evenly } from "../shown.ts";
import type { Sweep } from "../sweep.ts";
import { drawing, type SweepChart } from "../sweep-chart.ts";

const TITLE = "Sizes of cascades";
const POINTS_MOST = 60;

export const cascadesChart: SweepChart = { name: "cascades", title: TITLE, draw };

async function draw(sweep: Sweep): Promise<Drawing> {
  const { store, tables } = sweep;
  if (!tables.has("cascade_sizes")) return { empty: "No run ended: there are no cascades." };
  const counted = await store.rows(`SELECT setting, count(*) AS runs FROM ${shownRuns(sweep)} GROUP BY setting`);
  const runs = new Map(counted.map((row) => [Number(row["setting"]), Number(row["runs"])]));
  const rows: Row[] = [];
  for (const size of ["liquidations", "accounts"]) {
    const found = await store.rows(
      `SELECT setting, ${size} AS size, sum(cascades)::BIGINT AS cascades FROM cascade_sizes JOIN ${shownRuns(sweep)} USING (run) GROUP BY ALL ORDER BY setting, size`,
    );
    for (const [setting, own] of grouped(found, "setting"))
      rows.push(...exceeding(own, runs.get(setting) ?? 1).map((row) => ({ setting, of: size, ...row })));
  }
  if (rows.length === 0) return { empty: "There was no cascade in any run." };
  const caption = `How many cascades of at least this size a run has on average, both axes logarithmic. The strong line is the setting chosen, the others are faint.${shownNote(sweep)}`;
  const panels = [panelOf("liquidations", "Liquidations in a cascade", rows), panelOf("accounts", "Accounts in a cascade", rows)];
  return drawing(TITLE, caption, { sizes: rows }, panels, [settingChoice(sweep)]);
}

/** Cascades a run of at least each size, thinned. */
function exceeding(rows: readonly Row[], runs: number): Row[] {
  let left = rows.reduce((sum, row) => sum + Number(row["cascades"]), 0);
  const points = rows.map((row) => {
    const point = { size: Number(row["size"]), perRun: short(left / runs) };
    left -= Number(row["cascades"]);
    return point;
  });
  return evenly(points, POINTS_MOST);
}

function panelOf(size: string, title: string, rows: readonly Row[]): Spec {
  const own = rows.filter((row) => row["of"] === size);
  const encoding = {
    x: { field: "size", type: "quantitative", ...logAxis(valuesOf(own, "size"), { title }) },
    y: { field: "perRun", type: "quantitative", ...logAxis(valuesOf(own, "perRun")) },
  };
  const line = (transform: readonly Spec[], mark: Spec, more: Spec = {}) => ({
    data: { name: "sizes" },
    transform: [{ filter: `datum.of == '${size}'` }, ...transform],
    mark,
    encoding: { ...encoding, ...more },
  });
  return panel("Cascades of at least this size, a run", 190, [
    line(
      [],
      { type: "line", interpolate: "step-before", color: LIGHT.open, strokeWidth: 0.8, opacity: 0.8 },
      { detail: { field: "setting", type: "nominal" } },
    ),
    line([OF_SETTING], { type: "line", interpolate: "step-before", color: LIGHT.mark, strokeWidth: 2 }),
    line(
      [OF_SETTING],
      { type: "point", filled: true, color: LIGHT.mark, size: 30, opacity: 1 },
      { tooltip: [tip("size", title, ",d"), tip("perRun", "Cascades a run", ",.4~g")] },
    ),
  ]);
}
