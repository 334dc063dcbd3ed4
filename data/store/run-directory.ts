/** A finished run as it lies in its directory: manifest, summary and tables. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { InputError } from "../../sim/kernel/input-error.ts";
import { parseJson } from "../scenario/json.ts";
import { describeIssue, issueProblems, problemLine } from "../scenario/problem.ts";
import { INSTRUMENT_FACTS } from "./facts-schema.ts";
import { checkVersion } from "./format.ts";
import { checkRegularFile, readRegularFile } from "./regular-file.ts";
import { openStore, type Store } from "./store.ts";
import { amount, amountNotNegative, count, measure, ratio } from "./summary-fields.ts";
import { directoryProblem, tableFile } from "./table-files.ts";

/** Where in the directory of a run that of its twin lies (CASC-3). */
export const COUNTERFACTUAL_DIRECTORY = "counterfactual";

/** What a finished run always has; `orders` and `funding` may be missing. */
const NEEDED_TABLES = [
  ...["instruments", "assets", "trades", "marks", "liquidations", "adl", "funds", "cascades", "episodes"],
  ...["accounts", "positions", "samples"],
];
/** Those that no run leaves empty. */
const FILLED_TABLES = ["instruments", "assets", "marks"];

const MANIFEST = z.looseObject({
  formatVersion: count(),
  breakwater: z.string(),
  runtime: z.unknown().optional(),
  scenario: z.looseObject({ name: z.string(), description: z.string().optional() }),
  seed: count(),
  digest: z.string(),
  /** False when the run failed: the tables go as far as it came. */
  complete: z.boolean().optional(),
  failure: z.looseObject({ message: z.string() }).optional(),
  /** True for a twin run: the house took all that failed at the mark (CASC-3). */
  liquidationsOffBook: z.boolean().optional(),
  startedAt: z.string().optional(),
  wallSeconds: measure().optional(),
});

const POOL = z.looseObject({
  pool: z.string(),
  start: amount(),
  end: amount(),
  lowest: amount(),
  maxDrawdown: amountNotNegative(),
  maxDrawdownRatio: measure(),
  secondsUnderWater: measure(),
  exhausted: z.boolean(),
});

/** Cascades that overlap in time, joined (CASC-2): how many, and the largest. */
const EPISODES = z.looseObject({
  count: count(),
  perDay: measure(),
  mostCascades: count(),
  mostInstruments: count(),
  largestLiquidations: count(),
  largestAccounts: count(),
  largestNotional: amountNotNegative(),
  deepest: count(),
  longestSeconds: measure(),
  furthestDisplacement: ratio(),
});
/** What ADL had taken so long after its events; `seconds` is null at the end of the run (CASC-5). */
const TAKEN_LATER = z.looseObject({ seconds: measure().nullable(), taken: amount(), overshootGross: amount(), overshootNet: amount() });
const SPREAD = z.looseObject({ gini: measure(), topTenShare: measure() });

/** Positions open at the end, their leverage, and the part of them that a further move of the mark would ruin (CASC-5). */
const LEVERAGE_LEFT = z.looseObject({
  positions: count(),
  withoutEquity: count(),
  highest: measure(),
  mean: measure(),
  defaultsAt: z.looseObject({ move: measure(), down: measure(), up: measure() }),
});

const ONE_SUMMARY = z.looseObject({
  scenario: z.string(),
  venue: z.string(),
  seed: count(),
  digest: z.string(),
  simulatedSeconds: measure(),
  messages: count(),
  trades: count(),
  accounts: count(),
  liquidations: z.looseObject({
    count: count(),
    accounts: count(),
    notional: amountNotNegative(),
    induced: count(),
    byCause: z.looseObject({ direct: count(), induced: count(), adl: count(), levy: count(), funding: count() }).optional(),
    reachedByIndex: count().optional(),
    byPath: z.looseObject({ market: measure(), fund: measure(), adl: measure(), reduced: measure().optional() }),
  }),
  cascades: z.looseObject({
    count: count(),
    largestAccounts: count(),
    largestNotional: amountNotNegative(),
    branchingRatio: measure(),
    longestSeconds: measure(),
    perDay: measure().optional(),
    furthestDisplacement: ratio().optional(),
    episodes: EPISODES.optional(),
  }),
  funds: z.array(POOL),
  /** Of a venue that has one: capital, equity, what it took and what was left to it (LIQ-4, LIQ-5). */
  vault: z
    .looseObject({
      ...{ start: amountNotNegative(), end: amount(), lowest: amount() },
      ...{ positions: count(), notional: amountNotNegative(), surplus: amountNotNegative() },
    })
    .optional(),
  adl: z.looseObject({
    events: count(),
    eventsWithoutNeed: count().optional(),
    /** Days of UTC with an event (CASC-4). */
    days: count().optional(),
    accounts: count(),
    notional: amountNotNegative(),
    needed: amountNotNegative(),
    taken: amount(),
    overshootGross: amount(),
    overshootNet: amount(),
    neededBySize: amountNotNegative().optional(),
    later: z.array(TAKEN_LATER).readonly().optional(),
    largestHaircutShare: measure().optional(),
    spread: z.looseObject({ taken: SPREAD, closed: SPREAD }).optional(),
    leverageLeft: LEVERAGE_LEFT.optional(),
    hedged: z.looseObject({ accounts: count(), closings: count(), notional: amountNotNegative() }).optional(),
  }),
  /** In order of instruments. */
  instruments: z
    .array(
      z.looseObject({
        symbol: z.string(),
        trades: count(),
        liquidations: count(),
        reduced: count().optional(),
        liquidatedNotional: amountNotNegative(),
        adlNotional: amountNotNegative(),
      }),
    )
    .optional(),
  /** In order of instruments: to be held against real markets (`docs/realism.md`). */
  facts: z.array(INSTRUMENT_FACTS).optional(),
  /**
   * What liquidated and levied traders paid beside what prices cost them: liquidation fees, what was left of liquidated positions' margin
   * and went to a pool or the vault (LIQ-4, LIQ-5), and levies (FUND-4); `cost` is their sum.
   */
  traders: z.looseObject({ cost: amount(), fees: amount(), margin: amountNotNegative(), levies: amountNotNegative() }).optional(),
  uncoveredLoss: amountNotNegative(),
  conservation: z.looseObject({ checks: count(), violations: count() }),
  /** As in the manifest. */
  liquidationsOffBook: z.boolean().optional(),
});

