/** The process: runs the program on its arguments and ends with the right exit code. */
import { failureOf } from "./failure.ts";
import { createProgram } from "./program.ts";

function fail(error: unknown): void {
  const { exitCode, line } = failureOf(error);
  if (line !== null) process.stderr.write(`${line}\n`);
  if (line !== null && process.env["BREAKWATER_DEBUG"] === "1" && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  process.exitCode = exitCode;
}

// Whoever reads our output may stop early (`| head`): that is no failure, and nobody is left to tell.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit();
  fail(error);
});
process.on("uncaughtException", (error) => {
  fail(error);
  process.exit();
});

try {
  const program = createProgram();
  if (process.argv.length <= 2) program.outputHelp();
  else await program.parseAsync(process.argv);
} catch (error) {
  fail(error);
}
