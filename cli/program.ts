/** The command line as a whole: every command registers itself here. */
import { Command } from "commander";
import { registerAdl } from "./adl.ts";
import { registerAudit } from "./audit.ts";
import { registerCalibrate } from "./calibrate.ts";
import { registerCheck } from "./check.ts";
import { registerCompare } from "./compare.ts";
import { failureLine } from "./failure.ts";
import { registerImport } from "./import.ts";
import { registerImportTiers } from "./import-tiers.ts";
import { registerMargin } from "./margin.ts";
import { registerQuery } from "./query.ts";
import { registerReport } from "./report.ts";
import { registerRun } from "./run.ts";
import { registerSchema } from "./schema.ts";
import { registerSweep } from "./sweep.ts";
import { registerVenues } from "./venues.ts";
import { packageVersion } from "./version.ts";
import { registerWorker } from "./worker.ts";

const DESCRIPTION = "Stress backtester for perpetual-futures venues: liquidation cascades, insurance fund drawdown, auto-deleveraging.";
const EXAMPLES = `
Examples:
  $ breakwater run flash-crash
  $ breakwater query out/flash-crash-7 "select count(*) from liquidations"
  $ breakwater run --help
`;

/** In the order in which help lists them. */
const COMMANDS = [
  registerRun,
  registerSweep,
  registerWorker,
  registerReport,
  registerCompare,
  registerQuery,
  registerAudit,
  registerMargin,
  registerAdl,
  registerImport,
  registerImportTiers,
  registerCalibrate,
  registerCheck,
  registerSchema,
  registerVenues,
];

/**
 * The program `breakwater`, with all its commands. It never ends the process: a wrong
 * command line prints one line on stderr and throws a CommanderError, as do help and version.
 */
export function createProgram(): Command {
  const program = newProgram();
  for (const register of COMMANDS) register(program);
  return program;
}

/** The program without its commands: name, version, and how it fails, which commands inherit. */
export function newProgram(): Command {
  return new Command("breakwater")
    .description(DESCRIPTION)
    .version(packageVersion(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print help")
    .helpCommand("help [command]", "print help of a command")
    .addHelpText("after", EXAMPLES)
    .exitOverride()
    .configureOutput({
      outputError: (text, write) => write(`${failureLine(text.replace(/^error: /, ""))}\n`),
    });
}
