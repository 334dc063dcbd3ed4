import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { resolveScenario } from "../../data/scenario/resolve.ts";
import { runExperiment, simulationInput, writeExperiment } from "../../lab/experiment.ts";
import { registries } from "../../lab/registries.ts";
import { SMALL_RUN } from "../small-run.ts";

const small = (seed: number, ...sets: string[]) => resolveScenario("flash-crash", { sets: [...SMALL_RUN, ...sets], seed, registries });
const circumstances = { version: "0.0.0", startedAt: "2025-01-01T00:00:00Z", wallSeconds: 1 };

describe("the same scenario and seed", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "breakwater-experiment-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test("TIME-3: give the same digest and the same bytes of every table twice", async () => {
    const digests: string[] = [];
    for (const name of ["first", "second"]) {
      const scenario = await small(3);
      const result = await runExperiment(scenario);
      digests.push(result.digest);
      await writeExperiment(join(folder, name), scenario, result, circumstances);
    }
    expect(digests[1]).toBe(digests[0]);
    const files = (await readdir(join(folder, "first"))).sort();
    expect(files).toEqual((await readdir(join(folder, "second"))).sort());
    expect(files).toContain("trades.parquet");
    for (const file of files) {
      const [one, two] = await Promise.all(["first", "second"].map((name) => readFile(join(folder, name, file))));
      expect((one as Buffer).equals(two as Buffer), file).toBe(true);
    }
  });
});

test("TIME-2: another seed gives another digest", async () => {
  const digests = await Promise.all([3, 4].map(async (seed) => (await runExperiment(await small(seed))).digest));
  expect(digests[0]).not.toBe(digests[1]);
});

test("TIME-3: the digest covers commands whether or not the orders table is kept", async () => {
  const without = await runExperiment(await small(3));
  const kept = await runExperiment(await small(3, "record.orders=true"));
  expect(kept.digest).toBe(without.digest);
  expect(kept.record.orders.rowCount).toBe(kept.messages);
  expect(without.record.tables().map((table) => table.schema.name)).not.toContain("orders");
});

test("TIME-2: another agent leaves index, population and the other agents' luck as they were", async () => {
  const before = await simulationInput(await small(3));
  const after = await simulationInput(await small(3, "agents.0.count=3"));
  const own = ({ instruments }: typeof before) => instruments.map(({ index, holders }) => ({ index, holders }));
  expect(own(after)).toEqual(own(before));
  const firstWakes = (input: typeof before) => new Map(input.agents.map((agent) => [agent.name, agent.firstWakeUs]));
  for (const [name, wakeUs] of firstWakes(before)) expect(firstWakes(after).get(name), name).toBe(wakeUs);
  expect(after.agents).toHaveLength(before.agents.length + 1);
});

test("CONS-1, CONS-2, CONS-3: conservation is checked at every mark", async () => {
  const result = await runExperiment(await small(3));
  expect(result.conservationChecks).toBe(result.record.marks.rowCount);
  expect(result.conservationChecks).toBe(40 * 60 + 1);
});

test("a failed run names scenario, seed, event and time", async () => {
  const scenario = await small(3);
  const failing = { ...scenario, venue: { ...scenario.venue, adl: { ...scenario.venue.adl, policy: "no-such-policy" } } };
  await expect(runExperiment(failing as typeof scenario)).rejects.toThrow(/scenario flash-crash, seed 3, .*no-such-policy/);
});

test("UNIT-2: an agent's amount finer than a quantum is refused with its field", async () => {
  await expect(simulationInput(await small(3, "agents.0.deposit=1000.0000001"))).rejects.toThrow(
    "agents.0.deposit: 1000.0000001 is no whole multiple of 0.000001",
  );
});
