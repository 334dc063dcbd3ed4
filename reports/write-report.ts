/** Writes the report of a run, and its charts as pictures when asked for. */
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { renderPng, renderSvg } from "./render.ts";
import { pageOf } from "./render-report.ts";
import { chartsOf } from "./report-charts.ts";
import { withRun } from "./run.ts";

/** Where a report goes. */
export interface ReportTargets {
  /** The HTML file; default `report.html` in the directory of the run. */
  readonly out?: string;
  /** Folder for `<chart>.svg`, made when missing. */
  readonly svgDirectory?: string;
  /** Folder for `<chart>.png`, made when missing. */
  readonly pngDirectory?: string;
}

/** What was written. */
export interface WrittenReport {
  readonly html: string;
  readonly svg: readonly string[];
  readonly png: readonly string[];
  /** Charts without a picture, since there was nothing to show. */
  readonly empty: readonly string[];
}

/**
 * Renders everything first and then writes it, so that bad input writes nothing; each
 * file appears whole or not at all.
 * @throws InputError when the directory is missing or not that of a finished run
 */
export async function writeReport(directory: string, targets: ReportTargets = {}): Promise<WrittenReport> {
  const { page, charts } = await withRun(directory, async (run) => {
    const drawn = await chartsOf(run);
    return { page: await pageOf(run, drawn), charts: drawn };
  });
  const { out = join(directory, "report.html"), svgDirectory, pngDirectory } = targets;
  const svg: [file: string, content: string][] = [];
  const png: [file: string, content: Uint8Array][] = [];
  if (svgDirectory !== undefined || pngDirectory !== undefined) {
    for (const { name, spec } of charts) {
      if (spec === null) continue;
      const picture = await renderSvg(spec);
      if (svgDirectory !== undefined) svg.push([join(svgDirectory, `${name}.svg`), picture]);
      if (pngDirectory !== undefined) png.push([join(pngDirectory, `${name}.png`), renderPng(picture)]);
    }
  }
  await writeWhole(out, page);
  for (const [file, content] of [...svg, ...png]) await writeWhole(file, content);
  const empty = charts.filter(({ spec }) => spec === null).map(({ name }) => name);
  return { html: out, svg: svg.map(([file]) => file), png: png.map(([file]) => file), empty };
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
