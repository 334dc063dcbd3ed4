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

/** A value is quoted up to so many characters, and a line is no longer than so many. */
const QUOTED_MOST = 300;
const LINE_MOST = 4000;

/** What would steer a terminal or turn the reading direction round: controls, zero widths, bidirectional marks, halves of pairs. */
const UNPRINTABLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/**
 * The line printed for a message, which itself may have several: long values are cut,
 * and characters that a terminal would obey are written as `\x1b` or `\u202e`.
 */
export function failureLine(message: string): string {
  const text = message.trim().replace(/\s*[\r\n]+\s*/g, " ");
  const bounded = shorten(text.replace(/"(?:[^"\\]|\\.)*"/g, shortenQuoted), LINE_MOST);
  return `breakwater: ${bounded.replace(UNPRINTABLE, escaped)}`;
}

function shortenQuoted(quoted: string): string {
  return quoted.length <= QUOTED_MOST ? quoted : `${quoted.slice(0, QUOTED_MOST)}…"`;
}

/** A text without its middle when it is too long: where stands at the start, what is wrong at the end. */
function shorten(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1000)} … ${text.slice(-1000)}`;
}

function escaped(character: string): string {
  const code = character.charCodeAt(0).toString(16);
  return code.length <= 2 ? `\\x${code.padStart(2, "0")}` : `\\u${code.padStart(4, "0")}`;
}
