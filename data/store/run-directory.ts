/** A finished run as it lies in its directory: manifest, summary and tables. */
import { access, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { InputError } from "../../sim/kernel/input-error.ts";
import { openStore, type Store } from "./store.ts";

/** What a finished run always has; `orders` and `funding` may be missing. */
const NEEDED_TABLES = ["instruments", "assets", "trades", "marks", "liquidations", "adl", "funds", "cascades", "accounts", "samples"];
/** Those that no run leaves empty. */
const FILLED_TABLES = ["instruments", "assets", "marks"];

const MANIFEST = z.looseObject({
  formatVersion: z.number(),
  breakwater: z.string(),
  runtime: z.unknown().optional(),
  scenario: z.looseObject({ name: z.string(), description: z.string().optional() }),
  seed: z.number(),
  digest: z.string(),
  startedAt: z.string().optional(),
  wallSeconds: z.number().optional(),
});

const POOL = z.looseObject({
  pool: z.string(),
  start: z.string(),
  end: z.string(),
  lowest: z.string(),
  maxDrawdown: z.string(),
  maxDrawdownRatio: z.number(),
  secondsUnderWater: z.number(),
  exhausted: z.boolean(),
});

const SUMMARY = z.looseObject({
  scenario: z.string(),
  venue: z.string(),
  seed: z.number(),
  digest: z.string(),
  simulatedSeconds: z.number(),
  messages: z.number(),
  trades: z.number(),
  accounts: z.number(),
  liquidations: z.looseObject({
    count: z.number(),
    accounts: z.number(),
    notional: z.string(),
    induced: z.number(),
    reachedByIndex: z.number().optional(),
    byPath: z.looseObject({ market: z.number(), fund: z.number(), adl: z.number() }),
  }),
  cascades: z.looseObject({
    count: z.number(),
    largestAccounts: z.number(),
    largestNotional: z.string(),
    branchingRatio: z.number(),
    longestSeconds: z.number(),
  }),
  funds: z.array(POOL),
  adl: z.looseObject({
    events: z.number(),
    eventsWithoutNeed: z.number().optional(),
    accounts: z.number(),
    notional: z.string(),
    needed: z.string(),
    taken: z.string(),
    overshootGross: z.string(),
    overshootNet: z.string(),
  }),
  uncoveredLoss: z.string(),
  conservation: z.looseObject({ checks: z.number(), violations: z.number() }),
});

/** `manifest.json`: what was run and with what. */
export type Manifest = z.infer<typeof MANIFEST>;
/** `summary.json`: the headline numbers of a run. */
export type Summary = z.infer<typeof SUMMARY>;
/** One insurance fund pool of the summary. */
export type PoolSummary = z.infer<typeof POOL>;

/** A run opened for reading: close its store when done. */
export interface RunDirectory {
  readonly directory: string;
  readonly manifest: Manifest;
  readonly summary: Summary;
  readonly store: Store;
}

/**
 * Opens the directory of a finished run.
 * @throws InputError when the directory is missing, is not that of a finished run, or holds a file that cannot be read
 */
export async function openRunDirectory(directory: string): Promise<RunDirectory> {
  const found = await stat(directory).catch(() => null);
  if (found === null) throw new InputError(directory, "no such directory");
  if (!found.isDirectory()) throw new InputError(directory, "expected the directory of a run, got a file");
  const manifest = await readJson(join(directory, "manifest.json"), MANIFEST);
  const summary = await readJson(join(directory, "summary.json"), SUMMARY);
  for (const table of NEEDED_TABLES) {
    const file = join(directory, `${table}.parquet`);
    await access(file).catch(() => {
      throw new InputError(file, "missing: expected the directory of a finished run");
    });
  }
  const store = await openStore(directory);
  try {
    for (const table of FILLED_TABLES) {
      const [found] = await store.rows(`SELECT count(*) AS rows FROM ${table}`);
      if (found?.["rows"] === 0) throw new InputError(join(directory, `${table}.parquet`), "expected at least one row, got none");
    }
  } catch (error) {
    store.close();
    throw error;
  }
  return { directory, manifest, summary, store };
}

async function readJson<Value>(file: string, schema: z.ZodType<Value>): Promise<Value> {
  const text = await readFile(file, "utf8").catch(() => {
    throw new InputError(file, "missing: expected the directory of a finished run");
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InputError(file, `not JSON: ${(error as Error).message}`);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new InputError(`${file}: ${issue?.path.join(".") || "document"}`, issue?.message ?? "not as expected");
}
