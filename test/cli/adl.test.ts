import { readdir } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { registerAdl } from "../../cli/adl.ts";
import { ADL_POLICY_NAMES } from "../../data/scenario/venue-schema.ts";
import { SIX, useSnapshots } from "../data/adl/support.ts";
import { runCommand } from "./captured.ts";

const snapshots = useSnapshots();

/** Words of the command, each option once. */
function words(file: string, options: Record<string, string | null> = {}): string[] {
  const all = { side: "long", size: "10", mark: "95", price: "98", policy: "profit-times-leverage", lot: "1", ...options };
  return ["adl", file, ...Object.entries(all).flatMap(([name, value]) => (value === null ? [] : [`--${name}`, value]))];
}

describe("breakwater adl", () => {
  test("ADL-3 prints what one policy does, aligned", async () => {
    const file = await snapshots.write(SIX);
    const { exitCode, output } = await runCommand(registerAdl, ...words(file));
    expect(exitCode).toBe(0);
    expect(output).toContain("policy           profit-times-leverage\nrequested        10\nclosed           10\nuncovered        0\n");
    expect(output).toContain("ineligible       erin\n");
    expect(output).toMatch(/\n {3}2 {2}bob +6 +450 +72 +18 +10\.00 %\n/);
  });

  test("--json is one document of the contract's shape", async () => {
    const file = await snapshots.write(SIX);
    const { output } = await runCommand(registerAdl, ...words(file), "--json");
    const answer = JSON.parse(output);
    expect(Object.keys(answer)).toEqual(["policy", "requested", "closed", "uncovered", "ineligible", "fills", "metrics"]);
    expect(Object.keys(answer.fills[0])).toEqual([
      "account",
      "size",
      "price",
      "score",
      "rank",
      "realizedProfit",
      "haircut",
      "haircutShare",
    ]);
    expect(answer.metrics).toMatchObject({
      needed: "30",
      accounts: 3,
      largestHaircutShare: 0.1,
      gini: expect.any(Number),
      topTenShare: 1,
      inversions: 0,
      maxLeverageAfter: expect.any(Number),
    });
  });

  test("--policy all: a list with every policy, and a table for people with the reasons of those skipped", async () => {
    const file = await snapshots.write(SIX.map((row) => row.split(",").slice(0, 4).join(",")));
    const listed = JSON.parse((await runCommand(registerAdl, ...words(file, { policy: "all" }), "--json")).output);
    expect(listed.map(({ policy }: { policy: string }) => policy)).toEqual([...ADL_POLICY_NAMES]);
    expect(listed[0]).toEqual({
      policy: "profit-times-leverage",
      reason: "needs column leverage or max_leverage, which the snapshot lacks",
    });
    const { output } = await runCommand(registerAdl, ...words(file, { policy: "all" }));
    expect(output).toMatch(/^policy +closed +needed .*\n─.*\nhighest-profit +10 +30 +30 +3 /);
    expect(output).toContain("\nrequested 10, uncovered 0, ineligible: erin\n");
    expect(output.endsWith("\nfactor-draining needs column gross_notional, which the snapshot lacks\n")).toBe(true);
  });

  test("lists no more fills than people read", async () => {
    const rows = Array.from({ length: 60 }, (_, index) => `${index},-1,100,50`);
    const file = await snapshots.write(["account,size,entry_price,equity", ...rows]);
    const { output } = await runCommand(registerAdl, ...words(file, { policy: "highest-profit", size: "60" }));
    expect(output).toContain("… and 20 more: --json has all\n");
  });

  test.each([
    {
      why: "no policy",
      options: { policy: "lottery" },
      line: /^breakwater: --policy: expected one of "profit-times-leverage", .*got "lottery"$/,
    },
    { why: "no side", options: { side: "both" }, line: /^breakwater: --side: expected "long" or "short", got "both"$/ },
    { why: "side missing", options: { side: null }, line: /required option '--side <side>' not specified/ },
    { why: "no whole lots", options: { size: "0.5" }, line: /^breakwater: --size: 0\.5 is no whole multiple of 1$/ },
    { why: "no number", options: { mark: "high" }, line: /^breakwater: --mark: expected a decimal number, got "high"$/ },
    { why: "no such instrument", options: { instrument: "X" }, line: /positions\.csv: no column instrument to find "X" in$/ },
  ])("bad input, $why: code 2 and one line, nothing written", async ({ options, line }) => {
    const file = await snapshots.write(SIX);
    const before = await readdir(snapshots.path("."));
    const ended = await runCommand(registerAdl, ...words(file, options as Record<string, string | null>));
    expect(ended).toMatchObject({ exitCode: 2, output: "" });
    expect(ended.line?.trimEnd()).toMatch(line);
    expect(await readdir(snapshots.path("."))).toEqual(before);
  });

  test("a damaged row and a column that is missing name file, row and value", async () => {
    const damaged = await snapshots.write([...SIX, "grace,-1,ninety,5,1,1,1"]);
    expect(await runCommand(registerAdl, ...words(damaged))).toEqual({
      exitCode: 2,
      output: "",
      line: `breakwater: ${damaged}: line 8: entry_price: expected a decimal number, got "ninety"`,
    });
    const plain = await snapshots.write(["account,size,entry_price,equity", "a,-1,100,5"]);
    expect((await runCommand(registerAdl, ...words(plain))).line).toBe(
      `breakwater: ${plain}: policy profit-times-leverage needs column leverage or max_leverage, which the snapshot lacks`,
    );
  });
});
