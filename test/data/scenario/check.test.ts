import { describe, expect, test } from "vitest";
import { checkDocument } from "../../../data/scenario/check.ts";
import { ADL_POLICY_NAMES } from "../../../data/scenario/venue-schema.ts";
import { registries as realRegistries } from "../../../lab/registries.ts";
import { lineOf, registries, smallScenario, smallVenue, useFolder } from "./support.ts";

const folder = useFolder();
const POLICIES = [...new Set([...registries.policies, ...ADL_POLICY_NAMES])].map((name) => JSON.stringify(name)).join(", ");
const TIER = { upTo: "10", unit: "quote", maintenanceMarginRate: "0.01", maxLeverage: "50" };

describe("what a file is", () => {
  test("a scenario, a venue, an extending venue, by file or bundled name", async () => {
    const kinds: string[] = [];
    const files = [
      smallScenario(),
      smallVenue(),
      { extends: "bitda" },
      { name: "only-contracts", instruments: smallVenue()["instruments"] },
    ];
    for (const content of files) kinds.push((await checkDocument(await folder.write("x.json", content), registries)).kind);
    for (const name of ["flash-crash", "bitda"]) kinds.push((await checkDocument(name, realRegistries)).kind);
    expect(kinds).toEqual(["scenario", "venue", "venue", "venue", "scenario", "venue"]);
  });

  test.each([
    {
      content: {},
      line: "x.json: expected a scenario (with venue, shock, …), a plan (with scenario, factors, …), a venue profile (with instruments, mark, …) or a tier table (with tiers), got {}",
    },
    { content: { ...smallScenario(), seed: -1 }, line: "x.json: seed: expected a whole number of at least 0, got -1" },
    { content: { ...smallVenue(), instruments: [] }, line: "x.json: instruments: expected at least 1 item, got []" },
    {
      content: { extends: "bitda", adl: { policy: "luck" } },
      line: `x.json: adl.policy: expected one of ${POLICIES}, got "luck"`,
    },
    {
      content: { extends: "nowhere" },
      line: "x.json: extends: nowhere: expected a file or a bundled venue (binance, bitda, bitda-ema, bitmex, bybit, dydx, hyperliquid, okx), got neither",
    },
  ])("$line", async ({ content, line }) => {
    const file = await folder.write("x.json", content);
    expect((await lineOf(checkDocument(file, registries))).replaceAll(folder.path("/"), "")).toBe(line);
  });

  test("a name that is nothing lists what there is", async () => {
    expect(await lineOf(checkDocument("nothing", registries))).toBe(
      "nothing: expected a file or a bundled scenario (calm-day, contagion, flash-crash, grinding-decline, october-2025) or a bundled plan (quick, tiers-and-fees) or a bundled venue (binance, bitda, bitda-ema, bitmex, bybit, dydx, hyperliquid, okx), got neither",
    );
  });

  test("a tier table: a list, one table, several, or what ccxt returns", async () => {
    const ccxt = { maxNotional: 10, maintenanceMarginRate: 0.01, maxLeverage: 50, info: { bracket: "1", cum: "0" } };
    const tables = [
      [TIER],
      { tierScheme: "marginal", tiers: [TIER] },
      { tierTables: [{ symbol: "X", tiers: [TIER] }, { tiers: [TIER] }] },
      { X: [ccxt] },
    ];
    const counts: number[] = [];
    for (const content of tables) {
      const checked = await checkDocument(await folder.write("tiers.json", content), registries);
      if (checked.kind !== "tiers") expect.fail(checked.kind);
      counts.push(checked.tables.length);
    }
    expect(counts).toEqual([1, 1, 2, 1]);
  });

  test.each([
    { content: [], line: "tiers.json: expected at least 1 item, got []" },
    { content: [TIER, TIER], line: 'tiers.json: 1.upTo: expected more than 10, where the tier before ends, got "10"' },
    { content: [{ ...TIER, upTo: null }, TIER], line: "tiers.json: 0.upTo: expected a bound: only the last tier may have none, got null" },
    {
      content: { tiers: [TIER, { ...TIER, upTo: "20", maintenanceMarginRate: "0.005" }] },
      line: 'tiers.json: tiers.1.maintenanceMarginRate: expected at least 0.01, the rate of the tier before, got "0.005"',
    },
    {
      content: { tierTables: [{ tiers: [TIER, { ...TIER, upTo: "20", unit: "base" }] }] },
      line: 'tiers.json: tierTables.0.tiers.1.unit: expected "quote", the unit of the tier before, got "base"',
    },
    {
      content: { tiers: [TIER], scheme: "flat" },
      line: 'tiers.json: scheme: expected no field of this name (there are symbol, tierScheme, tiers, source), got "flat"',
    },
  ])("TIER-1 INST-6 $line", async ({ content, line }) => {
    expect((await lineOf(checkDocument(await folder.write("tiers.json", content), registries))).replaceAll(folder.path("/"), "")).toBe(
      line,
    );
  });
});
