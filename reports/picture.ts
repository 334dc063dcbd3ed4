/** One picture of a run for a README: title, headline numbers and four charts, drawn without a browser. */

import type { ChartContext, Spec } from "./charts/chart.ts";
import { wrap } from "./charts/panel.ts";
import { money, plural } from "./format.ts";
import { escapeHtml } from "./html.ts";
import { deepestPool, finding, runSentence } from "./page/head.ts";
import { renderPng, renderSvg } from "./render.ts";
import { chartsOf, type ReportChart } from "./report-charts.ts";
import { type Run, withRun } from "./run.ts";
import { AXIS_WIDTH, CHART_FONT, LIGHT, RIGHT_MARGIN } from "./theme.ts";

/** Charts of the sheet, row by row, and how many of their panels. */
const SHOWN: Readonly<Record<string, number>> = { price: 1, fund: 3, liquidations: 3, adl: 2 };

/** Measures in pixels of the sheet; the PNG is larger by `SCALE`. */
const SHEET_WIDTH = 1064;
const MARGIN = 24;
const GAP = 16;
const CARD_WIDTH = (SHEET_WIDTH - 2 * MARGIN - GAP) / 2;
const CARD_HEIGHT = 430;
const CARD_PADDING = 16;
const TILE_TOP = 132;
const TILE_HEIGHT = 66;
const CHARTS_TOP = TILE_TOP + TILE_HEIGHT + GAP;
const SHEET_HEIGHT = CHARTS_TOP + 2 * CARD_HEIGHT + GAP + MARGIN;
const SCALE = 1600 / SHEET_WIDTH;
const SURFACE = "#f1f3f6";

/**
 * The picture of the run in `directory` as PNG, 1600 pixels wide.
 * @throws InputError when the directory is missing or not that of a finished run
 */
export async function renderPicture(directory: string): Promise<Uint8Array> {
  return withRun(directory, async (run) => renderPng(await pictureSvg(run), SCALE));
}

async function pictureSvg(run: Run): Promise<string> {
  const charts = await chartsOf(run);
  const { instrument, pool } = busiest(run);
  const isShown = (chart: ReportChart) => chart.instrument === instrument || chart.pool === pool;
  const ordered = Object.keys(SHOWN).flatMap((kind) => charts.filter((chart) => chart.kind === kind && isShown(chart)));
  const cards = await Promise.all(ordered.map(cardOf));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${SHEET_WIDTH}" height="${SHEET_HEIGHT}" viewBox="0 0 ${SHEET_WIDTH} ${SHEET_HEIGHT}" font-family="${CHART_FONT}">
<rect width="100%" height="100%" fill="${SURFACE}"/>
${text(MARGIN, 44, run.manifest.scenario.name, 24, LIGHT.ink, "bold")}
${lines(MARGIN, 68, [runSentence(run)], 12, LIGHT.muted)}
${lines(MARGIN, 92, wrap(finding(run), 140), 12.5, LIGHT.ink)}
${tiles(run)}
${cards.join("\n")}
</svg>`;
}

/** The instrument of which most was liquidated: a picture has room for one. */
function busiest({ summary, contexts }: Run): ChartContext {
  const liquidated = contexts.map((_, place) => Number(summary.instruments?.[place]?.liquidatedNotional ?? 0));
  return contexts[liquidated.indexOf(Math.max(...liquidated))] as ChartContext;
}

function tiles({ summary, context }: Run): string {
  const pool = deepestPool(summary);
  const unit = context.settle;
  const entries: [title: string, value: string][] = [
    ["Liquidated", money(summary.liquidations.notional, unit)],
    ["Cascades", plural(summary.cascades.count, "cascade")],
    ["Insurance fund drawdown", pool === undefined ? "–" : money(pool.maxDrawdown, unit)],
    ["Auto-deleveraged", money(summary.adl.notional, unit)],
  ];
  const width = (SHEET_WIDTH - 2 * MARGIN - (entries.length - 1) * GAP) / entries.length;
  return entries
    .map(([title, value], position) => {
      const x = MARGIN + position * (width + GAP);
      return `${card(x, TILE_TOP, width, TILE_HEIGHT)}${text(x + 14, TILE_TOP + 25, title, 11.5, LIGHT.muted)}${text(x + 14, TILE_TOP + 50, value, 18, LIGHT.ink, "bold")}`;
    })
    .join("");
}

async function cardOf(chart: ReportChart, position: number): Promise<string> {
  const x = MARGIN + (position % 2) * (CARD_WIDTH + GAP);
  const y = CHARTS_TOP + Math.floor(position / 2) * (CARD_HEIGHT + GAP);
  const title = text(x + CARD_PADDING, y + 28, chart.title, 15, LIGHT.ink, "bold");
  const frame = card(x, y, CARD_WIDTH, CARD_HEIGHT) + title;
  if (chart.spec === null) return frame + lines(x + CARD_PADDING, y + 54, wrap(chart.caption, 72), 12, LIGHT.muted);
  const drawn = await fitted(chart.spec, SHOWN[chart.kind] ?? 1, CARD_WIDTH, CARD_HEIGHT - 28);
  return `${frame}<g transform="translate(${x} ${y + 28})">${drawn}</g>`;
}

/** A chart without its title, its panels made higher or lower until all of it is `height` high. */
async function fitted(spec: Spec, panelCount: number, width: number, height: number): Promise<string> {
  const plot = width - AXIS_WIDTH - RIGHT_MARGIN - 2 * CARD_PADDING;
  const panels = (spec["vconcat"] as readonly { readonly height: number }[]).slice(0, panelCount);
  const sheetOf = (factor: number): Spec => ({
    ...spec,
    title: undefined,
    usermeta: { width: width - 2 * CARD_PADDING },
    vconcat: panels.map((panel) => ({ ...panel, width: plot, height: Math.round(panel.height * factor) })),
  });
  const natural = heightOf(await renderSvg(sheetOf(1), "transparent"));
  const plots = panels.reduce((sum, panel) => sum + panel.height, 0);
  return renderSvg(sheetOf(1 + (height - natural) / plots), "transparent");
}

function heightOf(svg: string): number {
  return Number(/^<svg[^>]* height="([\d.]+)"/.exec(svg)?.[1] ?? 0);
}

function card(x: number, y: number, width: number, height: number): string {
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="8" fill="${LIGHT.paper}" stroke="${LIGHT.grid}"/>`;
}

function text(x: number, y: number, content: string, size: number, fill: string, weight = "normal"): string {
  return `<text x="${x}" y="${y}" font-size="${size}" font-weight="${weight}" fill="${fill}">${escapeHtml(content)}</text>`;
}

function lines(x: number, y: number, content: readonly string[], size: number, fill: string): string {
  return content.map((line, position) => text(x, y + position * size * 1.45, line, size, fill)).join("");
}