/** So many liquidations, and their notional at the trigger. */
const TALLY = z.looseObject({ count: count(), notional: amountNotNegative() });
const AGREEMENT = z.looseObject({
  windowSeconds: measure(),
  both: TALLY,
  onlyBase: TALLY,
  onlyTwin: TALLY,
  /** By the cause in the base run (CASC-1). */
  byCause: z.array(z.looseObject({ cause: z.string(), both: TALLY, onlyBase: TALLY })),
});
const TWIN = ONE_SUMMARY.extend({ agreement: AGREEMENT });
const SUMMARY = ONE_SUMMARY.extend({ counterfactual: TWIN.optional() });

/** `manifest.json`: what was run and with what. */
export type Manifest = z.infer<typeof MANIFEST>;
/** `summary.json`: the headline numbers of a run. */
export type Summary = z.infer<typeof SUMMARY>;
/** The summary of a twin run, and how far it agrees with the base run (CASC-3). */
export type TwinSummary = z.infer<typeof TWIN>;
/** Who was liquidated in both runs, and who in one alone (CASC-3). */
export type Agreement = z.infer<typeof AGREEMENT>;
/** One insurance fund pool of the summary. */
export type PoolSummary = z.infer<typeof POOL>;

/** What ADL had taken by some time after its events (CASC-5). */
export type TakenLater = z.infer<typeof TAKEN_LATER>;
/** How unevenly an amount is spread over accounts (CASC-5). */
export type SpreadSummary = z.infer<typeof SPREAD>;

/** The tables of a run, and where they lie. */
export interface RunTables {
  readonly directory: string;
  readonly store: Store;
}

/** A run opened for reading: close its store when done. */
export interface RunDirectory extends RunTables {
  readonly manifest: Manifest;
  readonly summary: Summary;
}

/**
 * Opens the directory of a finished run.
 * @throws InputError when the directory is missing, is not that of a finished run but of a failed one or of none, or
 *   holds a file that cannot be read
 */
export async function openRunDirectory(directory: string): Promise<RunDirectory> {
  const found = await stat(directory).catch((error: unknown) => {
    throw new InputError(directory, directoryProblem(error));
  });
  if (!found.isDirectory()) throw new InputError(directory, "expected the directory of a run, got a file");
  const manifest = await readManifest(directory);
  if (manifest.complete === false) {
    const reason = manifest.failure === undefined ? "the run failed" : `the run failed, ${manifest.failure.message}`;
    throw new InputError(directory, `incomplete: only \`query\` reads it (${reason})`);
  }
  const summary = await readSummary(directory);
  for (const table of NEEDED_TABLES) {
    const file = tableFile(directory, table);
    await checkRegularFile(file, file, MISSING);
  }
  const store = await openStore(directory, { sparing: true });
  try {
    for (const table of FILLED_TABLES) {
      const [found] = await store.rows(`SELECT count(*) AS rows FROM ${table}`);
      if (found?.["rows"] === 0) throw new InputError(tableFile(directory, table), "expected at least one row, got none");
    }
  } catch (error) {
    store.close();
    throw error;
  }
  return { directory, manifest, summary, store };
}

const MISSING = "missing: expected the directory of a finished run";

/**
 * Reads what a run says of itself.
 * @throws InputError when it is missing, broken, or of a run that a newer version wrote
 */
export async function readManifest(directory: string): Promise<Manifest> {
  const file = join(directory, "manifest.json");
  const value = await readJson(file, z.looseObject({ formatVersion: count() }));
  // Before the rest of it, which a newer version may write otherwise.
  checkVersion(file, String(value.formatVersion));
  return await readJson(file, MANIFEST);
}

/**
 * Reads the headline numbers of a finished run.
 * @throws InputError when they are missing or broken
 */
export async function readSummary(directory: string): Promise<Summary> {
  return await readJson(join(directory, "summary.json"), SUMMARY);
}

async function readJson<Value>(file: string, schema: z.ZodType<Value>): Promise<Value> {
  const value = parseJson((await readRegularFile(file, file, MISSING)).toString("utf8"), file);
  const parsed = schema.safeParse(value, { error: describeIssue, reportInput: true });
  if (parsed.success) return parsed.data;
  const [problem] = issueProblems(parsed.error.issues);
  throw new InputError(file, problem === undefined ? "not as expected" : problemLine(value, problem));
}
