import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { registerCheck } from "../../cli/check.ts";
import { registerImportTiers } from "../../cli/import-tiers.ts";
import { resolveVenue } from "../../data/scenario/resolve.ts";
import { registries } from "../../lab/registries.ts";
import { useFolder } from "../data/scenario/support.ts";
import { outputOf } from "./support.ts";

const folder = useFolder();
const tier = (maxNotional: number, maintenanceMarginRate: number, maxLeverage: number, cum: string) => ({
  maxNotional,
  maintenanceMarginRate,
  maxLeverage,
  info: { bracket: "1", cum },
});
const FILE = { "X/USDT:USDT": [tier(1000, 0.01, 50, "0"), tier(5000, 0.02, 25, "10")], "Y/USDT:USDT": [tier(1000, 0.05, 10, "0")] };

describe("breakwater import-tiers", () => {
  test("TIER-1 writes tier tables that check takes and a contract can have", async () => {
    const file = await folder.write("ccxt.json", FILE);
    const out = folder.path("tiers.json");
    expect(await outputOf(registerImportTiers, "import-tiers", file, "--out", out)).toBe(`${out}: 2 tier tables, 3 tiers\n`);
    expect(await outputOf(registerCheck, "check", out)).toBe(
      `${out}: valid tier tables: X/USDT:USDT with 2 tiers, Y/USDT:USDT with 1 tier\n`,
    );
    const { tierTables } = JSON.parse(await readFile(out, "utf8"));
    const contract = { symbol: "X", base: "X", quote: "USDT", settle: "USDT", tickSize: "0.1", lotSize: "1", ...tierTables[0] };
    const profile = await folder.write("venue.json", { extends: "binance", name: "mine", instruments: [{ ...contract, symbol: "X" }] });
    expect((await resolveVenue(profile, registries)).instruments[0]?.tiers[1]).toMatchObject({
      upTo: "5000",
      unit: "quote",
      deduction: "10",
    });
  });

  test("one symbol, as JSON", async () => {
    const file = await folder.write("ccxt.json", FILE);
    const out = folder.path("one.json");
    const printed = await outputOf(
      registerImportTiers,
      "import-tiers",
      file,
      "--venue",
      "binance",
      "--symbol",
      "Y/USDT:USDT",
      "--out",
      out,
      "--json",
    );
    expect(JSON.parse(printed)).toEqual({ out, tables: [{ symbol: "Y/USDT:USDT", tierScheme: "marginal", unit: "quote", tiers: 1 }] });
    await expect(outputOf(registerImportTiers, "import-tiers", file, "--out", out)).rejects.toThrow("one.json exists already");
    await outputOf(registerImportTiers, "import-tiers", file, "--out", out, "--overwrite");
    expect(JSON.parse(await readFile(out, "utf8")).tierTables).toHaveLength(2);
  });

  test("bad input writes nothing", async () => {
    const file = await folder.write("ccxt.json", { X: [tier(1000, 0.02, 50, "0"), tier(1000, 0.01, 50, "0")] });
    const out = folder.path("none.json");
    await expect(outputOf(registerImportTiers, "import-tiers", file, "--out", out)).rejects.toThrow("X: 1.upTo: expected more than 1000");
    await expect(outputOf(registerImportTiers, "import-tiers", "nothing", "--out", out)).rejects.toThrow("nothing: no such file");
    await expect(outputOf(registerImportTiers, "import-tiers", file, "--out", folder.path("x.csv"))).rejects.toThrow("expected .json");
    await expect(outputOf(registerImportTiers, "import-tiers", file, "--out", folder.path("no/x.json"))).rejects.toThrow(
      "no such directory",
    );
    expect(existsSync(out)).toBe(false);
  });
});
