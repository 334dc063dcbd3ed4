import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compareRuns } from "../../../lab/comparison/compare-runs.ts";
import { InputError } from "../../../sim/index.ts";
import { writeFixture } from "../../reports/fixture.ts";

let top = "";
const at = (name: string) => join(top, name);

beforeAll(async () => {
  top = await mkdtemp(join(tmpdir(), "compare-runs-"));
  await writeFixture(at("crash"), { crash: true, seconds: 4_000 });
  await writeFixture(at("quiet"), { crash: false, seconds: 600, name: "fixture-quiet" });
  const file = join(at("quiet"), "manifest.json");
  await writeFile(file, (await readFile(file, "utf8")).replace("0123456789abcdef0123456789abcdef", "f".repeat(32)));
});
afterAll(() => rm(top, { recursive: true, force: true }));

describe("two runs beside each other", () => {
  test("what differs in the scenario, and every number with difference and ratio", async () => {
    const comparison = await compareRuns(at("crash"), at("quiet"));
    expect(comparison).toMatchObject({ kind: "run-comparison", same: false, first: { label: "crash" }, second: { label: "quiet" } });
    expect(comparison.scenario).toEqual([
      { path: "name", first: "fixture-crash", second: "fixture-quiet" },
      { path: "duration", first: "4000s", second: "600s" },
    ]);
    const summary = JSON.parse(await readFile(join(at("crash"), "summary.json"), "utf8"));
    const number = (name: string) => comparison.numbers.find((candidate) => candidate.name === name);
    const count = summary.liquidations.count as number;
    expect(number("liquidations.count")).toMatchObject({ first: count, second: 0, difference: -count, ratio: 0 });
    expect(number("liquidations.notional")).toMatchObject({ second: "0", difference: `-${summary.liquidations.notional}` });
    // Of nothing there is no ratio.
    expect((await compareRuns(at("quiet"), at("crash"))).numbers.find(({ name }) => name === "liquidations.count")?.ratio).toBeNull();
    expect(comparison.notes).toEqual([
      "The runs last 4000 s and 600 s: charts over time show what both have, all other figures are of the whole of each.",
    ]);
  });

  test("TIME-3 the same digest is the same run", async () => {
    const comparison = await compareRuns(at("crash"), at("crash"));
    expect(comparison.same).toBe(true);
    expect(comparison.scenario).toEqual([]);
    expect(comparison.notes).toEqual([]);
    for (const { difference } of comparison.numbers) if (difference !== null) expect(Number(difference)).toBe(0);
  });

  test("a directory without a run is bad input", async () => {
    await expect(compareRuns(at("crash"), at("nowhere"))).rejects.toThrow(InputError);
    await expect(compareRuns(at("nowhere"), at("crash"))).rejects.toThrow(/nowhere: no such directory/);
  });
});
