import { describe, expect, test } from "vitest";
import { resolveScenario } from "../../data/scenario/resolve.ts";
import { runExperiment, simulationInput } from "../../lab/experiment.ts";
import { registries } from "../../lab/registries.ts";
import { FIRST_TRADER_ACCOUNT } from "../../sim/clearing/accounts.ts";

const WHALE = {
  kind: "whale",
  deposit: "1000000",
  position: "2000000",
  side: "long",
  leverage: "5",
  exitAt: "60s",
  slices: 10,
  interval: "5s",
};

const scenarioOf = (whale: object, sets: readonly string[] = []) =>
  resolveScenario("flash-crash", {
    registries,
    sets: [
      ...["duration=6m", "shock.waypoints=[]", "population.accounts=400"],
      `agents=${JSON.stringify([
        { kind: "market-maker", count: 2 },
        { ...WHALE, ...whale },
      ])}`,
      ...sets,
    ],
  });

describe("agents that start with a position", () => {
  test.each(["long", "short"])(
    "CONS-1 CONS-2 holders have the other side of a whale's %s one, to the lot and the quantum",
    async (side) => {
      const { holders, agents } = await simulationInput(await scenarioOf({ side })).then(({ instruments, agents: all }) => ({
        holders: (instruments[0] as (typeof instruments)[number]).holders,
        agents: all,
      }));
      const whale = agents.find(({ name }) => name.startsWith("whale"))?.position;
      const sign = side === "long" ? 1 : -1;
      expect(Math.sign(whale?.lots ?? 0)).toBe(sign);
      expect(holders.lots.reduce((sum, lots) => sum + lots, 0)).toBe(-(whale?.lots ?? 0));
      const signed = holders.lots.reduce((sum, lots, row) => sum + Math.sign(lots) * (holders.entryValue[row] as number), 0);
      expect(signed).toBe(-sign * (whale?.entryValue ?? 0));
    },
  );

  test("a run goes from there: it sells all of it in slices", async () => {
    const { record } = await runExperiment(await scenarioOf({}));
    const account = FIRST_TRADER_ACCOUNT + 400 + 2;
    const row = [...record.positions.numbers("account")].indexOf(account);
    const of = (name: string) => record.positions.numbers(name)[row] as number;
    expect(of("start_position_lots")).toBeGreaterThan(0);
    expect(of("start_margin_quanta")).toBeGreaterThan(of("start_entry_value_quanta") / 5);
    expect(of("position_lots")).toBe(0);
    const taken = [...record.trades.numbers("taker_account")].filter((taker) => taker === account);
    expect(taken.length).toBeGreaterThanOrEqual(10);
  });

  test.each<[string, object, string[], string]>([
    ["a deposit below its initial margin", { deposit: "100000.5" }, [], ", got 100000.5"],
    ["a leverage above its tier's", { leverage: "100" }, [], "agents.1.leverage: expected at most"],
    ["nobody to hold the other side", {}, ["population.accounts=0"], "population.accounts: expected at least 2"],
    [
      "too few lots on the other side",
      { position: "2000000", deposit: "1000000" },
      ["population.accounts=2", "population.size.median=100"],
      "population",
    ],
  ])("are refused with %s", async (_, whale, sets, problem) => {
    await expect(simulationInput(await scenarioOf(whale, sets))).rejects.toThrow(problem);
  });
});
