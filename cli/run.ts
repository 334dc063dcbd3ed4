/** `breakwater run`: one scenario from shock to report. */
import { dirname, join } from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import { resolveScenario } from "../data/scenario/resolve.ts";
import type { ResolvedScenario } from "../data/scenario/scenario-schema.ts";
import { shocksOf } from "../data/scenario/shocks.ts";
import { RowFile } from "../data/store/row-file.ts";
import type { Summary } from "../data/store/run-directory.ts";
import { type RunPair, runWithTwin, TwinError, writeFailedTwin, writeWithTwin } from "../lab/counterfactual.ts";
import { type RunCircumstances, writeFailedExperiment } from "../lab/experiment.ts";
import { registries } from "../lab/registries.ts";
import { checkTarget, writeWhole } from "../lab/run-directory.ts";
import { writeReport } from "../reports/write-report.ts";
import { InputError, SimulationError } from "../sim/index.ts";
import { collectGarbage } from "./memory.ts";
import { startProgress } from "./progress.ts";
import { summaryTable } from "./summary-table.ts";
import { packageVersion } from "./version.ts";

interface RunOptions {
  readonly seed?: number;
  readonly set: string[];
  readonly out?: string;
  readonly overwrite?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

const EXAMPLE = `
SCENARIO is a file, or the name of a bundled scenario: calm-day, contagion, flash-crash, grinding-decline,
october-2025.

Examples:
  $ breakwater run flash-crash
  $ breakwater run flash-crash --seed 8 --set population.accounts=50000 --set venue.adl.eligible=profitable
  $ breakwater run flash-crash --set counterfactual=true --out out/with-twin
  $ breakwater run my-scenario.json --out out/mine --json
`;

/** Adds `run SCENARIO [--seed N] [--set PATH=VALUE]... [--out DIR] [--overwrite] [--json] [--quiet]`. */
export function registerRun(program: Command): void {
  program
    .command("run")
    .description("run a scenario: write its tables, summary and report, print the summary")
    .argument("<scenario>", "file or name of a bundled scenario")
    .option("--seed <n>", "seed instead of the scenario's", wholeNumber)
    .option("--set <path=value>", "set a field of the scenario, any number of times", collect, [])
    .option("--out <dir>", "directory of the run (default: out/<scenario>-<seed>)")
    .option("--overwrite", "replace the directory when it holds a run already")
    .option("--json", "print the summary as one JSON document")
    .option("--quiet", "show no progress, print nothing but errors unless --json asks")
    .addHelpText("after", EXAMPLE)
    .action(run);
}

async function run(name: string, options: RunOptions): Promise<void> {
  const scenario = await resolveScenario(name, {
    sets: options.set,
    registries,
    ...(options.seed === undefined ? {} : { seed: options.seed }),
  });
  const directory = options.out ?? join("out", `${scenario.name}-${scenario.seed}`);
  const overwrite = options.overwrite === true;
  await checkTarget(directory, overwrite);
  // Where the tables will be, so that it is this disk that is asked for room.
  const rows = new RowFile(dirname(directory));
  rows.open(directory);
  const startedAt = new Date().toISOString();
  const startMs = performance.now();
  const progress = startProgress(scenario.name, options.quiet === true || options.json === true);
  const circumstances = (): RunCircumstances => {
    return { version: packageVersion(), startedAt, wallSeconds: Math.round(performance.now() - startMs) / 1000 };
  };
  let runs: RunPair | null;
  try {
    runs = await runWithTwin(scenario, (part) => progress.update(part), { rows }).finally(() => progress.stop());
  } catch (error) {
    if (error instanceof SimulationError || error instanceof TwinError)
      throw await keepFailed(directory, overwrite, scenario, error, circumstances()).finally(() => rows.close());
    rows.close();
    throw error instanceof InputError ? ofFile(name, scenario, error) : error;
  }
  collectGarbage();
  let summary: Summary | undefined;
  await writeWhole(directory, overwrite, async (partial) => {
    // Summary and report are made of what is on disk: of a large run they need the memory.
    summary = await writeWithTwin(partial, scenario, runs as RunPair, circumstances(), collectGarbage);
    runs = null;
    rows.close();
    collectGarbage();
    await writeReport(partial);
  });
  if (options.json === true) process.stdout.write(`${JSON.stringify(summary)}\n`);
  else if (options.quiet !== true) process.stdout.write(`${summaryTable(summary as Summary)}\nreport: ${join(directory, "report.html")}\n`);
}

/** What is found wrong only when the parts of a run are made names its field alone; a file of bars names itself. */
export function ofFile(name: string, scenario: ResolvedScenario, error: InputError): InputError {
  const files = shocksOf(scenario).flatMap(({ shock }) => ("from" in shock ? [shock.from] : "bars" in shock ? [shock.bars] : []));
  const isOfBars = files.some((file) => error.message.startsWith(file));
  return isOfBars ? error : new InputError(name, error.message);
}

/** Writes what a failed run recorded. Returns its error, which says where that is. */
async function keepFailed(
  directory: string,
  overwrite: boolean,
  scenario: ResolvedScenario,
  failure: SimulationError | TwinError,
  circumstances: RunCircumstances,
): Promise<Error> {
  const write = (partial: string) =>
    failure instanceof TwinError
      ? writeFailedTwin(partial, scenario, failure, circumstances)
      : writeFailedExperiment(partial, scenario, failure, circumstances);
  const kept = await writeWhole(directory, overwrite, write).then(
    () => `what it recorded until then is in ${directory}, marked incomplete`,
    (error: Error) => `what it recorded until then could not be kept in ${directory}: ${error.message}`,
  );
  return new Error(`${failure.message} (${kept})`, { cause: failure });
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) throw new InvalidArgumentError("expected a whole number of at least 0.");
  return value;
}

function collect(text: string, earlier: string[]): string[] {
  return [...earlier, text];
}
