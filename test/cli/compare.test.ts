import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { registerCompare } from "../../cli/compare.ts";
import { InputError } from "../../sim/kernel/input-error.ts";
import { runsOf, writeSweepFixture } from "../lab/comparison/sweep-fixture.ts";
import { writeFixture } from "../reports/fixture.ts";

let top = "";
let printed = "";
const at = (...names: string[]) => join(top, ...names);

beforeAll(async () => {
  top = await mkdtemp(join(tmpdir(), "cli-compare-"));
  await writeFixture(at("one"), { crash: true, seconds: 3_600 });
  await writeFixture(at("other"), { crash: false, seconds: 60, name: "fixture-quiet" });
  const manifest = at("other", "manifest.json");
  await writeFile(manifest, (await readFile(manifest, "utf8")).replace("0123456789abcdef0123456789abcdef", "f".repeat(32)));
  const values = [1, 2];
  await writeSweepFixture(at("sweep"), {
    factor: "size",
    values,
    runs: runsOf(
      2,
      3,
      (place) => place % 3,
      (place) => place * place,
    ),
  });
  await writeSweepFixture(at("sweep-b"), {
    factor: "size",
    values,
    runs: runsOf(
      2,
      3,
      (place) => place % 3,
      (place) => 5 + place,
    ),
  });
  await mkdir(at("empty"));
});
afterAll(() => rm(top, { recursive: true, force: true }));
afterEach(() => vi.restoreAllMocks());

async function compare(...args: string[]): Promise<void> {
  printed = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  const program = new Command("breakwater").exitOverride();
  registerCompare(program);
  await program.parseAsync(["compare", ...args], { from: "user" });
}

describe("breakwater compare", () => {
  test("of two runs writes a page and files of its charts, and says where", async () => {
    const out = at("runs.html");
    await compare(at("one"), at("other"), "--out", out, "--svg", at("svg"), "--csv", at("csv"));
    // Within the minute that both have, nothing was liquidated.
    const drawn = ["adl-burden", "cascade-sizes", "fund", "price"];
    expect((await readdir(at("svg"))).sort()).toEqual(drawn.map((name) => `${name}.svg`));
    expect((await readdir(at("csv"))).sort()).toEqual(drawn.map((name) => `${name}.csv`));
    expect(printed).toMatch(/^2 fields differ in the scenarios\n.*runs\.html\n/);
    const page = await readFile(out, "utf8");
    expect(page).toContain("<!doctype html>");
    expect(page).toContain("charts over time show what both have");
  });

  test("of two sweeps likewise", async () => {
    await compare(at("sweep"), at("sweep-b"), "--out", at("sweeps.html"));
    expect(printed).toBe(`the same scenario, 2 settings in both\n${at("sweeps.html")}\n`);
    await compare(at("sweep"), at("sweep"), "--out", at("sweeps.html"), "--overwrite");
    expect(printed).toBe(`the same sweep\n${at("sweeps.html")}\n`);
  });

  test("--json prints the comparison as one document, and writes no page unless it is told where", async () => {
    const before = await readdir(top);
    await compare(at("one"), at("one"), "--json");
    expect(JSON.parse(printed)).toMatchObject({ kind: "run-comparison", same: true, scenario: [] });
    expect(await readdir(top)).toEqual(before);
    await compare(at("sweep"), at("sweep-b"), "--json", "--out", at("both.html"));
    expect(JSON.parse(printed)).toMatchObject({ kind: "sweep-comparison", same: false });
    expect(await readdir(top)).toContain("both.html");
  });

  test("what cannot be compared or written is bad input in one line, and nothing is written", async () => {
    await writeFile(at("there.html"), "mine");
    const before = (await readdir(top)).sort();
    const cases: [words: string[], problem: RegExp][] = [
      [[at("one"), at("sweep")], /sweep: is a sweep, and .*one is a run: expected two runs or two sweeps$/],
      [[at("sweep"), at("one")], /one: is a run, and .*sweep is a sweep/],
      [[at("one"), at("empty")], /empty: neither a run \(no manifest\.json\) nor a sweep \(no sweep\.json\)$/],
      [[at("nowhere"), at("one")], /nowhere: no such directory/],
      [[at("one"), at("there.html")], /there\.html: expected the directory of a run or a sweep, got a file$/],
      [[at("one"), at("other"), "--out", at("there.html")], /^--out: .*there\.html exists already/],
      [[at("one"), at("other"), "--out", at("x.pdf")], /^--out: \.pdf is not supported: expected \.html or \.htm/],
      [
        [at("one"), at("other"), "--out", at("x.html"), "--svg", at("there.html")],
        /^--svg: .*there\.html is a file, expected a directory$/,
      ],
    ];
    for (const [words, problem] of cases) {
      const failure = await compare(...words).catch((error: unknown) => error);
      expect(failure, words.join(" ")).toBeInstanceOf(InputError);
      expect((failure as Error).message).toMatch(problem);
      expect((failure as Error).message).not.toContain("\n");
      expect(printed).toBe("");
    }
    expect((await readdir(top)).sort()).toEqual(before);
    expect(await readFile(at("there.html"), "utf8")).toBe("mine");
  });

  test("an incomplete run is refused as `report` does", async () => {
    await writeFixture(at("broken"), { crash: false, seconds: 60 });
    const manifest = JSON.parse(await readFile(at("broken", "manifest.json"), "utf8")) as object;
    await writeFile(at("broken", "manifest.json"), JSON.stringify({ ...manifest, complete: false, failure: { message: "no money" } }));
    await expect(compare(at("one"), at("broken"), "--out", at("never.html"))).rejects.toThrow(/broken: incomplete: .*no money/);
    expect(await readdir(top)).not.toContain("never.html");
  });
});
