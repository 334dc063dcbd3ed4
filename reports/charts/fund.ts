/** The insurance fund over time: available, running peak, drawdown, and what went in and out. */
import { money, percent } from "../format.ts";
import { LIGHT } from "../theme.ts";
import {
  barName,
  bucketStart,
  type ChartContext,
  type ChartDefinition,
  type ChartRows,
  type Drawing,
  extremes,
  microseconds,
  numberOf,
  type Row,
  total,
} from "./chart.ts";
import { amountY, bars as barRows, barX, colours, hoverRule, panel, sheet, timed, timeX, tip, WHEN_TIP, whenTransform } from "./panel.ts";

const TITLE = "Insurance fund";
const TALL_TICKS = 5;
const RECEIVED = "surplus received";
const PAID = "paid for losses";
const HOUSE = "paid by the house";

/** SQL: the movements of the pool with their running peak (FUND-3, CASC-4). */
function movementsOf({ pool }: ChartContext): string {
  return `(SELECT *, max(available) OVER (ORDER BY movement) AS peak FROM funds_natural WHERE pool = ${pool} ORDER BY movement)`;
}

export const fundChart: ChartDefinition = {
  name: "fund",
  title: TITLE,
  each: "pool",
  queries: (context) => ({
    pool: `SELECT any_value(pool_name) AS name, count(*) FILTER (WHERE entry <> 'seed') AS movements, CAST(max(peak - available) AS DOUBLE) AS drawdown,
        max(CASE WHEN peak > 0 THEN CAST(peak - available AS DOUBLE) / CAST(peak AS DOUBLE) ELSE 0 END) AS ratio,
        CAST(min(available) AS DOUBLE) AS lowest FROM ${movementsOf(context)}`,
    available: extremes(movementsOf(context), "available", context),
    peak: extremes(movementsOf(context), "peak", context),
    drawdown: extremes(movementsOf(context), "available - peak", context),
    movements: `
      SELECT t, entry, count(*) AS entries, CAST(sum(amount) AS DOUBLE) AS amount FROM (
        SELECT ${bucketStart("time", context, context.barUs)} AS t, CASE WHEN amount > 0 THEN '${RECEIVED}' ELSE '${PAID}' END AS entry, amount
        FROM ${movementsOf(context)} WHERE entry <> 'seed' AND amount <> 0
        UNION ALL SELECT ${bucketStart("time", context, context.barUs)}, '${HOUSE}', -house FROM ${movementsOf(context)} WHERE house <> 0
      ) GROUP BY t, entry ORDER BY t, entry`,
    moments: `
      SELECT max(${microseconds("time")}) AS t, CAST(last(available ORDER BY movement) AS DOUBLE) AS available, CAST(last(peak ORDER BY movement) AS DOUBLE) AS peak,
        CAST(min(available - peak) AS DOUBLE) AS drawdown
      FROM ${movementsOf(context)} GROUP BY (${microseconds("time")} - ${context.startUs}) // ${context.bucketUs} ORDER BY t`,
  }),
  draw,
};

function draw(rows: ChartRows, context: ChartContext): Drawing {
  const { pool = [], available = [], peak = [], drawdown = [], movements = [], moments = [] } = rows;
  const name = String(pool[0]?.["name"] ?? "");
  if (available.length === 0) return { empty: "The run has no insurance fund." };
  if (numberOf(pool[0], "movements") === 0) {
    return {
      empty: `The pool ${name} neither received nor paid anything: it stayed at ${money(numberOf(available[0], "v"), context.settle)}.`,
    };
  }
  const datasets = {
    available: timed(toEnd(available, context), { series: "Available" }),
    peak: timed(toEnd(peak, context), { series: "Running peak" }),
    drawdown: timed(toEnd(drawdown, context)),
    movements: barRows(movements, context),
    moments: timed(moments),
  };
  const tips = [tip("available", "Available", ",.0f"), tip("peak", "Running peak", ",.0f"), tip("drawdown", "Drawdown", ",.0f")];
  const panels = [
    panel(`Available, ${context.settle}`, 170, [...balanceLines(context), hoverRule("moments", context, tips, false)]),
    panel(`Drawdown from the running peak, ${context.settle}`, 90, [drawdownArea(context)]),
    panel(`Surplus and payments per ${barName(context)}, ${context.settle}`, 100, [
      movementBars(
        context,
        movements.some((row) => row["entry"] === HOUSE),
      ),
    ]),
  ];
  const paid = -total(
    movements.filter((row) => row["entry"] === PAID),
    "amount",
  );
  const gained = total(
    movements.filter((row) => row["entry"] === RECEIVED),
    "amount",
  );
  const caption =
    `Pool ${name} received ${money(gained, context.settle)} of liquidation surplus and paid ${money(paid, context.settle)} for losses; ` +
    `deepest drawdown ${money(numberOf(pool[0], "drawdown"), context.settle)} (${percent(numberOf(pool[0], "ratio"))} of the peak), lowest ${money(numberOf(pool[0], "lowest"), context.settle)}.`;
  return { caption, spec: sheet(TITLE, caption, datasets, panels) };
}

/** A balance stands until it changes: the last one is drawn to the end of the run. */
function toEnd(rows: readonly Row[], context: ChartContext): readonly Row[] {
  const last = rows.at(-1);
  return last === undefined ? rows : [...rows, { ...last, t: Math.max(context.endUs, numberOf(last, "t")) }];
}

function balanceLines(context: ChartContext): Record<string, unknown>[] {
  const color = {
    field: "series",
    type: "nominal",
    title: null,
    scale: colours({ Available: LIGHT.mark, "Running peak": LIGHT.index }),
    legend: { symbolType: "stroke" },
  };
  const encoding = { x: timeX(context, false), y: amountY("v", { scale: { zero: true } }, TALL_TICKS), color };
  return [
    { data: { name: "peak" }, mark: { type: "line", interpolate: "step-after", strokeWidth: 1.2, strokeDash: [4, 3] }, encoding },
    { data: { name: "available" }, mark: { type: "line", interpolate: "step-after", strokeWidth: 1.8 }, encoding },
  ];
}

function drawdownArea(context: ChartContext): Record<string, unknown> {
  return {
    data: { name: "drawdown" },
    mark: { type: "area", interpolate: "step-after", color: LIGHT.long, opacity: 0.75, line: { color: LIGHT.long, strokeWidth: 1 } },
    // Several points may stand at one time: stacked, they would add up.
    encoding: { x: timeX(context, false), y: amountY("v", { scale: { zero: true }, stack: null }) },
  };
}

function movementBars(context: ChartContext, house: boolean): Record<string, unknown> {
  return {
    data: { name: "movements" },
    transform: whenTransform(),
    mark: { type: "bar", binSpacing: 0 },
    encoding: {
      ...barX(context, true),
      y: amountY("amount"),
      color: {
        field: "entry",
        type: "nominal",
        title: null,
        scale: colours({ [RECEIVED]: LIGHT.short, [PAID]: LIGHT.fund, ...(house ? { [HOUSE]: LIGHT.residual } : {}) }),
        legend: { symbolType: "square" },
      },
      tooltip: [
        WHEN_TIP,
        { field: "entry", title: "Entry", type: "nominal" },
        tip("entries", "Movements", ",d"),
        tip("amount", "Amount", ",.2f"),
      ],
    },
  };
}
