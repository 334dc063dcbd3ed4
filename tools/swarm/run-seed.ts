/** One seed of the swarm: its scenario drawn, run with every invariant on, and what it recorded checked. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { auditRun } from "../../data/audit/audit.ts";
import { differenceLine } from "../../data/audit/findings.ts";
import { resolveDocument } from "../../data/scenario/resolve.ts";
import type { ResolvedScenario } from "../../data/scenario/scenario-schema.ts";
import { simulationInput, writeExperiment } from "../../lab/experiment.ts";
import { registries } from "../../lab/registries.ts";
import {
  createStream,
  InputError,
  type InstrumentInput,
  type Record as RunRecord,
  Simulation,
  type SimulationInput,
  type SimulationResult,
} from "../../sim/index.ts";
import { valueOf } from "../../sim/venue/instrument.ts";
import { checkRecord, isExhausted } from "./checks.ts";
import { drawMixers } from "./order-mixer.ts";
import { drawScenario } from "./scenario.ts";

/**
 * A second run is made of one seed in so many, an audit of the written tables of one in so many others, of as many more
 * where cross positions were liquidated, and of more where legs were closed against each other or other assets sold.
 */
const RERUN_EVERY = 4;
const AUDIT_EVERY = 8;
const RARE_EVERY = 2;

/** What a seed's run went through. */
export interface SeedTally {
  readonly events: number;
  readonly trades: number;
  readonly liquidations: number;
  /** Of them those that reduced a position before anything was taken over (LIQ-3). */
  readonly reduced: number;
  /** Of them those of cross positions (ACCT-2). */
  readonly cross: number;
  /** Pairs of legs closed against each other (LIQ-3), and sales of other assets (ACCT-6). */
  readonly offsets: number;
  readonly conversions: number;
  /** Liquidations of which the backstop vault took what rested (LIQ-4). */
  readonly vaulted: number;
  readonly adlEvents: number;
  /** Whether some loss was more than the fund could pay. */
  readonly exhausted: boolean;
  /** Whether the house had to take what not even ADL could place (FUND-4). */
  readonly house: boolean;
  readonly rerun: boolean;
  readonly audited: boolean;
}

/**
 * Runs a seed and checks it.
 * @param thorough makes every check, whatever the seed
 * @throws whatever is wrong
 */
export async function runSeed(seed: number, thorough: boolean): Promise<SeedTally> {
  const content = drawScenario(seed);
  const drawn = await resolveDocument({ file: `seed ${seed}`, place: `swarm-${seed}.json`, content }, [], registries, "run");
  const scenario = await playable(drawn);
  const result = new Simulation({ ...(await inputOf(scenario)), checkEveryEvent: true }).run();
  checkRecord(result.record);
  const rerun = thorough || seed % RERUN_EVERY === 0;
  if (rerun) await checkRerun(scenario, result.digest);
  const cross = crossLiquidations(result.record);
  const { trades, liquidations, adl, offsets, conversions } = result.record;
  const isRare = offsets.rowCount + conversions.rowCount > 0;
  const audited = thorough || seed % AUDIT_EVERY === 1 || (cross > 0 && seed % AUDIT_EVERY === 5) || (isRare && seed % RARE_EVERY === 1);
  if (audited) await checkAudit(scenario, result);
  return {
    events: result.events,
    trades: trades.rowCount,
    liquidations: liquidations.rowCount,
    reduced: liquidations.numbers("reduced_lots").filter((lots) => lots > 0).length,
    cross,
    offsets: offsets.rowCount,
    conversions: conversions.rowCount,
    vaulted: liquidations.numbers("vault_lots").filter((lots) => lots > 0).length,
    adlEvents: new Set(adl.numbers("event")).size,
    exhausted: isExhausted(result.record),
    house: liquidations.words("status").includes("residual"),
    rerun,
    audited,
  };
}

function crossLiquidations({ positions, liquidations }: RunRecord): number {
  const [accounts, instruments] = [positions.numbers("account"), positions.numbers("instrument")];
  const cross = new Set<string>();
  positions.words("margin_mode").forEach((mode, row) => {
    if (mode === "cross") cross.add(`${accounts[row]}/${instruments[row]}`);
  });
  const on = liquidations.numbers("instrument");
  return liquidations.numbers("account").filter((account, row) => cross.has(`${account}/${on[row]}`)).length;
}

/** The scenario, but for whales whose position neither their tier nor the population allows: those build it up. */
async function playable(scenario: ResolvedScenario): Promise<ResolvedScenario> {
  if (!scenario.agents.some((agent) => agent["start"] === "held")) return scenario;
  try {
    await simulationInput(scenario);
    return scenario;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { ...scenario, agents: scenario.agents.map((agent) => (agent["start"] === "held" ? { ...agent, start: "built" } : agent)) };
  }
}

/** Agents keep state: every run is given its own. */
async function inputOf(scenario: ResolvedScenario): Promise<SimulationInput> {
  const input = await simulationInput(scenario);
  const { index, instrument } = input.instruments[0] as InstrumentInput;
  const mixers = drawMixers(scenario.seed, index.intervalUs, valueOf(instrument, index.ticks[0] as number, 1), input.instruments.length);
  return { ...input, agents: [...input.agents, ...mixers] };
}

/**
 * TIME-3, TIME-4: the same digest again, with the orders recorded or not, conservation checked
 * at every event or only at marks, and from a snapshot at any time on.
 */
async function checkRerun(scenario: ResolvedScenario, digest: string): Promise<void> {
  const other = { ...scenario, record: { ...scenario.record, orders: !scenario.record.orders } };
  const input = await inputOf(other);
  const interrupted = new Simulation(input);
  const { startUs, intervalUs, ticks } = (input.instruments[0] as InstrumentInput).index;
  const untilUs = startUs + createStream(scenario.seed, "swarm/snapshot").below((ticks.length - 1) * intervalUs);
  interrupted.runUntil(untilUs);
  const again = Simulation.restore(await inputOf(other), interrupted.snapshot()).run();
  if (again.digest !== digest) {
    throw new Error(`TIME-4 violated: interrupted at ${untilUs} µs it has the digest ${again.digest}, the first run ${digest}`);
  }
}

/** Every balance rebuilt from the tables as written. */
async function checkAudit(scenario: ResolvedScenario, result: SimulationResult): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "breakwater-swarm-"));
  try {
    await writeExperiment(folder, scenario, result, { version: "swarm", startedAt: "", wallSeconds: 0 });
    const { differenceCount, differences } = await auditRun(folder);
    const [first] = differences;
    if (first !== undefined) throw new Error(`the audit finds ${differenceCount} differences, first ${differenceLine(first)}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
