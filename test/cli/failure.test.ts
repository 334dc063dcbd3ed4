import { CommanderError } from "commander";
import { describe, expect, test } from "vitest";
import { failureLine, failureOf } from "../../cli/failure.ts";
import { newProgram } from "../../cli/program.ts";
import { InputError } from "../../sim/kernel/input-error.ts";

describe("what is thrown becomes an exit code and one line", () => {
  test("bad input: 2, with file, field and value", () => {
    const failure = failureOf(new InputError("plan.json: seed", "expected a whole number, got -1"));
    expect(failure).toEqual({ exitCode: 2, line: "breakwater: plan.json: seed: expected a whole number, got -1" });
  });

  test("anything else: 1, in one line even when the message has several", () => {
    expect(failureOf(new Error("first\n  second\r\nthird\n"))).toEqual({ exitCode: 1, line: "breakwater: first second third" });
  });

  test("an error without message, or no error at all, still says something", () => {
    expect(failureOf(new TypeError())).toEqual({ exitCode: 1, line: "breakwater: TypeError" });
    expect(failureOf("out of luck")).toEqual({ exitCode: 1, line: "breakwater: out of luck" });
  });

  test("what commander has said already is not said again", () => {
    expect(failureOf(new CommanderError(1, "commander.unknownOption", "error: …"))).toEqual({ exitCode: 2, line: null });
    expect(failureOf(new CommanderError(0, "commander.helpDisplayed", "(outputHelp)"))).toEqual({ exitCode: 0, line: null });
  });

  test("a long value is cut, and a long line in its middle", () => {
    const { line } = failureOf(new InputError("a.csv: line 3", `open: expected a number, got ${JSON.stringify("x".repeat(3_000_000))}`));
    expect(line).toBe(`breakwater: a.csv: line 3: open: expected a number, got "${"x".repeat(299)}…"`);
    const long = failureOf(new Error(`begin ${"y".repeat(1_000_000)} end`)).line as string;
    expect(long.length).toBeLessThan(4100);
    expect(long).toMatch(/^breakwater: begin y+ … y+ end$/);
    expect(failureOf(new Error('got "a\\"b" and "c"')).line).toBe('breakwater: got "a\\"b" and "c"');
  });

  test.each([
    ["\u001b[31m", "\\x1b[31m"],
    ["\u0007", "\\x07"],
    ["\u007f", "\\x7f"],
    ["\u009b2J", "\\x9b2J"],
    ["\u202e", "\\u202e"],
    ["\u2066", "\\u2066"],
    ["\u200f", "\\u200f"],
    ["\u2028", "\\u2028"],
    ["\ud800", "\\ud800"],
    ["a\tb", "a\\x09b"],
    ["Bär 🌊 １", "Bär 🌊 １"],
  ])("what a terminal would obey is written out: %j", (text, shown) => {
    expect(failureLine(`a${text}b`)).toBe(`breakwater: a${shown}b`);
  });

  test("a line has no end", () => {
    expect(failureLine("a\n")).toBe("breakwater: a");
  });
});

describe("a wrong command line", () => {
  test.each([
    [["sail", "--fast"], "breakwater: unknown option '--fast'"],
    [["sial"], "breakwater: unknown command 'sial' (Did you mean sail?)"],
    [["sail", "a", "b"], "breakwater: too many arguments for 'sail'. Expected 1 argument but got 2."],
    [["sail"], "breakwater: missing required argument 'boat'"],
  ])("%j is one line and code 2", async (words, line) => {
    const { failure, stderr } = await parse(words);
    expect(stderr).toBe(`${line}\n`);
    expect(failure).toEqual({ exitCode: 2, line: null });
  });

  test("what a handler throws comes out of the program", async () => {
    expect((await parse(["sail", "leaky"])).failure.line).toBe("breakwater: leaky: no boat");
  });
});

async function parse(words: string[]): Promise<{ failure: ReturnType<typeof failureOf>; stderr: string }> {
  let stderr = "";
  const program = newProgram().configureOutput({
    writeErr: (text) => {
      stderr += text;
    },
  });
  program.command("sail <boat>").action(async (boat: string) => {
    throw new InputError(boat, "no boat");
  });
  try {
    await program.parseAsync(words, { from: "user" });
  } catch (error) {
    return { failure: failureOf(error), stderr };
  }
  throw new Error("nothing was thrown");
}
