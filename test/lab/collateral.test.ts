import { describe, expect, test } from "vitest";
import { resolveScenario } from "../../data/scenario/resolve.ts";
import { simulationInput } from "../../lab/experiment.ts";
import { registries } from "../../lab/registries.ts";
import { Simulation } from "../../sim/simulation.ts";

const BTC = 'assets={"USDT":{"quantum":"0.000001"},"BTC":{"quantum":"0.00000001"},"USDC":{"quantum":"0.000001","price":"0.999"}}';
const TAKES =
  'venue={"extends":"bitda-ema","collateral":{"BTC":[{"upTo":"1","haircut":"0.05"},{"upTo":null,"haircut":"0.2"}],"USDC":[{"upTo":null,"haircut":"0"}]}}';
const SMALL = ["population.accounts=200", "index.interval=20s", "population.crossShare=0.6"];

const scenarioOf = (...sets: string[]) => resolveScenario("contagion", { sets: [...SMALL, ...sets], seed: 5, registries });

describe("collateral of a scenario", () => {
  test("ACCT-6 part of the margin of some holders in cross margin is held in other assets, worth as much at the start", async () => {
    const sets = [BTC, TAKES];
    const plain = await simulationInput(await scenarioOf(...sets));
    const given = await simulationInput(
      await scenarioOf(...sets, 'population.collateral=[{"asset":"BTC","share":0.5,"part":0.4},{"asset":"USDC","share":0.6,"part":0.5}]'),
    );
    expect(plain.collateral).toBeUndefined();
    const { collateral, instruments } = given;
    const holders = collateral?.holders ?? [];
    expect(holders.length).toBeGreaterThan(40);
    expect(new Set(holders.map(({ asset }) => asset))).toEqual(new Set([1, 2]));
    for (const { holder } of holders) {
      for (const { holders: own } of instruments) {
        own.holder?.forEach((number, row) => {
          if (number === holder) expect(own.isCross?.[row]).toBe(1);
        });
      }
    }
    // What is missing in margins is there as effective worth: of BTC up to one whole at 0.95 of its index price.
    const missing = new Map<number, number>();
    instruments.forEach(({ holders: own }, number) => {
      const before = plain.instruments[number]?.holders.margin as Float64Array;
      own.holder?.forEach((holder, row) => {
        missing.set(holder, (missing.get(holder) ?? 0) + (before[row] as number) - (own.margin[row] as number));
      });
    });
    const first = instruments[0]?.index.ticks[0] as number;
    const perQuantum = [0, ((first * 0.1) / 100) * 0.95, 0.999];
    const worth = new Map<number, number>();
    for (const { holder, asset, quanta } of holders) {
      expect(quanta).toBeLessThan(1e8 * (asset === 1 ? 1 : 1e6));
      worth.set(holder, (worth.get(holder) ?? 0) + quanta * (perQuantum[asset] as number));
    }
    for (const [holder, amount] of missing) {
      expect(Math.abs((worth.get(holder) ?? 0) - amount)).toBeLessThan(2 * Math.max(...perQuantum));
    }
    const { record } = new Simulation({ ...given, checkEveryEvent: true }).run();
    expect(record.collateral.rowCount).toBe(holders.length + 2);
  });

  test("ACCT-6 agents have amounts of their own", async () => {
    const sets = [BTC, TAKES, 'agents=[{"kind":"noise-trader","count":2,"marginMode":"cross","collateral":{"BTC":"0.5","USDC":"10"}}]'];
    const { agents } = await simulationInput(await scenarioOf(...sets));
    expect(agents[0]?.collateral).toEqual([
      { asset: 1, quanta: 50_000_000 },
      { asset: 2, quanta: 10_000_000 },
    ]);
  });

  test.each([
    ['population.collateral.0.asset: expected one of the scenario\'s assets, USDT, BTC, USDC, got "DOGE"', "DOGE", BTC],
    ['population.collateral.0.asset: expected another asset than the settlement asset, got "USDT"', "USDT", BTC],
    [
      "assets.USDC.price: expected a price, since no contract of the scenario is of it, got nothing",
      "USDC",
      BTC.replace(',"price":"0.999"', ""),
    ],
    [
      'assets.BTC.price: expected none, since the index of BTC-USDT is its price, got "5"',
      "BTC",
      BTC.replace('"0.00000001"', '"0.00000001","price":"5"'),
    ],
    ["population.collateral.0.asset: expected an asset that bitda-ema (changed) takes as collateral", "ETH", BTC.replace("BTC", "ETH")],
  ])("bad input: %s", async (problem, asset, assets) => {
    const scenario = await scenarioOf(assets, TAKES, `population.collateral=[{"asset":"${asset}","share":1,"part":0.5}]`);
    await expect(simulationInput(scenario)).rejects.toThrow(problem);
  });
});
