/** `breakwater adl SNAPSHOT`: whom an auto-deleveraging policy closes, on a snapshot of positions (ADL-3). */
import type { Command } from "commander";
import { adlCase } from "../data/adl/adl-case.ts";
import type { AdlMetrics } from "../data/adl/measures.ts";
import { readSnapshot } from "../data/adl/read-snapshot.ts";
import { type AdlAnswer, replayAll, replayPolicy, type SkippedPolicy } from "../data/adl/replay.ts";
import { InputError } from "../sim/kernel/input-error.ts";
import { alignedTable } from "./aligned-table.ts";

const EXAMPLES = `
Examples:
  $ breakwater adl positions.csv --side long --size 10 --mark 95 --price 97 --policy profit-times-leverage
  $ breakwater adl positions.csv.gz --side short --size 10 --mark 95 --price 94 --policy all --json

positions.csv:
  account,size,entry_price,equity,leverage
  alice,-6,100,120,10
  bob,-2,110,80,5`;

/** Fills and levies printed for people; \`--json\` has all. */
const ROWS_MOST = 40;

interface Options {
  readonly side: string;
  readonly size: string;
  readonly mark: string;
  readonly price: string;
  readonly policy: string;
  readonly lot: string;
  readonly instrument?: string;
  readonly json?: boolean;
}

/** Adds the command `adl`. */
export function registerAdl(program: Command): void {
  program
    .command("adl")
    .description("whom an auto-deleveraging policy closes on a snapshot of positions, and what that takes from them")
    .argument("<snapshot>", "CSV, CSV.gz, Parquet or Arrow: account, size (signed), entry_price, equity, …")
    .requiredOption("--side <side>", "side of the bankrupt position: long or short")
    .requiredOption("--size <size>", "what of it is to be closed against the other side")
    .requiredOption("--mark <price>", "mark price")
    .requiredOption("--price <price>", "price at which the counterparties are closed")
    .requiredOption("--policy <name>", "a policy, or all")
    .option("--lot <size>", "size of one lot", "0.001")
    .option("--instrument <symbol>", "which instrument, in a snapshot of several")
    .option("--json", "print one JSON document")
    .addHelpText("after", EXAMPLES)
    .action(async (file: string, options: Options) => {
      const { side, size, mark, price, lot, policy } = options;
      if (side !== "long" && side !== "short") throw new InputError("--side", `expected "long" or "short", got ${JSON.stringify(side)}`);
      const given = adlCase(await readSnapshot(file, options.instrument ?? null), { side, size, mark, price, lot });
      const answer = policy === "all" ? replayAll(given) : replayPolicy(given, policy);
      const print = Array.isArray(answer) ? comparison : report;
      process.stdout.write(options.json === true ? `${JSON.stringify(answer)}\n` : print(answer as AdlAnswer & AdlAnswer[]));
    });
}

/** One policy, for people. */
function report(answer: AdlAnswer): string {
  const { policy, metrics, ineligible } = answer;
  const summary = [
    ["policy", policy],
    ["requested", answer.requested],
    ["closed", answer.closed],
    ["uncovered", answer.uncovered],
    ...METRICS.map(([name, cell]) => [name, cell(metrics)]),
    ["ineligible", ineligible.length === 0 ? "none" : shortened(ineligible)],
  ];
  const width = Math.max(...summary.map(([name]) => (name as string).length));
  const lines = summary.map(([name, text]) => `${(name as string).padEnd(width)}  ${text}\n`).join("");
  const parts = [lines];
  if (answer.fills.length > 0) parts.push(fillTable(answer));
  if (answer.levies !== undefined && answer.levies.length > 0) parts.push(levyTable(answer.levies));
  return parts.join("\n");
}

const METRICS: readonly (readonly [name: string, cell: (metrics: AdlMetrics) => string])[] = [
  ["needed", ({ needed }) => needed],
  ["taken", ({ taken }) => taken],
  ["accounts", ({ accounts }) => String(accounts)],
  ["largest haircut", ({ largestHaircutShare }) => percent(largestHaircutShare)],
  ["Gini", ({ gini }) => gini.toFixed(3)],
  ["top ten", ({ topTenShare }) => percent(topTenShare)],
  ["inversions", ({ inversions }) => String(inversions)],
  ["leverage after", ({ maxLeverageAfter }) => (maxLeverageAfter === null ? "no bound" : maxLeverageAfter.toFixed(2))],
];

function fillTable({ fills }: AdlAnswer): string {
  const columns = [
    { name: "rank", type: "INTEGER" },
    { name: "account", type: "VARCHAR" },
    ...["size", "score", "realised profit", "haircut"].map((name) => ({ name, type: "DECIMAL" })),
    { name: "of equity", type: "DOUBLE" },
  ];
  const rows = fills.slice(0, ROWS_MOST).map(({ rank, account, size, score, realizedProfit, haircut, haircutShare }) => {
    const ranked = score === null ? "no bound" : String(Number(score.toPrecision(6)));
    return [String(rank), account, size, ranked, realizedProfit, haircut, haircutShare === null ? "" : percent(haircutShare)];
  });
  return alignedTable(columns, rows) + more(fills.length);
}

function levyTable(levies: NonNullable<AdlAnswer["levies"]>): string {
  const columns = [
    { name: "account", type: "VARCHAR" },
    { name: "levy", type: "DECIMAL" },
    { name: "of equity", type: "DOUBLE" },
  ];
  const rows = levies
    .slice(0, ROWS_MOST)
    .map(({ account, levy, haircutShare }) => [account, levy, haircutShare === null ? "" : percent(haircutShare)]);
  return alignedTable(columns, rows) + more(levies.length);
}

function more(count: number): string {
  return count > ROWS_MOST ? `… and ${count - ROWS_MOST} more: --json has all\n` : "";
}

/** All policies, a row each, for people. */
function comparison(answers: readonly (AdlAnswer | SkippedPolicy)[]): string {
  const done = answers.filter((answer) => "metrics" in answer);
  const skipped = answers.filter((answer) => "reason" in answer);
  const parts: string[] = [];
  if (done.length > 0) {
    const columns = [
      { name: "policy", type: "VARCHAR" },
      ...["closed", ...METRICS.map(([name]) => name)].map((name) => ({ name, type: "DOUBLE" })),
    ];
    const rows = done.map(({ policy, closed, metrics }) => [policy, closed, ...METRICS.map(([, cell]) => cell(metrics))]);
    parts.push(alignedTable(columns, rows));
    const { requested, uncovered, ineligible } = done[0] as AdlAnswer;
    parts.push(`requested ${requested}, uncovered ${uncovered}, ineligible: ${ineligible.length === 0 ? "none" : shortened(ineligible)}\n`);
  }
  if (skipped.length > 0) parts.push(skipped.map(({ policy, reason }) => `${policy} ${reason}\n`).join(""));
  return parts.join("\n");
}

function shortened(names: readonly string[]): string {
  const shown = names.slice(0, 10).join(", ");
  return names.length > 10 ? `${shown} and ${names.length - 10} more` : shown;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}
