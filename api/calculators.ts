/** What can be computed without a run: whom a policy deleverages, what an account's margin is. */
import { type AdlQuestion, adlCase } from "../data/adl/adl-case.ts";
import { readSnapshot, type SnapshotRow, snapshotOfRows } from "../data/adl/read-snapshot.ts";
import { type AdlAnswer, replayAll, replayPolicy, type SkippedPolicy } from "../data/adl/replay.ts";
import { answerMargin, type MarginAnswer } from "../data/margin/margin-answer.ts";
import { readMargin, resolveMargin } from "../data/margin/read-margin.ts";
import { type AdlBatch, adlBatchesOf } from "../lab/adl-batch.ts";
import { registries } from "../lab/registries.ts";
import { inline, type ScenarioOptions, type ScenarioSource, scenarioOf } from "./scenario.ts";

/** A snapshot of positions: a file (CSV, CSV.gz, Parquet or Arrow), or rows. */
export type SnapshotSource = string | readonly SnapshotRow[];

/** What is asked of ADL policies; numbers as decimal text in natural units. */
export interface DeleverageQuestion extends Omit<AdlQuestion, "lot"> {
  /** Size of one lot; 0.001 unless told. */
  readonly lot?: string;
  /** Which instrument, in a snapshot of several. */
  readonly instrument?: string;
}

const DEFAULT_LOT = "0.001";

/**
 * Whom one ADL policy closes on a snapshot of positions, and what that takes from them (docs/adl.md).
 *
 *     const question = { side: "long", size: "10", mark: "95", price: "97" } as const;
 *     const { fills, metrics } = await deleverage("positions.csv", question, "pro-rata-size");
 *
 * @throws InputError for a snapshot or question that cannot be used, a policy that there is not, and one that needs a column the snapshot lacks
 */
export async function deleverage(snapshot: SnapshotSource, question: DeleverageQuestion, policy: string): Promise<AdlAnswer> {
  return replayPolicy(await caseOf(snapshot, question), policy);
}

/**
 * The same for every policy there is, in the order of their names' list.
 * @returns for a policy that needs a column the snapshot lacks, the reason
 * @throws InputError as `deleverage`
 */
export async function compareAdlPolicies(snapshot: SnapshotSource, question: DeleverageQuestion): Promise<(AdlAnswer | SkippedPolicy)[]> {
  return replayAll(await caseOf(snapshot, question));
}

/**
 * The first requests of auto-deleveraging in a run of a scenario of one contract, each with all positions it could close:
 * a snapshot with its question, for `deleverage` and `compareAdlPolicies`.
 *
 *     const [first] = await adlBatches("flash-crash", { set: { "population.accounts": 2000 } });
 *     if (first !== undefined) await compareAdlPolicies(first.positions, first);
 *
 * @param most how many at most
 * @throws InputError, SimulationError as `run`; InputError for a scenario of several contracts
 */
export async function adlBatches(source: ScenarioSource, options: ScenarioOptions = {}, most = 1): Promise<AdlBatch[]> {
  return adlBatchesOf(await scenarioOf(source, options), most, options);
}

/**
 * Margins, margin ratio, liquidation and bankruptcy price of an account by a venue's rules (docs/margin.md).
 *
 *     const { positions } = await margin("account.json");
 *
 * @param question a file, or an object as such a file has it
 * @throws InputError in one line for the first problem: `file: path: expected …, got VALUE`
 */
export async function margin(question: string | Readonly<Record<string, unknown>>): Promise<MarginAnswer> {
  return answerMargin(
    typeof question === "string" ? await readMargin(question, registries) : await resolveMargin(inline("margin", question), registries),
  );
}

async function caseOf(source: SnapshotSource, question: DeleverageQuestion) {
  const { instrument = null, lot = DEFAULT_LOT } = question;
  const snapshot = typeof source === "string" ? await readSnapshot(source, instrument) : snapshotOfRows(source, "snapshot", instrument);
  return adlCase(snapshot, { ...question, lot });
}
