import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { registerAudit } from "../../cli/audit.ts";
import { recordRun, SMALL_RUNS, type SmallRun } from "../data/audit/recorded-run.ts";
import { runCommand } from "./captured.ts";

let folder = "";
let directory = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "breakwater-audit-command-"));
  directory = await recordRun(folder, SMALL_RUNS[0] as SmallRun);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const audit = (...words: string[]) => runCommand(registerAudit, "audit", ...words);

describe("audit", () => {
  test("of a run says what was checked, and that nothing differs", async () => {
    const ended = await audit(directory);
    expect(ended).toMatchObject({ exitCode: 0, line: null });
    expect(ended.output).toMatch(/^trades +\d+$/m);
    expect(ended.output).toMatch(/^differences +none$/m);
  });

  test("prints one JSON document", async () => {
    const { exitCode, output } = await audit(directory, "--json");
    expect(exitCode).toBe(0);
    expect(JSON.parse(output)).toMatchObject({ checked: { accounts: expect.any(Number) }, differences: [], differenceCount: 0 });
  });

  test("of a run that somebody changed ends with 1 and a line a difference, twenty at most", async () => {
    const file = join(directory, "manifest.json");
    const text = await readFile(file, "utf8");
    try {
      const manifest = JSON.parse(text);
      manifest.scenario.instruments[0].fees = { maker: "0.0001", taker: "0.0005", liquidation: "0.0005" };
      await writeFile(file, JSON.stringify(manifest));
      const ended = await audit(directory);
      expect(ended.exitCode).toBe(1);
      expect(ended.line).toMatch(/\d+ differences$/);
      expect(ended.output.match(/^(trades|accounts), .* is -?\d+, rebuilt -?\d+$/gm)?.length).toBe(20);
      expect(ended.output).toMatch(/^… and [\d,]+ more$/m);
      const json = await audit(directory, "--json");
      expect(json.exitCode).toBe(1);
      expect(JSON.parse(json.output).differences.length).toBeGreaterThan(20);
    } finally {
      await writeFile(file, text);
    }
  });

  test("of a run that a newer version wrote ends with 2 and says so", async () => {
    const file = join(directory, "manifest.json");
    const text = await readFile(file, "utf8");
    try {
      await writeFile(file, JSON.stringify({ ...JSON.parse(text), formatVersion: 99 }));
      expect(await audit(directory)).toEqual({
        exitCode: 2,
        output: "",
        line: expect.stringMatching(
          /manifest\.json: format version 99 is newer than \d+; this version of Breakwater reads format version \d+$/,
        ),
      });
    } finally {
      await writeFile(file, text);
    }
  });

  test.each([
    ["a directory that is not there", (top: string) => join(top, "nowhere"), /nowhere: no such directory/],
    ["a directory that is no run's", (top: string) => top, /manifest\.json: missing/],
  ])("of %s ends with 2", async (_, place, line) => {
    const ended = await audit(place(folder));
    expect(ended).toMatchObject({ exitCode: 2, output: "" });
    expect(ended.line).toMatch(line);
  });
});
