import { describe, expect, test } from "vitest";
import { checkDocument } from "../../../data/scenario/check.ts";
import { resolveScenario } from "../../../data/scenario/resolve.ts";
import { registries as realRegistries } from "../../../lab/registries.ts";
import { lineOf, registries, smallScenario, smallVenue, useFolder } from "./support.ts";

const folder = useFolder();

describe("a rule that a run does not simulate yet", () => {
  test.each([
    ["venue.positionValueAt=last", 'venue.positionValueAt: "last" is not simulated yet: expected one of "mark", "entry", got "last"'],
    [
      "venue.adl.policy=socialised-loss",
      'venue.adl.policy: "socialised-loss" is not simulated yet: expected one of "profit-times-leverage", "pro-rata", got "socialised-loss"',
    ],
  ])("is refused by a run and valid to check: %s", async (set, line) => {
    const file = await folder.write("s.json", smallScenario());
    expect((await lineOf(resolveScenario(file, { registries, sets: [set] }))).replaceAll(folder.path("/"), "")).toBe(`--set: ${line}`);
  });

  test("names the profile that has it", async () => {
    const okx = { ...smallScenario(), venue: "okx", instruments: ["BTC-USDT-SWAP"], pools: {} };
    // What OKX does itself is simulated: a fund settled daily among it.
    expect((await resolveScenario(await folder.write("okx.json", okx), { registries: realRegistries })).venue.fund.settlement).toBe(
      "daily",
    );
    const venue = await folder.write("by-last.json", { extends: "okx", name: "by-last", positionValueAt: "last" });
    const file = await folder.write("s.json", { ...okx, venue });
    expect((await lineOf(resolveScenario(file, { registries: realRegistries }))).replaceAll(folder.path("/"), "")).toMatch(
      /^by-last\.json: positionValueAt: "last" is not simulated yet: expected /,
    );
    expect(await checkDocument(file, realRegistries).catch(String)).toMatchObject({
      kind: "scenario",
      scenario: { venue: { name: "by-last" } },
    });
  });

  test("LIQ-4 a vault needs a margin to take, and whole quanta", async () => {
    const file = await folder.write("s.json", smallScenario());
    const refusalOf = async (...sets: string[]) =>
      (await lineOf(resolveScenario(file, { registries, sets }))).replaceAll(folder.path("/"), "");
    const backstop = 'venue.backstop={"belowMaintenance":"2/3"}';
    expect(await refusalOf(backstop, "vault.seedCapital=10.5")).toBe("no error");
    expect(await refusalOf("venue.surplusTo=vault", "vault.seedCapital=10.5")).toBe("no error");
    expect(await refusalOf(backstop, "venue.takeoverAt=mark")).toMatch(
      /venue\.backstop: expected null: with takeoverAt "mark" no margin goes with the position, got \{"belowMaintenance":"2\/3"\}$/,
    );
    expect(await refusalOf(backstop, "vault.seedCapital=0.0000001")).toMatch(
      /vault\.seedCapital: expected whole quanta of 0\.000001 USDT, below 2\^53 of them, got "0\.0000001"$/,
    );
  });

  test("other kinds of contracts", async () => {
    const venue = smallVenue();
    const contract = (venue["instruments"] as Record<string, unknown>[])[0] as Record<string, unknown>;
    const refusalOf = async (change: object) => {
      const changed = { ...venue, instruments: [{ ...contract, ...change }] };
      const scenario = { ...smallScenario(), venue: changed, pools: {} };
      return (await lineOf(resolveScenario(await folder.write("s.json", scenario), { registries }))).replaceAll(folder.path("/"), "");
    };
    const at = "s.json: venue.instruments.0";
    expect(await refusalOf({ kind: "inverse", settle: "X", faceValue: "1" })).toBe(
      `${at}.kind: "inverse" is not simulated yet: expected "linear", got "inverse"`,
    );
    expect(await refusalOf({ productLine: "delivery", expiry: "2026-03-27T08:00:00Z" })).toBe(
      `${at}.productLine: "delivery" is not simulated yet: expected "perpetual", got "delivery"`,
    );
  });

  test("base bounds of a linear contract count lots: they are simulated", async () => {
    const file = await folder.write("s.json", smallScenario());
    const sets = ['venue.instruments.0.tiers=[{"upTo":"10","unit":"base","maintenanceMarginRate":"0.01","maxLeverage":"50"}]'];
    expect((await resolveScenario(file, { registries, sets })).instruments[0]?.tiers[0]?.unit).toBe("base");
  });
});
