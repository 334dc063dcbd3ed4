/**
 * One experiment: a resolved scenario in, tables, summary and manifest out. The same
 * scenario and seed give the same tables and digest wherever it runs (TIME-3).
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { drawCollateral } from "../agents/collateral.ts";
import type { PopulationContext, PopulationParameters } from "../agents/population.ts";
import { drawPopulations } from "../agents/populations.ts";
import { summarise } from "../data/metrics/summary.ts";
import { compileDeclared, compileScenario, compileTimes } from "../data/scenario/compile.ts";
import { compileCollateral } from "../data/scenario/compile-collateral.ts";
import { compileMarkets } from "../data/scenario/compile-markets.ts";
import type { ResolvedScenario } from "../data/scenario/scenario-schema.ts";
import { indexPaths } from "../data/shocks/index-path.ts";
import type { Manifest, Summary } from "../data/store/run-directory.ts";
import { openStore, type Store } from "../data/store/store.ts";
import { writeTables } from "../data/store/tables.ts";
import {
  type AgentStart,
  type Asset,
  type BlockStore,
  type CollateralInput,
  createStream,
  formatTime,
  type Holders,
  type IndexPath,
  type Instrument,
  parseWhole,
  Simulation,
  type SimulationError,
  type SimulationInput,
  type SimulationResult,
  TABLE_FORMAT_VERSION,
} from "../sim/index.ts";
import { makeAgents, positionsOf } from "./agents.ts";
import { agentKinds, type Extensions } from "./extensions.ts";

/** The slow average of CASC-1 remembers so many half-lives of displacement. */
const SLOW_AVERAGE_HALF_LIVES = 10;

/**
 * Everything a simulation needs, in whole units: the venue compiled, the index paths
 * drawn or read, population and agents made. Streams of the first contract have no symbol in
 * their name, those of the others do: one contract more, at the end, changes no other's luck (TIME-2).
 * @param extensions agents and policies that the scenario may name beside those there are
 * @throws InputError when a shock's file or the population cannot be used
 */
export async function simulationInput(scenario: ResolvedScenario, extensions: Extensions = {}): Promise<SimulationInput> {
  const { asset, instruments, rules, pools, vaultSeed } = compileScenario(scenario);
  const times = compileTimes(scenario);
  const paths = await indexPaths(scenario, instruments);
  const made = makeAgents(scenario, asset, rules.margin, instruments, paths, agentKinds(extensions));
  const holders = drawHolders(
    scenario,
    paths.map(({ ticks }, number) => ({
      asset,
      terms: { instrument: instruments[number] as Instrument, rules: rules.margin },
      startTicks: ticks[0] as number,
      ...positionsOf(made, number),
    })),
  );
  const collateral = makeCollateral(scenario, instruments, paths, holders);
  return {
    asset,
    rules,
    instruments: instruments.map((instrument, number) => ({
      instrument,
      index: paths[number] as IndexPath,
      ...compileMarkets(scenario, asset, instrument.symbol),
      holders: holders[number] as Holders,
    })),
    adlDeclared: compileDeclared(scenario),
    ...(collateral === null ? {} : { collateral }),
    agents: made.map(({ start, amounts }) => ({ ...start, collateral: depositsOf(amounts, collateral) })),
    poolSeeds: pools,
    vaultSeed,
    displacementHalfLifeUs: times.halfLifeUs,
    slowAverageUs: times.halfLifeUs * SLOW_AVERAGE_HALF_LIVES,
    sampleIntervalUs: times.sampleIntervalUs,
    recordOrders: scenario.record.orders,
    ...(extensions.policies === undefined ? {} : { adlPolicies: extensions.policies }),
  };
}

/**
 * Runs a scenario.
 * @param onProgress called at every mark with the part done, 0 to 1
 * @param kind whether it is the twin run of CASC-3, where its rows go meanwhile, and what the scenario names beside what there is
 * @throws InputError as `simulationInput`
 * @throws SimulationError naming seed, event and time when an invariant breaks or an agent fails; it keeps what was recorded
 */
export async function runExperiment(
  scenario: ResolvedScenario,
  onProgress?: (part: number) => void,
  { liquidationsOffBook, rows, extensions }: RunKind = {},
): Promise<SimulationResult> {
  const input = await simulationInput(scenario, extensions);
  const twin = liquidationsOffBook === true;
  try {
    return new Simulation(twin ? { ...input, liquidationsOffBook } : input, rows).run(onProgress);
  } catch (error) {
    const which = `scenario ${scenario.name}, seed ${scenario.seed}${twin ? ", counterfactual run" : ""}`;
    if (error instanceof Error) error.message = `${which}, ${error.message}`;
    throw error;
  }
}

/** Which of the two runs of a seed (CASC-3). */
export interface RunKind {
  /** The twin: the house takes what fails at the mark. Left out: the run as the venue's rules have it. */
  readonly liquidationsOffBook?: boolean;
  /** Where recorded rows wait to be written, so that memory does not grow with the length of the run: to be closed when they are. Left out: in memory. */
  readonly rows?: BlockStore;
  /** The record is asked nothing more: called when it is on disk and its rows are forgotten. Left out: it is kept. */
  readonly onWritten?: () => void;
  /** Agents and policies that the scenario may name beside those there are. */
  readonly extensions?: Extensions;
  /** Called with the tables as written, while they are open. */
  readonly onMeasured?: (store: Store) => Promise<void>;
}

/** What depends on clock and machine: it stands in the manifest and nowhere else. */
export interface RunCircumstances {
  readonly version: string;
  /** ISO-8601 UTC. */
  readonly startedAt: string;
  readonly wallSeconds: number;
}

