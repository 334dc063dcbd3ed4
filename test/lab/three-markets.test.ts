/**
 * Three instruments, ten kinds of agents, cross and hedged holders and a file of bars together,
 * with conservation checked after every event and every balance rebuilt from the tables. The
 * bars are those of 10 October 2025 where they stand beside the checkout, else bars made here.
 */
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { auditRun } from "../../data/audit/audit.ts";
import { resolveScenario } from "../../data/scenario/resolve.ts";
import { simulationInput, writeExperiment } from "../../lab/experiment.ts";
import { registries } from "../../lab/registries.ts";
import { Simulation, type SimulationResult } from "../../sim/index.ts";

const REAL = fileURLToPath(new URL("../../../shared/data/2025-10-10_binance-perp_BTCUSDT_5m.csv.gz", import.meta.url));
const START_MS = Date.parse("2025-10-10T21:00:00Z");
const MINUTES = 30;

/** Bars of five minutes that fall by an eighth in the fourth of them and come back. */
function madeBars(): string {
  const closes = [117_000, 116_500, 113_000, 103_000, 109_500, 112_000, 112_500, 113_000];
  const lines = closes.map((close, bar) => {
    const open = closes[bar - 1] ?? 117_200;
    const low = Math.min(open, close) - (bar === 3 ? 1_500 : 100);
    return [START_MS + bar * 300_000, open, Math.max(open, close) + 100, low, close, 10].join(",");
  });
  return ["ts_ms,open,high,low,close,volume", ...lines].join("\n");
}

describe("three instruments, ten kinds of agents and a file of bars", () => {
  let folder = "";
  let result: SimulationResult;
  let kinds: string[] = [];
  let differences: unknown[] = [];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "breakwater-three-"));
    const made = join(folder, "made.csv");
    await writeFile(made, madeBars());
    const scenario = await resolveScenario("october-2025", {
      registries,
      sets: [
        `shock.BTC-USDT=${JSON.stringify({ from: existsSync(REAL) ? REAL : made, snap: true })}`,
        `shockCorrelation=${JSON.stringify({
          matrix: [
            [1, 0.75],
            [0.75, 1],
          ],
          copula: "t",
        })}`,
        ...["shock.ETH-USDT.skip=9h", "shock.SOL-USDT.skip=9h", "start=2025-10-10T21:00:00Z", `duration=${MINUTES}m`],
        ...["population.accounts=900", `droughts=${JSON.stringify([{ at: "14m", for: "6m", depth: 0.25, recovery: "5m" }])}`],
        ...["agents.9.exitAt=10m", "pools.perpetual/BTC/USDT.seedCapital=20000", "pools.perpetual/SOL/USDT.seedCapital=5000"],
      ],
      seed: 11,
    });
    kinds = [...new Set(scenario.agents.map(({ kind }) => kind))];
    result = new Simulation({ ...(await simulationInput(scenario)), checkEveryEvent: true }).run();
    const directory = join(folder, "run");
    await writeExperiment(directory, scenario, result, { version: "test", startedAt: "2025-10-10T00:00:00Z", wallSeconds: 0 });
    differences = [...(await auditRun(directory)).differences];
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test("CONS-1 CONS-2 CONS-3 hold after every event, and the audit finds no difference", () => {
    expect(kinds.length).toBeGreaterThanOrEqual(6);
    expect(result.record.instruments.rowCount).toBe(3);
    expect(result.conservationChecks).toBeGreaterThan(result.messages);
    expect(differences).toEqual([]);
  });

  test("every instrument trades, falls, and has liquidations; cross scopes among them", () => {
    const { trades, liquidations, marks } = result.record;
    for (const instrument of [0, 1, 2]) {
      const own = marks.numbers("index_ticks").filter((_, row) => marks.numbers("instrument", row, row + 1)[0] === instrument);
      expect(Math.min(...own), `index of ${instrument}`).toBeLessThan(0.92 * (own[0] as number));
      expect(trades.numbers("instrument").filter((number) => number === instrument).length, `trades of ${instrument}`).toBeGreaterThan(50);
      expect(
        liquidations.numbers("instrument").filter((number) => number === instrument).length,
        `liquidations of ${instrument}`,
      ).toBeGreaterThan(5);
    }
    const scopes = liquidations.numbers("scope");
    expect(scopes.filter((scope, row) => scope !== row).length).toBeGreaterThan(0);
  });

  test("agents of every kind trade", () => {
    const { accounts, trades } = result.record;
    const names = accounts.words("name");
    const trading = new Set([...trades.numbers("maker_account"), ...trades.numbers("taker_account")]);
    const seen = new Set([...trading].map((account) => names[account]?.split("/")[0]));
    for (const kind of kinds) expect(seen, kind).toContain(kind);
  });
});
