import { expect, test } from "vitest";
import { resolveScenario } from "../../data/scenario/resolve.ts";
import { runExperiment } from "../../lab/experiment.ts";
import { registries } from "../../lab/registries.ts";

/** Ether falls by a fifth, bitcoin stays where it is: liquidations in each, and of whom. */
async function liquidationsWith(crossShare: number) {
  const sets = [
    ...["population.accounts=600", `population.crossShare=${crossShare}`, "shock.BTC-USDT.waypoints=[]", "shock.BTC-USDT.volatility=0.1"],
    ...["duration=1h", 'shock.ETH-USDT.waypoints=[{"at":"10m","change":-0.05},{"at":"30m","change":-0.2}]', "index.interval=2s"],
  ];
  const scenario = await resolveScenario("contagion", { sets, seed: 3, registries });
  const { record } = await runExperiment(scenario);
  const instruments = record.liquidations.numbers("instrument");
  const both = record.liquidations.numbers("scope").filter((scope, row) => scope !== row).length;
  return { bitcoin: instruments.filter((one) => one === 0).length, ether: instruments.filter((one) => one === 1).length, both };
}

test("ACCT-2 MARGIN-5 in cross margin a fall of one contract liquidates positions in another, in isolated margin it does not", async () => {
  const [isolated, cross] = [await liquidationsWith(0), await liquidationsWith(1)];
  expect(isolated.both).toBe(0);
  expect(isolated.ether).toBeGreaterThan(100);
  expect(isolated.bitcoin).toBeLessThan(isolated.ether / 20);
  expect(cross.bitcoin).toBeGreaterThan(cross.ether / 2);
  expect(cross.both).toBeGreaterThan(50);
});
