import { expect, test } from "vitest";
import { registries, resolveScenario, runExperiment } from "../index.ts";
import { deno } from "./checkout.ts";
import { SMALL_RUN } from "./small-run.ts";

/** Typed, so that it would not run if Deno did not strip types; imports by the package's name. */
const SCRIPT = `
  import { registries, resolveScenario, runExperiment } from "breakwater";
  import { type SimulationResult, Table } from "breakwater/sim";
  const sets: string[] = JSON.parse(Deno.args[0] as string);
  const { digest, record }: SimulationResult = await runExperiment(await resolveScenario("flash-crash", { sets, registries }));
  console.log(JSON.stringify({ digest, isTable: record.trades instanceof Table }));
`;

test("TIME-3: Deno runs the sources unbuilt, to the digest of Node", async () => {
  const scenario = await resolveScenario("flash-crash", { sets: [...SMALL_RUN], registries });
  const { digest } = await runExperiment(scenario);
  const ended = await deno(["eval", "--ext=ts", SCRIPT, JSON.stringify(SMALL_RUN)]);
  expect(ended.stderr).toBe("");
  expect(JSON.parse(ended.stdout)).toEqual({ digest, isTable: true });
});
