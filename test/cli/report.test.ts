import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { registerReport } from "../../cli/report.ts";
import { InputError } from "../../sim/kernel/input-error.ts";
import { writeFixture } from "../reports/fixture.ts";

let top = "";
let printed = "";

beforeAll(async () => {
  top = await mkdtemp(join(tmpdir(), "cli-report-"));
  await writeFixture(join(top, "run"), { crash: false, seconds: 60 });
});
afterAll(() => rm(top, { recursive: true, force: true }));
afterEach(() => vi.restoreAllMocks());

async function report(...args: string[]): Promise<void> {
  printed = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  const program = new Command("breakwater").exitOverride();
  registerReport(program);
  await program.parseAsync(["report", ...args], { from: "user" });
}

describe("breakwater report", () => {
  test("without options writes report.html into the directory and says where", async () => {
    await report(join(top, "run"));
    expect(printed).toBe(`${join(top, "run", "report.html")}\n`);
    expect(await readdir(join(top, "run"))).toContain("report.html");
  });

  test("--json prints one document with every file written and every chart that is empty", async () => {
    await report(
      join(top, "run"),
      "--out",
      join(top, "a.html"),
      "--svg",
      join(top, "svg"),
      "--png",
      join(top, "png"),
      "--csv",
      join(top, "csv"),
      "--json",
    );
    expect(JSON.parse(printed)).toEqual({
      html: join(top, "a.html"),
      svg: ["price", "depth"].map((name) => join(top, "svg", `${name}.svg`)),
      png: ["price", "depth"].map((name) => join(top, "png", `${name}.png`)),
      csv: ["price", "depth"].map((name) => join(top, "csv", `${name}.csv`)),
      empty: ["liquidation-map", "fund", "liquidations", "cascade-sizes", "closing", "adl", "adl-burden"],
    });
  });

  test("what cannot be written is refused before anything is drawn", async () => {
    const run = join(top, "run");
    await writeFile(join(top, "a-file"), "");
    const cases: [words: string[], problem: RegExp][] = [
      [["--out", join(top, "a-file", "x.html")], /^--out: .*a-file is a file, expected a directory$/],
      [["--out", top], /^--out: .* is a directory$/],
      [["--out", join(top, `${"n".repeat(256)}`)], /^--out: .* cannot be written: the name is too long \(ENAMETOOLONG\)$/],
      [["--svg", join(top, "a-file")], /^--svg: .*a-file is a file, expected a directory$/],
      [["--csv", join(top, "a-file")], /^--csv: .*a-file is a file, expected a directory$/],
      [["--out", "/proc/nowhere/x.html"], /^--out: \/proc cannot be written: it takes no directory$/],
      [["--svg", "/proc/nowhere/deeper"], /^--svg: \/proc cannot be written: it takes no directory$/],
      [["--png", join(top, "a-file", "deeper", "png")], /^--png: .*a-file is a file, expected a directory$/],
    ];
    const before = (await readdir(top)).sort();
    for (const [words, problem] of cases) {
      const failure = await report(run, ...words).catch((error: unknown) => error);
      expect(failure, words.join(" ")).toBeInstanceOf(InputError);
      expect((failure as Error).message).toMatch(problem);
    }
    expect((await readdir(top)).sort()).toEqual(before);
    // Found only on writing: the name of the partial file is longer.
    await expect(report(run, "--out", join(top, "n".repeat(250)))).rejects.toThrow(InputError);
  });

  test("a directory that is none is bad input, and prints nothing", async () => {
    await expect(report(join(top, "nowhere"))).rejects.toThrow(InputError);
    expect(printed).toBe("");
  });
});
