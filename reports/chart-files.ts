/** The charts of a report as files beside it: pictures and their data. */
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { chartCsv } from "./chart-csv.ts";
import type { PageChart } from "./page/figure.ts";
import { renderPng, renderSvg } from "./render.ts";

/** Folders for the files of charts, each made when missing. */
export interface ChartTargets {
  /** Folder for `<chart>.svg`. */
  readonly svgDirectory?: string;
  /** Folder for `<chart>.png`. */
  readonly pngDirectory?: string;
  /** Folder for `<chart>.csv`. */
  readonly csvDirectory?: string;
}

/** The files of charts that were written. */
export interface WrittenCharts {
  readonly svg: readonly string[];
  readonly png: readonly string[];
  readonly csv: readonly string[];
  /** Charts without files, since there was nothing to show. */
  readonly empty: readonly string[];
}

/** A report as it is to be written, all of it made already. */
export interface DrawnReport {
  readonly page: string;
  readonly charts: readonly PageChart[];
}

/**
 * Draws everything first and then writes it, so that what fails writes nothing; each file
 * appears whole or not at all.
 */
export async function writeReportFiles(
  out: string,
  { page, charts }: DrawnReport,
  { svgDirectory, pngDirectory, csvDirectory }: ChartTargets,
): Promise<WrittenCharts> {
  const svg: [file: string, content: string][] = [];
  const png: [file: string, content: Uint8Array][] = [];
  const csv: [file: string, content: string][] = [];
  for (const { name, spec } of charts) {
    if (spec === null) continue;
    if (svgDirectory !== undefined || pngDirectory !== undefined) {
      const picture = await renderSvg(spec);
      if (svgDirectory !== undefined) svg.push([join(svgDirectory, `${name}.svg`), picture]);
      if (pngDirectory !== undefined) png.push([join(pngDirectory, `${name}.png`), renderPng(picture)]);
    }
    if (csvDirectory !== undefined) csv.push([join(csvDirectory, `${name}.csv`), chartCsv(spec)]);
  }
  await writeWhole(out, page);
  for (const [file, content] of [...svg, ...png, ...csv]) await writeWhole(file, content);
  const names = (files: readonly [file: string, content: unknown][]) => files.map(([file]) => file);
  const empty = charts.filter(({ spec }) => spec === null).map(({ name }) => name);
  return { svg: names(svg), png: names(png), csv: names(csv), empty };
}

async function writeWhole(file: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const partial = `${file}.${process.pid}.part`;
  try {
    await writeFile(partial, content);
    await rename(partial, file);
  } finally {
    await rm(partial, { force: true });
  }
}
