/**
 * Quantiles of a table's values that need no memory for the values: `quantile_disc` of DuckDB holds all of them and cannot
 * put them into temporary files. Here one pass counts them by buckets, and a second looks at those alone in which a
 * quantile lies.
 */
import type { Store } from "../store/store.ts";

/** What quantiles are asked of. */
export interface InstrumentValues {
  /** A SELECT with the columns `instrument`, and `value`: whole or a double, not negative, not null. It is run twice. */
  readonly source: string;
  /**
   * Buckets per unit of the fourth root of a value, so that a value of 10^12 has a thousand buckets below it at 1. It says
   * how many values the second pass looks at, and changes nothing of what comes out.
   */
  readonly bucketsPerRoot: number;
}

/** Of one instrument: how many values there are, and a quantile for each part asked for. */
export interface InstrumentQuantiles {
  readonly count: number;
  readonly quantiles: readonly (number | bigint)[];
}

/** Where a quantile is: the place of its value in order, from 1, the bucket that holds it, and how many values lie in lower ones. */
interface Held {
  readonly place: number;
  readonly bucket: number;
  readonly below: number;
}

/**
 * Quantiles by instrument: the least of the values that at least so many hundredths of them do not exceed, as `quantileOf`
 * has it. An instrument without values is missing.
 * @param percents whole, 0 to 100
 */
export async function quantilesByInstrument(
  store: Store,
  { source, bucketsPerRoot }: InstrumentValues,
  percents: readonly number[],
): Promise<Map<number, InstrumentQuantiles>> {
  // Machines round square roots alike and correctly, so that no value is in a lower bucket than a smaller one.
  const bucket = `CAST(floor(sqrt(sqrt(value)) * ${bucketsPerRoot}) AS BIGINT)`;
  const buckets = byInstrument(
    await store.rows(`SELECT instrument, ${bucket} AS bucket, count(*) AS many FROM (${source}) GROUP BY ALL ORDER BY ALL`),
  );
  const held = new Map([...buckets].map(([instrument, rows]) => [instrument, percents.map((percent) => heldAt(rows, percent))]));
  if (held.size === 0) return new Map();
  const cases = [...held].map(
    ([instrument, places]) => `WHEN ${instrument} THEN ${bucket} IN (${places.map((place) => place.bucket).join(", ")})`,
  );
  const alike = byInstrument(
    await store.rows(
      `SELECT instrument, ${bucket} AS bucket, value, count(*) AS many FROM (${source})
      WHERE CASE instrument ${cases.join(" ")} END GROUP BY ALL ORDER BY ALL`,
    ),
  );
  return new Map(
    [...held].map(([instrument, places]) => {
      const count = total(buckets.get(instrument) ?? []);
      return [instrument, { count, quantiles: places.map((place) => valueAt(alike.get(instrument) ?? [], place)) }];
    }),
  );
}

type Row = Record<string, unknown>;

function heldAt(rows: readonly Row[], percent: number): Held {
  // In whole numbers: 0.95 times a count is not always what it should be.
  const place = Math.max(1, Math.ceil((total(rows) * percent) / 100));
  let below = 0;
  for (const row of rows) {
    const many = Number(row["many"]);
    if (below + many >= place) return { place, bucket: Number(row["bucket"]), below };
    below += many;
  }
  throw new Error(`no value at place ${place} of ${below}`);
}

function valueAt(rows: readonly Row[], { place, bucket, below }: Held): number | bigint {
  let passed = below;
  for (const row of rows) {
    if (Number(row["bucket"]) !== bucket) continue;
    passed += Number(row["many"]);
    if (passed >= place) return row["value"] as number | bigint;
  }
  throw new Error(`no value at place ${place} of bucket ${bucket}`);
}

function total(rows: readonly Row[]): number {
  return rows.reduce((sum, row) => sum + Number(row["many"]), 0);
}

function byInstrument(rows: readonly Row[]): Map<number, Row[]> {
  const groups = new Map<number, Row[]>();
  for (const row of rows) {
    const own = groups.get(Number(row["instrument"])) ?? [];
    if (own.length === 0) groups.set(Number(row["instrument"]), own);
    own.push(row);
  }
  return groups;
}
