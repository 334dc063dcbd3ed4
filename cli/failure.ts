/** How a command ends when something is thrown: one line on stderr and an exit code. */
import { CommanderError } from "commander";
import { InputError } from "../sim/kernel/input-error.ts";

/** Exit code of a run that failed. */
export const EXIT_FAILED = 1;
/** Exit code for bad input: a file, a field or the command line itself. */
export const EXIT_BAD_INPUT = 2;

/** What is left to say and to return to the shell. */
export interface Failure {
  readonly exitCode: number;
  /** One line without its end, or null when all was said already. */
  readonly line: string | null;
}

/**
 * Turns whatever was thrown into an exit code and one line: 2 for bad input and for a
 * wrong command line (commander has printed its line then), 0 after help or version,
 * 1 for everything else.
 */
export function failureOf(error: unknown): Failure {
  if (error instanceof CommanderError) {
    const exitCode = error.exitCode === 0 || error.code === "commander.help" ? 0 : EXIT_BAD_INPUT;
    return { exitCode, line: null };
  }
  if (error instanceof InputError) return { exitCode: EXIT_BAD_INPUT, line: failureLine(error.message) };
  const message = error instanceof Error ? error.message || error.name : String(error);
  return { exitCode: EXIT_FAILED, line: failureLine(message) };
}

/** The line printed for a message, which itself may have several. */
export function failureLine(message: string): string {
  const text = message.trim().replace(/\s*[\r\n]+\s*/g, " ");
  return `breakwater: ${text}`;
}
