/** Two runs beside each other: what differs in their scenarios, and in what came of them. */
import { sumOf } from "../../data/store/amounts.ts";
import type { ComparedNumber, ComparedRun, RunComparison } from "../../data/store/comparison.ts";
import { openRunDirectory, type RunDirectory } from "../../data/store/run-directory.ts";
import { fieldDifferences } from "../field-differences.ts";
import { METRICS, type Metric } from "../plan/metrics.ts";
import { labelsOf } from "./labels.ts";

/** An instrument as far as it decides whether numbers can be held against each other. */
interface Instrument {
  readonly symbol: string;
  readonly settle: string;
}

/**
 * Compares two finished runs.
 * @throws InputError when a directory is missing, is not that of a finished run, or holds a file that cannot be read
 */
export async function compareRuns(first: string, second: string): Promise<RunComparison> {
  const one = await openRunDirectory(first);
  try {
    const other = await openRunDirectory(second);
    try {
      return comparisonOf(one, other, await instrumentsOf(one), await instrumentsOf(other));
    } finally {
      other.store.close();
    }
  } finally {
    one.store.close();
  }
}

function comparisonOf(one: RunDirectory, other: RunDirectory, ones: readonly Instrument[], others: readonly Instrument[]): RunComparison {
  const labels = labelsOf(one.directory, other.directory);
  const [first, second] = [sideOf(one, labels[0], ones), sideOf(other, labels[1], others)];
  const sameMoney = first.settle === second.settle;
  const notes = [
    ...lengthNote(first, second),
    ...startNote(one, other),
    ...(sameMoney ? [] : [`Amounts are in ${first.settle} and ${second.settle}: they stand beside each other without a difference.`]),
    ...instrumentNotes(first.label, second.label, ones, others),
    ...(first.breakwater === second.breakwater
      ? []
      : [`Made by different versions of Breakwater, ${first.breakwater} and ${second.breakwater}: some of the difference may be theirs.`]),
  ];
  return {
    kind: "run-comparison",
    same: first.digest === second.digest,
    first,
    second,
    scenario: fieldDifferences(one.manifest.scenario, other.manifest.scenario),
    numbers: METRICS.map((metric) => numberOf(metric, one, other, sameMoney)),
    notes,
  };
}

function sideOf({ directory, manifest, summary }: RunDirectory, label: string, instruments: readonly Instrument[]): ComparedRun {
  const { scenario, seed, digest, breakwater } = manifest;
  return {
    directory,
    label,
    scenario: scenario.name,
    venue: summary.venue,
    settle: instruments[0]?.settle ?? "",
    seed,
    digest,
    breakwater,
    simulatedSeconds: summary.simulatedSeconds,
  };
}

async function instrumentsOf({ store }: RunDirectory): Promise<Instrument[]> {
  const rows = await store.rows(
    "SELECT instruments.symbol AS symbol, assets.symbol AS settle FROM instruments JOIN assets ON settle_asset = asset ORDER BY instrument",
  );
  return rows.map(({ symbol, settle }) => ({ symbol: String(symbol), settle: String(settle) }));
}

function numberOf({ name, unit, meaning, of }: Metric, one: RunDirectory, other: RunDirectory, sameMoney: boolean): ComparedNumber {
  const [first, second] = [of(one.summary), of(other.summary)].map((value) =>
    unit === "amount" && value !== null ? plain(String(value)) : value,
  ) as [ComparedNumber["first"], ComparedNumber["second"]];
  const comparable = first !== null && second !== null && (unit !== "amount" || sameMoney);
  const difference = !comparable ? null : unit === "amount" ? less(String(second), String(first)) : Number(second) - Number(first);
  const ratio = difference === null || Number(first) === 0 ? null : Number(second) / Number(first);
  return { name, unit, meaning, first, second, difference, ratio };
}

function less(amount: string, subtracted: string): string {
  return plain(sumOf([amount, subtracted.startsWith("-") ? subtracted.slice(1) : `-${subtracted}`]));
}

/** An amount without the zeros that it ends in. */
function plain(amount: string): string {
  return amount.includes(".") ? amount.replace(/\.?0+$/, "") : amount;
}

function lengthNote(first: ComparedRun, second: ComparedRun): string[] {
  if (first.simulatedSeconds === second.simulatedSeconds) return [];
  return [
    `The runs last ${first.simulatedSeconds} s and ${second.simulatedSeconds} s: charts over time show what both have, all other figures are of the whole of each.`,
  ];
}

function startNote(one: RunDirectory, other: RunDirectory): string[] {
  const [first, second] = [one.manifest.scenario["start"], other.manifest.scenario["start"]];
  if (first === second || first === undefined || second === undefined) return [];
  return [`The runs start at ${String(first)} and ${String(second)}: charts over time show both as if they began with the first.`];
}

function instrumentNotes(label: string, otherLabel: string, ones: readonly Instrument[], others: readonly Instrument[]): string[] {
  const only = (own: readonly Instrument[], theirs: readonly Instrument[]) =>
    own
      .filter(({ symbol, settle }) => !theirs.some((their) => their.symbol === symbol && their.settle === settle))
      .map(({ symbol }) => symbol);
  const note = (symbols: readonly string[], name: string) =>
    symbols.length === 0 ? [] : [`Only ${name} has ${symbols.join(", ")}: there are no charts of ${symbols.length === 1 ? "it" : "them"}.`];
  return [...note(only(ones, others), label), ...note(only(others, ones), otherLabel)];
}
