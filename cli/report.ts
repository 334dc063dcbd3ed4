/** `breakwater report`: the report of a run, made again from its directory. */
import type { Command } from "commander";
import { writeReport } from "../reports/write-report.ts";

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
    .action(async (directory: string, options: ReportOptions) => {
      const written = await writeReport(directory, {
        ...(options.out === undefined ? {} : { out: options.out }),
        ...(options.svg === undefined ? {} : { svgDirectory: options.svg }),
        ...(options.png === undefined ? {} : { pngDirectory: options.png }),
      });
      const lines = [written.html, ...written.svg, ...written.png];
      process.stdout.write(options.json === true ? `${JSON.stringify(written)}\n` : `${lines.join("\n")}\n`);
    });
}
