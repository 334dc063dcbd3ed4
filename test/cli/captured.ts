import { Command } from "commander";
import { vi } from "vitest";
import { failureOf } from "../../cli/failure.ts";

/** What a command left behind: exit code, standard output, and the line on standard error. */
export interface Outcome {
  readonly exitCode: number;
  readonly output: string;
  readonly line: string | null;
}

/** Runs one command in this process, as the program would. */
export async function runCommand(register: (program: Command) => void, ...words: readonly string[]): Promise<Outcome> {
  const program = new Command("breakwater").exitOverride();
  let output = "";
  let complaint = "";
  program.configureOutput({
    writeOut: (text) => {
      output += text;
    },
    writeErr: (text) => {
      complaint += text;
    },
  });
  register(program);
  const spy = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    output += String(text);
    return true;
  });
  try {
    await program.parseAsync(words, { from: "user" });
    return { exitCode: 0, output, line: null };
  } catch (error) {
    const { exitCode, line } = failureOf(error);
    return { exitCode, output, line: line ?? complaint };
  } finally {
    spy.mockRestore();
  }
}
