/** `breakwater report`: the report of a run, made again from its directory. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "commander";
import { writeReport } from "../reports/write-report.ts";
import { checkTarget, writeFailure } from "./target.ts";

interface ReportOptions {
  readonly out?: string;
  readonly svg?: string;
  readonly png?: string;
  readonly json?: boolean;
}

const EXAMPLE = `
Example:
  $ breakwater report out/flash-crash-7 --out crash.html --svg charts
`;

/** Adds `report DIR [--out FILE.html] [--svg DIR] [--png DIR] [--json]`. */
export function registerReport(program: Command): void {
  program
    .command("report")
    .description("write the report of a run as one self-contained HTML file, and its charts as SVG or PNG")
    .argument("<dir>", "directory of a finished run")
    .option("--out <file>", "the HTML file (default: report.html in the run's directory)")
    .option("--svg <dir>", "also write each chart as <dir>/<chart>.svg")
    .option("--png <dir>", "also write each chart as <dir>/<chart>.png")
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
  };
  const written = await writeReport(directory, targets).catch((error: unknown) => {
    throw writeFailure(error, "");
  });
  const lines = [written.html, ...written.svg, ...written.png];
  process.stdout.write(options.json === true ? `${JSON.stringify(written)}\n` : `${lines.join("\n")}\n`);
}

/** Drawing takes seconds: what cannot be written is refused before it. */
async function checkTargets(directory: string, { out, svg, png }: ReportOptions): Promise<void> {
  const run = await stat(directory).catch(() => null);
  // A run that is not there is a problem of its own, and the reader of runs says so.
  if (run?.isDirectory() !== true) return;
  const makesDirectories = true;
  await checkTarget(out ?? join(directory, "report.html"), { option: "--out", kind: "file", makesDirectories });
  if (svg !== undefined) await checkTarget(svg, { option: "--svg", kind: "directory", makesDirectories });
  if (png !== undefined) await checkTarget(png, { option: "--png", kind: "directory", makesDirectories });
}
