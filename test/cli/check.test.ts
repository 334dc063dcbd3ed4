import { CommanderError } from "commander";
import { describe, expect, test } from "vitest";
import { registerCheck } from "../../cli/check.ts";
import { registerSchema } from "../../cli/schema.ts";
import { registerVenues } from "../../cli/venues.ts";
import { bundledNames } from "../../data/scenario/bundled.ts";
import { InputError } from "../../sim/kernel/input-error.ts";
import { smallScenario, useFolder } from "../data/scenario/support.ts";
import { outputOf } from "./support.ts";

const folder = useFolder();

describe("breakwater check", () => {
  test("says of everything bundled that it is valid, and what it is", async () => {
    for (const name of await bundledNames("scenario")) {
      const printed = await outputOf(registerCheck, "check", name);
      expect(printed).toMatch(
        new RegExp(`^${name}: valid scenario: ${name}, BTC-USDT(, ETH-USDT)?(, SOL-USDT)? at bitda\\S*, \\S+ from \\S+Z, seed \\d+\n$`),
      );
    }
    expect(await outputOf(registerCheck, "check", "bitda")).toBe(
      "bitda: valid venue profile: bitda, BTC-USDT with 34 tiers, ETH-USDT with 12 tiers\n",
    );
  });

  test("tells of a variance that will stand at zero, and takes it", async () => {
    const shock = (volatility: number) => ({
      generate: "heston",
      startPrice: "100",
      variance: { start: 0.5, mean: 0.5, reversion: 100, volatility },
    });
    const file = async (volatility: number) => folder.write("heston.json", { ...smallScenario(), agents: [], shock: shock(volatility) });
    const note = "shock.variance: Feller's condition does not hold, 2 × 100 × 0.5 is below 11²: the variance will stand at zero at times";
    expect(await outputOf(registerCheck, "check", await file(11))).toMatch(new RegExp(`seed 5\nnote: ${note}\n$`));
    expect(JSON.parse(await outputOf(registerCheck, "check", await file(11), "--json"))).toMatchObject({ valid: true, notes: [note] });
    expect(await outputOf(registerCheck, "check", await file(10))).toMatch(/seed 5\n$/);
  });

  test("--json prints one document", async () => {
    const printed = await outputOf(registerCheck, "check", "flash-crash", "--json");
    expect(JSON.parse(printed)).toMatchObject({
      file: "flash-crash",
      kind: "scenario",
      valid: true,
      instruments: ["BTC-USDT"],
    });
    expect(JSON.parse(await outputOf(registerCheck, "check", "bitda", "--json"))).toEqual({
      file: "bitda",
      kind: "venue",
      valid: true,
      name: "bitda",
      instruments: ["BTC-USDT", "ETH-USDT"],
    });
  });

  test.each([
    [
      { accounts: 100, longShare: 0.9, size: { median: "0.001", spread: 0 } },
      "population.size.median: positions of 0.001 leave less than one lot a holder of X-USDT, got 50 lots for 90",
    ],
    [{ accounts: 1 }, "population.accounts: expected 0 or at least 2, so that open interest can balance, got 1"],
    [{ accounts: 100, longShare: 0.05, hedgedShare: 0.9 }, "population.hedgedShare: "],
  ])("CONS-1 makes the population: one that cannot be balanced is refused: %j", async (population, problem) => {
    const file = await folder.write("unbalanced.json", { ...smallScenario(), agents: [], population });
    const failure = outputOf(registerCheck, "check", file);
    await expect(failure).rejects.toBeInstanceOf(InputError);
    await expect(failure).rejects.toThrow(`${file}: ${problem}`);
  });

  test("throws for a bad file, and prints nothing", async () => {
    const file = await folder.write("bad.json", { ...smallScenario(), agents: [], seed: -1 });
    const failure = outputOf(registerCheck, "check", file);
    await expect(failure).rejects.toBeInstanceOf(InputError);
    await expect(failure).rejects.toThrow(`${file}: seed: expected a whole number of at least 0, got -1`);
  });
});

describe("breakwater schema", () => {
  test.each(["scenario", "venue"])("prints the JSON Schema of a %s", async (kind) => {
    const schema = JSON.parse(await outputOf(registerSchema, "schema", kind));
    expect(schema.$schema).toBe("https://json-schema.org/draft/2020-12/schema");
    expect(schema.title.toLowerCase()).toContain(kind);
  });

  test("refuses other kinds", async () => {
    await expect(outputOf(registerSchema, "schema", "nothing")).rejects.toBeInstanceOf(CommanderError);
  });
});

describe("breakwater venues", () => {
  test("lists them", async () => {
    expect(await outputOf(registerVenues, "venues")).toMatch(/^bitda +BTC-USDT ETH-USDT +The venue of source S0/m);
    const listed = JSON.parse(await outputOf(registerVenues, "venues", "--json"));
    expect(listed.map(({ name }: { name: string }) => name)).toEqual(await bundledNames("venue"));
    expect(listed).toContainEqual(expect.objectContaining({ name: "bitda", instruments: ["BTC-USDT", "ETH-USDT"] }));
  });

  test("shows one, each rule with its source, in columns", async () => {
    const lines = (await outputOf(registerVenues, "venues", "bitda")).split("\n");
    const policy = lines.find((line) => line.startsWith("adl.policy ")) as string;
    const fee = lines.find((line) => line.startsWith("fees.maker ")) as string;
    expect(policy).toMatch(/^adl\.policy +profit-times-leverage +\[1\] +"Unrealized Profit × Leverage\."$/);
    expect(policy.indexOf("profit-times")).toBe(fee.indexOf("0.0002"));
    expect(lines.filter((line) => line.includes("maintenance 0."))).toHaveLength(34 + 12);
    expect(lines).toContain(
      '[1] S0: Bitda, help centre, "What is a Perpetual Contract?" (intercom.help/Bitda/en/articles/11016224) (2026-11-20)',
    );
  });

  test("TIER-1 shows the tier tables of a venue, each with its source and date", async () => {
    const lines = (await outputOf(registerVenues, "venues", "binance")).split("\n");
    expect(lines).toContainEqual(expect.stringMatching(/^instruments\.BTCUSDT\.tiers +12 tiers +\[\d+\]$/));
    expect(lines).toContainEqual(expect.stringMatching(/^ +to 600000 quote +maintenance 0\.005, leverage to 100, deduction 50$/));
    expect(lines).toContainEqual(expect.stringMatching(/^\[\d+\] Binance, leverage brackets.*\(2024-10-24\)$/));
  });

  test("--json has a source for every rule", async () => {
    const { name, rules } = JSON.parse(await outputOf(registerVenues, "venues", "bitda", "--json"));
    expect(name).toBe("bitda");
    expect(rules.length).toBeGreaterThan(30);
    for (const { rule, source } of rules) expect([rule, typeof source]).toEqual([rule, "string"]);
  });
});
