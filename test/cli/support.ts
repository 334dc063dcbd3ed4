/** Runs one command in this process. */
import { Command } from "commander";
import { vi } from "vitest";

/** What a command printed on stdout; what it throws is thrown on. */
export async function outputOf(register: (program: Command) => void, ...args: string[]): Promise<string> {
  const program = new Command("breakwater").exitOverride().configureOutput({ writeErr: () => {} });
  register(program);
  let printed = "";
  const write = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  try {
    await program.parseAsync(["node", "breakwater", ...args]);
  } finally {
    write.mockRestore();
  }
  return printed;
}
