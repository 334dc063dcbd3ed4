/** The insurance fund over time, over all seeds of a setting: bands in which half and nine tenths of the runs are. */
import type { Drawing, Spec } from "../../charts/chart.ts";
import { amountY, hoverRule, panel, timeX, tip } from "../../charts/panel.ts";
import { LIGHT } from "../../theme.ts";
import { instrumentChoice, OF_SETTING, ofInstrument, settingChoice, shortRows, shownNote, shownRuns } from "../parts.ts";
import type { Sweep } from "../sweep.ts";
import { drawing, type SweepChart } from "../sweep-chart.ts";

const TITLE = "Insurance fund over all seeds";
const QUANTILES = [5, 25, 50, 75, 95] as const;
/** Rows that the page may have of this chart. */
const ROWS_MOST = 2400;
const STEPS_LEAST = 20;
const STEPS_MOST = 240;

export const fundFanChart: SweepChart = { name: "fund", title: TITLE, draw };

async function draw(sweep: Sweep): Promise<Drawing> {
  const { store, tables, shown, instruments, context } = sweep;
  if (!tables.has("curves") || instruments.length === 0) return { empty: "No run ended: there is no fund to draw." };
  const wanted = Math.max(STEPS_LEAST, Math.floor(ROWS_MOST / (shown.length * instruments.length)));
  const together = Math.ceil(STEPS_MOST / Math.min(STEPS_MOST, wanted));
  const quantiles = (column: string, letter: string) =>
    QUANTILES.map((part) => `quantile_cont(${column}, ${part / 100}) AS ${letter}${part}`);
  const columns = [...quantiles("available", "available"), ...quantiles("drawdown", "drawdown")].join(", ");
  const rows = await store.rows(
    `WITH steps AS (
       SELECT setting, run, instrument, step // ${together} AS step, max(time_us) AS time_us, arg_max(available, step) AS available, max(drawdown) AS drawdown
       FROM curves JOIN ${shownRuns(sweep)} USING (run) WHERE available IS NOT NULL GROUP BY ALL
     )
     SELECT setting, instrument, max(time_us) / 1000 AS t, count(*) AS runs, ${columns} FROM steps GROUP BY setting, instrument, step ORDER BY setting, instrument, step`,
  );
  if (rows.length === 0) return { empty: "The runs have no insurance fund." };
  const names = QUANTILES.flatMap((part) => [`available${part}`, `drawdown${part}`]);
  const data = shortRows(rows, ["t"], 15).map((row) => shortRows([row], names)[0] as typeof row);
  const transform = [OF_SETTING, ...ofInstrument(sweep)];
  const caption = `In the dark band is the middle half of the runs at each time, in the light one nine of ten; the line is the median.${shownNote(sweep)}`;
  const tips = (letter: string) => QUANTILES.map((part) => tip(`${letter}${part}`, part === 50 ? "Median" : `${part} %`, ",.5~g"));
  const hover = (letter: string, labelled: boolean) => {
    const made = hoverRule("fan", context, tips(letter), labelled);
    const own = JSON.parse(JSON.stringify(made).replaceAll(`hover_fan_${QUANTILES.length}`, `hover_${letter}`)) as Spec;
    return { ...own, transform: [...transform, ...(made["transform"] as readonly Spec[])] };
  };
  return drawing(
    TITLE,
    caption,
    { fan: data },
    [
      panel(`Available, ${context.settle}`, 180, [...bands("available", LIGHT.mark, transform, sweep, false), hover("available", false)]),
      panel(`Drawdown from the running peak, ${context.settle}`, 150, [
        ...bands("drawdown", LIGHT.long, transform, sweep, true),
        hover("drawdown", true),
      ]),
    ],
    [settingChoice(sweep), ...instrumentChoice(sweep)],
  );
}

function bands(letter: string, colour: string, transform: readonly Spec[], { context }: Sweep, labelled: boolean): Spec[] {
  const layer = (mark: Spec, from: number, to: number | null) => ({
    data: { name: "fan" },
    transform,
    mark: { interpolate: "step-before", color: colour, ...mark },
    encoding: {
      x: timeX(context, labelled),
      y: amountY(`${letter}${from}`, { scale: { zero: true }, stack: null }, 5),
      ...(to === null ? {} : { y2: { field: `${letter}${to}` } }),
    },
  });
  return [
    layer({ type: "area", opacity: 0.2 }, 5, 95),
    layer({ type: "area", opacity: 0.35 }, 25, 75),
    layer({ type: "line", strokeWidth: 1.8 }, 50, null),
  ];
}
