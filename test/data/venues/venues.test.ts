import { describe, expect, test } from "vitest";
import { bundledNames } from "../../../data/scenario/bundled.ts";
import { resolveVenue } from "../../../data/scenario/resolve.ts";
import { venueRules } from "../../../data/scenario/rule-list.ts";
import { parseRatio } from "../../../sim/venue/decimal.ts";
import { registries } from "../scenario/support.ts";

describe("bundled venues", () => {
  test("there is one, under its own name", async () => {
    const names = await bundledNames("venue");
    expect(names).toEqual(["bitda"]);
    for (const name of names) expect((await resolveVenue(name, registries)).name).toBe(name);
  });

  test("every rule has a source, and every source a rule", async () => {
    for (const name of await bundledNames("venue")) {
      const venue = await resolveVenue(name, registries);
      const rules = venueRules(venue);
      expect(rules.filter(({ source }) => source === null).map(({ rule }) => rule)).toEqual([]);
      const used = Object.keys(venue.sources).filter((key) => rules.some(({ rule }) => rule === key || rule.startsWith(`${key}.`)));
      expect(Object.keys(venue.sources)).toEqual(used);
    }
  });

  test("every source is either dated or called an assumption with a reason", async () => {
    for (const name of await bundledNames("venue")) {
      for (const [rule, { source, date, note }] of Object.entries((await resolveVenue(name, registries)).sources)) {
        const isAssumption = source === "Assumption of Breakwater";
        expect([rule, isAssumption ? note !== undefined : /^\d{4}-\d{2}-\d{2}$/.test(date ?? "")]).toEqual([rule, true]);
      }
    }
  });

  test("TIER-1 bitda's tiers: 34, in contracts of 1 BTC, initial margin from 1 % to 17.5 %", async () => {
    const [instrument] = (await resolveVenue("bitda", registries)).instruments;
    const tiers = instrument?.tiers ?? [];
    expect(tiers.length).toBe(34);
    expect(tiers.slice(0, 4)).toEqual([
      { upTo: "10", unit: "contracts", maintenanceMarginRate: "0.004", maxLeverage: "100" },
      { upTo: "50", unit: "contracts", maintenanceMarginRate: "0.005", maxLeverage: "66.66" },
      { upTo: "200", unit: "contracts", maintenanceMarginRate: "0.0075", maxLeverage: "50" },
      { upTo: "400", unit: "contracts", maintenanceMarginRate: "0.0125", maxLeverage: "40" },
    ]);
    expect(tiers.at(-1)).toEqual({ upTo: "6400", unit: "contracts", maintenanceMarginRate: "0.1625", maxLeverage: "5.71" });
    // From the fourth on the table goes in steps of 200 BTC and half a percent.
    for (let tier = 4; tier < tiers.length; tier++) {
      expect(Number(tiers[tier]?.upTo) - Number(tiers[tier - 1]?.upTo)).toBe(200);
      const [rate, before] = [tiers[tier], tiers[tier - 1]].map((row) => parseRatio(row?.maintenanceMarginRate ?? "", ""));
      expect((rate?.numerator ?? 0) / (rate?.denominator ?? 1) - (before?.numerator ?? 0) / (before?.denominator ?? 1)).toBeCloseTo(
        0.005,
        12,
      );
    }
  });
});
