/** `breakwater report`: the report of a run or a sweep, made again from its directory. */
import { existsSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "commander";
import { isSweep, sweepFile } from "../data/store/sweep-store.ts";
import { SWEEP_TABLES } from "../data/store/sweep-tables.ts";
import { writeSweepReport } from "../reports/sweep/write-sweep-report.ts";
import { writeReport } from "../reports/write-report.ts";
import { checkTarget, writeFailure } from "./target.ts";

interface ReportOptions {
  readonly out?: string;
  readonly svg?: string;
  readonly png?: string;
  readonly csv?: string;
  readonly json?: boolean;
}

const EXAMPLE = `
Examples:
  $ breakwater report out/flash-crash-7 --out crash.html --svg charts
  $ breakwater report out/tiers-and-fees --csv data
`;

/** Adds `report DIR [--out FILE.html] [--svg DIR] [--png DIR] [--csv DIR] [--json]`. */
export function registerReport(program: Command): void {
  program
    .command("report")
    .description("write the report of a run or a sweep as one self-contained HTML file, and its charts as SVG, PNG or CSV")
    .argument("<dir>", "directory of a finished run or sweep")
    .option("--out <file>", "the HTML file (default: report.html in that directory)")
    .option("--svg <dir>", "also write each chart as <dir>/<chart>.svg")
    .option("--png <dir>", "also write each chart as <dir>/<chart>.png")
    .option("--csv <dir>", "also write the data of each chart as <dir>/<chart>.csv")
    .option("--json", "print what was written as one JSON document")
    .addHelpText("after", EXAMPLE)
    .action(report);
}

async function report(directory: string, options: ReportOptions): Promise<void> {
  await checkTargets(directory, options);
  const targets = {
    ...(options.out === undefined ? {} : { out: options.out }),
    ...(options.svg === undefined ? {} : { svgDirectory: options.svg }),
    ...(options.png === undefined ? {} : { pngDirectory: options.png }),
    ...(options.csv === undefined ? {} : { csvDirectory: options.csv }),
  };
  const ofSweep = isSweep(directory);
  const written = await (ofSweep ? writeSweepReport : writeReport)(directory, targets).catch((error: unknown) => {
    throw writeFailure(error, "");
  });
  if (ofSweep) await tellMissingTables(directory);
  const lines = [written.html, ...written.svg, ...written.png, ...written.csv];
  process.stdout.write(options.json === true ? `${JSON.stringify(written)}\n` : `${lines.join("\n")}\n`);
}

/** Drawing takes seconds: what cannot be written is refused before it. */
async function checkTargets(directory: string, { out, svg, png, csv }: ReportOptions): Promise<void> {
  const run = await stat(directory).catch(() => null);
  // A run that is not there is a problem of its own, and the reader of runs says so.
  if (run?.isDirectory() !== true) return;
  const makesDirectories = true;
  await checkTarget(out ?? join(directory, "report.html"), { option: "--out", kind: "file", makesDirectories });
  if (svg !== undefined) await checkTarget(svg, { option: "--svg", kind: "directory", makesDirectories });
  if (png !== undefined) await checkTarget(png, { option: "--png", kind: "directory", makesDirectories });
  if (csv !== undefined) await checkTarget(csv, { option: "--csv", kind: "directory", makesDirectories });
}

/** Its charts are empty without them, as they are where no run ended. */
async function tellMissingTables(directory: string): Promise<void> {
  const { runs, failed } = JSON.parse(await readFile(sweepFile(directory), "utf8")) as { runs?: number; failed?: number };
  if (runs === failed) return;
  const missing = SWEEP_TABLES.map(({ name }) => `${name}.parquet`).filter((file) => !existsSync(join(directory, file)));
  const [are, them] = missing.length === 1 ? ["is", "it"] : ["are", "them"];
  if (missing.length > 0)
    process.stderr.write(`report: ${missing.join(", ")} ${are} not in ${directory}: the charts that take ${them} are empty\n`);
}
