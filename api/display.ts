/** Charts and tables as notebooks show them: objects that the Deno kernel asks for what to draw. */
import { escapeHtml } from "../reports/html.ts";
import { renderSvg } from "../reports/render.ts";
import { chartConfig, LIGHT } from "../reports/theme.ts";
import type { ResultRow } from "./results.ts";

/** Under this the Deno kernel finds what an object looks like, by media type. */
export const DISPLAY: unique symbol = Symbol.for("Jupyter.display") as never;

/** What a notebook shows when it is the last value of a cell. */
export interface Displayed {
  [DISPLAY](): Readonly<Record<string, unknown>>;
}

/** A chart for a notebook. */
export interface DisplayedChart extends Displayed {
  readonly spec: Readonly<Record<string, unknown>>;
  readonly svg: string;
}

/** What notebooks know of Vega-Lite: JupyterLab and VS Code draw version 5, whose specifications ours are too. */
const VEGA_LITE = "application/vnd.vegalite.v5+json";
const VEGA_LITE_SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json";
/** Of a chart that does not say, pixels. */
const CHART_WIDTH = 640;
const CHART_HEIGHT = 260;
/** Room around a chart, pixels. */
const PADDING = 12;

/**
 * A chart for a notebook: interactive where the notebook draws Vega-Lite, and the same as SVG where it does not.
 *
 *     await chart({ data: { values: rows }, mark: "line", encoding: { x: { field: "t" }, y: { field: "balance" } } });
 *
 * @param spec a Vega-Lite specification with its data in it, such as the charts of a run have; without a `config` it gets that of the reports
 * @throws Error when it is no specification
 */
export async function chart(spec: Readonly<Record<string, unknown>>): Promise<DisplayedChart> {
  const sized = "layer" in spec || "mark" in spec ? { width: CHART_WIDTH, height: CHART_HEIGHT, ...spec } : spec;
  // On paper of its own: a notebook may be dark.
  const whole = { config: chartConfig(), ...sized, background: LIGHT.paper, padding: PADDING };
  const svg = await renderSvg(whole);
  const media = {
    [VEGA_LITE]: { ...whole, $schema: VEGA_LITE_SCHEMA },
    // Smaller where a cell is narrower than the chart: Jupyter Notebook would cut it off.
    "image/svg+xml": svg.replace("<svg ", '<svg style="max-width: 100%; height: auto" '),
    "text/plain": `chart: ${titleOf(spec)}`,
  };
  return { spec: whole, svg, [DISPLAY]: () => media };
}

/** How a table is shown. */
export interface TableOptions {
  /** Which columns, in which order, and what their heads say; all of the first row unless told. */
  readonly columns?: Readonly<Record<string, string>>;
  /** Rows shown at most; 50 unless told. */
  readonly most?: number;
  /** Decimals of a number at most; 6 unless told. */
  readonly decimals?: number;
}

const ROWS_MOST = 50;
const DECIMALS = 6;

/**
 * Rows as a table for a notebook: numbers grouped and to the right, texts escaped.
 *
 *     table(await crash.rows("SELECT cause, count(*) AS number FROM liquidations GROUP BY cause ORDER BY cause"));
 */
export function table(rows: readonly ResultRow[] | readonly object[], options: TableOptions = {}): Displayed {
  const { most = ROWS_MOST, decimals = DECIMALS } = options;
  const names = options.columns ?? Object.fromEntries(Object.keys(rows[0] ?? {}).map((name) => [name, name]));
  const shown = rows.slice(0, most).map((row) =>
    Object.keys(names).map((name) => {
      const value = (row as ResultRow)[name];
      return { text: cellText(value, decimals), isNumber: typeof value === "number" || typeof value === "bigint" };
    }),
  );
  const heads = Object.values(names);
  const isNumeric = heads.map(
    (_, place) => shown.length > 0 && shown.every((row) => row[place]?.isNumber === true || row[place]?.text === ""),
  );
  const more = rows.length > most ? `… and ${rows.length - most} more` : "";
  const texts = shown.map((row) => row.map(({ text }) => text));
  const media = { "text/html": htmlTable(heads, texts, isNumeric, more), "text/plain": plainTable(heads, texts, isNumeric, more) };
  return { [DISPLAY]: () => media };
}

function titleOf({ title }: Readonly<Record<string, unknown>>): string {
  const text = typeof title === "object" && title !== null && "text" in title ? title.text : title;
  return typeof text === "string" ? text : "untitled";
}

function cellText(value: unknown, decimals: number): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return new Intl.NumberFormat("en-US", { maximumFractionDigits: decimals }).format(value);
  if (typeof value === "object") return JSON.stringify(value);
  return String(value);
}

function htmlTable(heads: readonly string[], rows: readonly string[][], isNumeric: readonly boolean[], more: string): string {
  const style = (place: number) => (isNumeric[place] === true ? ' style="text-align:right"' : ' style="text-align:left"');
  const line = (tag: string, cells: readonly string[]) =>
    `<tr>${cells.map((cell, place) => `<${tag}${style(place)}>${escapeHtml(cell)}</${tag}>`).join("")}</tr>`;
  const body = rows.map((row) => line("td", row)).join("\n");
  const rest = more === "" ? "" : `<p>${more}</p>`;
  return `<table>\n<thead>${line("th", heads)}</thead>\n<tbody>\n${body}\n</tbody>\n</table>${rest}`;
}

function plainTable(heads: readonly string[], rows: readonly string[][], isNumeric: readonly boolean[], more: string): string {
  const widths = heads.map((head, place) => Math.max(head.length, ...rows.map((row) => row[place]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, place) => (isNumeric[place] === true ? cell.padStart(widths[place] as number) : cell.padEnd(widths[place] as number)))
      .join("  ")
      .trimEnd();
  return [line(heads), ...rows.map(line), ...(more === "" ? [] : [more])].join("\n");
}
