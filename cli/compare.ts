/** `breakwater compare`: two runs or two sweeps beside each other. */
import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "commander";
import type { RunComparison, SweepComparison } from "../data/store/comparison.ts";
import { isSweep } from "../data/store/sweep-store.ts";
import { directoryProblem } from "../data/store/table-files.ts";
import { compareRuns } from "../lab/comparison/compare-runs.ts";
import { compareSweeps } from "../lab/comparison/compare-sweeps.ts";
import { writeComparison } from "../reports/comparison/write-comparison.ts";
import { InputError } from "../sim/index.ts";
import { checkNewFile } from "./new-file.ts";
import { checkTarget, writeFailure } from "./target.ts";

interface CompareOptions {
  readonly out?: string;
  readonly overwrite?: boolean;
  readonly svg?: string;
  readonly png?: string;
  readonly csv?: string;
  readonly json?: boolean;
}

const HELP = `
Both are runs, or both are sweeps. With --json the comparison is printed as one document, and a page is written only
where --out says so.

Examples:
  $ breakwater compare out/flash-crash-7 out/flash-crash-8
  $ breakwater compare out/fees out/fees-pro-rata --out fees.html --csv data
`;
const DEFAULT_OUT = "compare.html";

/** Adds `compare DIR DIR [--out FILE.html] [--overwrite] [--svg DIR] [--png DIR] [--csv DIR] [--json]`. */
export function registerCompare(program: Command): void {
  program
    .command("compare")
    .description("compare two runs or two sweeps: what differs in scenario and numbers, and charts of both")
    .argument("<first>", "directory of a finished run or sweep")
    .argument("<second>", "directory of another")
    .option("--out <file>", `the HTML file (default: ${DEFAULT_OUT}; none with --json)`)
    .option("--overwrite", "replace the HTML file when it exists")
    .option("--svg <dir>", "also write each chart as <dir>/<chart>.svg")
    .option("--png <dir>", "also write each chart as <dir>/<chart>.png")
    .option("--csv <dir>", "also write the data of each chart as <dir>/<chart>.csv")
    .option("--json", "print the comparison as one JSON document")
    .addHelpText("after", HELP)
    .action(compare);
}

async function compare(first: string, second: string, options: CompareOptions): Promise<void> {
  const [one, other] = [await kindOf(first), await kindOf(second)];
  if (one !== other) throw new InputError(second, `is a ${other}, and ${first} is a ${one}: expected two runs or two sweeps`);
  const { svg, png, csv, json = false } = options;
  const wantsPage = !json || [options.out, svg, png, csv].some((target) => target !== undefined);
  const out = options.out ?? DEFAULT_OUT;
  if (wantsPage) await checkNewFile(out, options.overwrite === true, [".html", ".htm"]);
  for (const [option, folder] of Object.entries({ svg, png, csv })) {
    if (folder !== undefined) await checkTarget(folder, { option: `--${option}`, kind: "directory", makesDirectories: true });
  }
  const comparison: RunComparison | SweepComparison = one === "run" ? await compareRuns(first, second) : await compareSweeps(first, second);
  const targets = {
    ...(svg === undefined ? {} : { svgDirectory: svg }),
    ...(png === undefined ? {} : { pngDirectory: png }),
    ...(csv === undefined ? {} : { csvDirectory: csv }),
  };
  const files: string[] = [];
  if (wantsPage) {
    const written = await writeComparison(comparison, out, targets).catch((error: unknown) => {
      throw writeFailure(error, "");
    });
    files.push(written.html, ...written.svg, ...written.png, ...written.csv);
  }
  process.stdout.write(json ? `${JSON.stringify(comparison)}\n` : `${textOf(comparison)}${files.join("\n")}\n`);
}

/** What lies in a directory. */
async function kindOf(directory: string): Promise<"run" | "sweep"> {
  const found = await stat(directory).catch((error: unknown) => {
    throw new InputError(directory, directoryProblem(error));
  });
  if (!found.isDirectory()) throw new InputError(directory, "expected the directory of a run or a sweep, got a file");
  if (isSweep(directory)) return "sweep";
  if (existsSync(join(directory, "manifest.json"))) return "run";
  throw new InputError(directory, "neither a run (no manifest.json) nor a sweep (no sweep.json)");
}

/** What the page begins with, in a line. */
function textOf(comparison: RunComparison | SweepComparison): string {
  const what = comparison.kind === "run-comparison" ? "run" : "sweep";
  if (comparison.same) return `the same ${what}\n`;
  const fields = comparison.scenario.length;
  const scenario = fields === 0 ? "the same scenario" : `${fields} ${fields === 1 ? "field differs" : "fields differ"} in the scenarios`;
  if (comparison.kind === "run-comparison") return `${scenario}\n`;
  return `${scenario}, ${comparison.settings.length} settings in both\n`;
}