/**
 * Writes a run into a directory that it makes: tables, `summary.json` and `manifest.json`.
 * @returns the summary, measured from the tables as written
 */
export async function writeExperiment(
  directory: string,
  scenario: ResolvedScenario,
  result: SimulationResult,
  circumstances: RunCircumstances,
  kind: RunKind = {},
): Promise<Summary> {
  await mkdir(directory, { recursive: true });
  await writeTables(directory, result.record.tables());
  if (kind.onWritten !== undefined) {
    for (const table of result.record.tables()) table.release();
    kind.onWritten();
  }
  const store = await openStore(directory, { sparing: true, natural: false });
  try {
    const summary = await summarise(store, {
      scenario: scenario.name,
      venue: scenario.venue.name,
      seed: scenario.seed,
      digest: result.digest,
      conservationChecks: result.conservationChecks,
      liquidationsOffBook: kind.liquidationsOffBook === true,
    });
    await writeFile(join(directory, "summary.json"), `${JSON.stringify(summary, null, 2)}\n`);
    await writeManifest(directory, scenario, result, circumstances, { ...which(kind), complete: true });
    await kind.onMeasured?.(store);
    return summary;
  } finally {
    store.close();
  }
}

/**
 * Writes what a failed run recorded into a directory that it makes: the tables as far as
 * they go, and `manifest.json` with `complete: false` and the failure. There is no
 * summary: its figures would be taken for those of the scenario.
 * @param given whose tables are written where not those of the failure, and which of two runs they are of
 */
export async function writeFailedExperiment(
  directory: string,
  scenario: ResolvedScenario,
  failure: SimulationError,
  circumstances: RunCircumstances,
  { recorded = failure.result, ...kind }: RunKind & { readonly recorded?: SimulationResult } = {},
): Promise<void> {
  await mkdir(directory, { recursive: true });
  await writeTables(directory, recorded.record.tables());
  const { message, agent, event, timeUs } = failure;
  await writeManifest(directory, scenario, recorded, circumstances, {
    ...which(kind),
    complete: false,
    failure: { message, agent, event, time: formatTime(timeUs) },
  });
}

/** What a manifest says of the kind of a run. */
function which({ liquidationsOffBook }: RunKind): Pick<Manifest, "liquidationsOffBook"> {
  return liquidationsOffBook === undefined ? {} : { liquidationsOffBook };
}

/** @param end which run it is, whether it came to its end, and if not, why */
async function writeManifest(
  directory: string,
  scenario: ResolvedScenario,
  result: SimulationResult,
  circumstances: RunCircumstances,
  end: Pick<Manifest, "complete" | "failure" | "liquidationsOffBook">,
): Promise<void> {
  const manifest = {
    formatVersion: TABLE_FORMAT_VERSION,
    breakwater: circumstances.version,
    runtime: { name: runtimeName(), version: process.version, platform: `${process.platform}-${process.arch}` },
    ...end,
    scenario,
    seed: scenario.seed,
    digest: result.digest,
    startedAt: circumstances.startedAt,
    wallSeconds: circumstances.wallSeconds,
  } satisfies Manifest;
  await writeFile(join(directory, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** The population of each contract, from a stream of its own. */
function drawHolders({ seed, population }: ResolvedScenario, contracts: readonly Omit<PopulationContext, "stream">[]): Holders[] {
  const contexts = contracts.map((contract, number) => {
    const name = number === 0 ? "population" : `population/${contract.terms.instrument.symbol}`;
    return { ...contract, stream: createStream(seed, name) };
  });
  const stream = (name: string) => createStream(seed, `population/${name}`);
  return drawPopulations(population as PopulationParameters, contexts, stream("instruments"), stream("margin-mode"));
}

/** Other assets that accounts hold, and which holders have how much; null when nobody has any (ACCT-6). */
function makeCollateral(
  scenario: ResolvedScenario,
  instruments: readonly Instrument[],
  paths: readonly IndexPath[],
  holders: readonly Holders[],
): CollateralInput | null {
  const population = (scenario.population as PopulationParameters).collateral;
  const named = [
    ...population.map(({ asset: symbol }, entry) => ({ symbol, where: `population.collateral.${entry}.asset` })),
    ...scenario.agents.flatMap(({ collateral = {} }, entry) =>
      Object.keys(collateral).map((symbol) => ({ symbol, where: `agents.${entry}.collateral.${symbol}` })),
    ),
  ];
  if (named.length === 0) return null;
  const compiled = compileCollateral(scenario, instruments, named);
  const prices = [
    compiled.settlement.price,
    ...compiled.assets.map(({ price: { instrument, perUnit } }) => {
      if (instrument === null) return perUnit;
      return { ...perUnit, numerator: perUnit.numerator * ((paths[instrument] as IndexPath).ticks[0] as number) };
    }),
  ];
  const stream = createStream(scenario.seed, "population/collateral");
  return { ...compiled, holders: drawCollateral(population, holders, compiled, prices, stream) };
}

/** Amounts of other assets in whole quanta. */
function depositsOf(amounts: Readonly<Record<string, string>>, collateral: CollateralInput | null): NonNullable<AgentStart["collateral"]> {
  const assets = collateral?.assets.map(({ asset }) => asset) ?? [];
  return Object.entries(amounts).map(([symbol, amount]) => {
    const place = assets.findIndex((asset) => asset.symbol === symbol);
    return { asset: place + 1, quanta: parseWhole(amount, (assets[place] as Asset).quantum, `agents.collateral.${symbol}`) };
  });
}

function runtimeName(): string {
  return "deno" in process.versions ? "deno" : "node";
}
