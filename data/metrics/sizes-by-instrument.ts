/** How the sizes of liquidations and of trades are distributed, by instrument, from a run's tables. */
import type { Store } from "../store/store.ts";
import { quantilesByInstrument } from "./quantile-query.ts";
import type { SizeFacts } from "./size-facts.ts";
import { exponentOf } from "./tail.ts";

/** Sizes of one instrument, quanta. */
export interface InstrumentSizes {
  readonly sumQuanta: number;
  /** @param quantum amount of one */
  facts(quantum: number): SizeFacts;
}

/** Value of a trade, and of a liquidation at its trigger. */
const COLUMNS = { liquidations: "notional_quanta", trades: "value_quanta" } as const;
/** Quanta are many: between a value and a twentieth more there are some ten buckets. */
const BUCKETS_PER_ROOT = 4;

/** Measures the sizes of every instrument that has any. */
export async function sizesByInstrument(store: Store, table: keyof typeof COLUMNS): Promise<Map<number, InstrumentSizes>> {
  const column = COLUMNS[table];
  const source = `SELECT instrument, ${column} AS value FROM ${table}`;
  const quantiles = await quantilesByInstrument(store, { source, bucketsPerRoot: BUCKETS_PER_ROOT }, [50, 95, 99]);
  if (quantiles.size === 0) return new Map();
  // Of those above the 95 % quantile: how many, and their logarithms over it, for Hill's estimator.
  const threshold = `CASE instrument ${[...quantiles].map(([instrument, own]) => `WHEN ${instrument} THEN ${own.quantiles[1]}`).join(" ")} END`;
  const beyond = "threshold > 0 AND value > threshold";
  const totals = await store.rows(
    `SELECT instrument, CAST(sum(value) AS DOUBLE) AS sum, max(value) AS largest, count(*) FILTER (${beyond}) AS beyond,
      sum(CASE WHEN ${beyond} THEN ln(value / threshold::DOUBLE) END) AS logarithms
    FROM (SELECT *, ${threshold} AS threshold FROM (${source})) GROUP BY instrument`,
  );
  return new Map(
    [...quantiles].map(([instrument, own]) => {
      const total = totals.find((row) => row["instrument"] === instrument);
      const [sum, largest] = [Number(total?.["sum"]), Number(total?.["largest"])];
      const facts = (quantum: number): SizeFacts => {
        const [median, quantile95, quantile99] = own.quantiles.map((value) => Number(value) * quantum) as [number, number, number];
        return {
          count: own.count,
          median,
          mean: (sum * quantum) / own.count,
          quantile95,
          quantile99,
          largest: largest * quantum,
          largestShare: largest / sum,
          tailExponent: exponentOf(Number(total?.["beyond"]), Number(total?.["logarithms"])),
        };
      };
      return [instrument, { sumQuanta: sum, facts }];
    }),
  );
}
