/**
 * Writes `docs/realism.md`, which holds the bundled calm day against real markets: `npx tsx tools/realism.ts [FOLDER]`.
 * With the folder of real market data (default `../shared/data`, when it is there) their figures are measured anew.
 */
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { resolveScenario } from "../data/scenario/resolve.ts";
import type { Summary } from "../data/store/run-directory.ts";
import { runExperiment, writeExperiment } from "../lab/experiment.ts";
import { registries } from "../lab/registries.ts";
import { realismDocument } from "./realism/document.ts";
import { measureReal, type RealFacts } from "./realism/real-facts.ts";

const REAL = new URL("./realism/real-facts.json", import.meta.url);
const DOCUMENT = new URL("../docs/realism.md", import.meta.url);

/** Runs the calm day and returns its summary, as `breakwater run calm-day --json` prints it. */
async function calmDay(): Promise<Summary> {
  const folder = await mkdtemp(join(tmpdir(), "breakwater-realism-"));
  try {
    const scenario = await resolveScenario("calm-day", { registries });
    const result = await runExperiment(scenario);
    return await writeExperiment(join(folder, "run"), scenario, result, { version: "0", startedAt: "", wallSeconds: 0 });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const folder = resolve(process.argv[2] ?? "../shared/data");
if (existsSync(folder)) {
  const facts = await measureReal(pathToFileURL(`${folder}/`));
  await writeFile(REAL, `${JSON.stringify(facts, null, 2)}\n`);
}
const real = JSON.parse(await readFile(REAL, "utf8")) as RealFacts;
await writeFile(DOCUMENT, realismDocument(await calmDay(), real));
