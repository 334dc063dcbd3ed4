/** What a sweep measures of each run: figures of its summary, by name. */
import { greatestOf, leastOf, sumOf } from "../../data/store/amounts.ts";
import type { PoolSummary, Summary } from "../../data/store/run-directory.ts";

/** A figure of a run. */
export interface Metric {
  readonly name: string;
  /** `amount` is money of the settlement asset, as exact decimal text. */
  readonly unit: "amount" | "count" | "ratio" | "seconds";
  readonly meaning: string;
  readonly of: (summary: Summary) => string | number | null;
}

const pools = (
  name: string,
  pick: (pools: readonly PoolSummary[]) => string | number | null,
  unit: Metric["unit"],
  meaning: string,
): Metric => ({
  name: `fund.${name}`,
  unit,
  meaning,
  of: ({ funds }) => pick(funds),
});
const metric = (name: string, unit: Metric["unit"], meaning: string, of: Metric["of"]): Metric => ({ name, unit, meaning, of });

/** The metrics there are, in the order in which tables have them. Of several pools, `fund` is what its meaning says. */
export const METRICS: readonly Metric[] = [
  metric("messages", "count", "commands that reached the venue", ({ messages }) => messages),
  metric("trades", "count", "trades", ({ trades }) => trades),
  metric("accounts", "count", "accounts of holders and agents", ({ accounts }) => accounts),
  metric("liquidations.count", "count", "liquidations", ({ liquidations }) => liquidations.count),
  metric("liquidations.accounts", "count", "accounts liquidated", ({ liquidations }) => liquidations.accounts),
  metric("liquidations.notional", "amount", "value liquidated", ({ liquidations }) => liquidations.notional),
  metric("liquidations.induced", "count", "liquidations that earlier ones induced (CASC-1)", ({ liquidations }) => liquidations.induced),
  metric("liquidations.byPath.market", "count", "liquidations closed on the book", ({ liquidations }) => liquidations.byPath.market),
  metric("liquidations.byPath.fund", "count", "liquidations the fund paid for", ({ liquidations }) => liquidations.byPath.fund),
  metric("liquidations.byPath.adl", "count", "liquidations closed against winners", ({ liquidations }) => liquidations.byPath.adl),
  metric("cascades.count", "count", "cascades (CASC-2)", ({ cascades }) => cascades.count),
  metric("cascades.largestAccounts", "count", "accounts in the largest cascade", ({ cascades }) => cascades.largestAccounts),
  metric("cascades.largestNotional", "amount", "value liquidated in the largest cascade", ({ cascades }) => cascades.largestNotional),
  metric("cascades.branchingRatio", "ratio", "induced of all liquidations", ({ cascades }) => cascades.branchingRatio),
  metric("cascades.longestSeconds", "seconds", "length of the longest cascade", ({ cascades }) => cascades.longestSeconds),
  pools("start", (all) => sumOf(all.map(({ start }) => start)), "amount", "all pools at the start"),
  pools("end", (all) => sumOf(all.map(({ end }) => end)), "amount", "all pools at the end"),
  pools("lowest", (all) => leastOf(all.map(({ lowest }) => lowest)), "amount", "the least that any pool fell to"),
  pools(
    "maxDrawdown",
    (all) => greatestOf(all.map(({ maxDrawdown }) => maxDrawdown)),
    "amount",
    "the deepest drawdown of any pool (CASC-4)",
  ),
  pools(
    "maxDrawdownRatio",
    (all) => most(all.map(({ maxDrawdownRatio }) => maxDrawdownRatio)),
    "ratio",
    "the same relative to its running peak",
  ),
  pools(
    "secondsUnderWater",
    (all) => most(all.map(({ secondsUnderWater }) => secondsUnderWater)),
    "seconds",
    "the longest any pool was under water",
  ),
  pools("exhausted", (all) => all.filter(({ exhausted }) => exhausted).length, "count", "pools that could not pay some loss in full"),
  metric("adl.events", "count", "auto-deleveraging events", ({ adl }) => adl.events),
  metric("adl.days", "count", "days of UTC with auto-deleveraging (CASC-4)", ({ adl }) => adl.days ?? null),
  metric("adl.accounts", "count", "accounts they reduced", ({ adl }) => adl.accounts),
  metric("adl.hedgedAccounts", "count", "accounts they reduced while hedged (CASC-5)", ({ adl }) => adl.hedged?.accounts ?? null),
  metric("adl.notional", "amount", "value they closed", ({ adl }) => adl.notional),
  metric("adl.needed", "amount", "losses left by the fund (CASC-5)", ({ adl }) => adl.needed),
  metric("adl.taken", "amount", "profit taken from winners", ({ adl }) => adl.taken),
  metric("adl.overshootGross", "amount", "taken beyond need, event by event", ({ adl }) => adl.overshootGross),
  metric("adl.overshootNet", "amount", "taken beyond need, in all", ({ adl }) => adl.overshootNet),
  metric(
    "adl.gini",
    "ratio",
    "how unevenly the accounts bore what was taken: Gini coefficient (CASC-5)",
    ({ adl }) => adl.spread?.taken.gini ?? null,
  ),
  metric(
    "adl.topTenShare",
    "ratio",
    "part of what was taken that the ten accounts with the most bore",
    ({ adl }) => adl.spread?.taken.topTenShare ?? null,
  ),
  metric(
    "traders.cost",
    "amount",
    "what liquidated traders paid: fees, margin that did not return to them, and levies",
    ({ traders }) => traders?.cost ?? null,
  ),
  metric("uncoveredLoss", "amount", "losses that neither fund nor auto-deleveraging covered", ({ uncoveredLoss }) => uncoveredLoss),
  metric("conservation.violations", "count", "violations of the conservation of money", ({ conservation }) => conservation.violations),
];

/** Metrics of which little is bad; of all others much. */
const BAD_WHEN_LOW = new Set(["fund.start", "fund.end", "fund.lowest"]);

/** On which side the bad values of a metric lie. */
export function badTail(name: string): "upper" | "lower" {
  return BAD_WHEN_LOW.has(name) ? "lower" : "upper";
}

/** A metric as statistics take it: amounts as the nearest double. */
export function metricNumber({ of }: Metric, summary: Summary): number | null {
  const value = of(summary);
  return value === null ? null : Number(value);
}

export const METRIC_NAMES: readonly string[] = METRICS.map(({ name }) => name);

function most(values: readonly number[]): number | null {
  return values.length === 0 ? null : Math.max(...values);
}
