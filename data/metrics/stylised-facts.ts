/**
 * What a run's market looked like, by instrument, in the measures in which real markets
 * are known: `facts` of `summary.json`, set beside real ones in `docs/realism.md`. All from the tables.
 */
import type { InstrumentFacts } from "../store/facts-schema.ts";
import type { Store } from "../store/store.ts";
import { logReturns, type ReturnFacts, returnFacts } from "./return-facts.ts";
import type { SizeFacts } from "./size-facts.ts";
import { exponentOf } from "./tail.ts";

/** Returns are over a minute. */
const RETURN_SECONDS = 60;

/** The queries beside this file. */
export interface FactQueries {
  readonly prices: string;
  readonly book: string;
  readonly funding: string;
  readonly sizes: string;
}

type Row = Record<string, unknown>;

/** Measures every instrument of a run, in order. */
export async function measureFacts(store: Store, queries: FactQueries): Promise<InstrumentFacts[]> {
  const instruments = await store.rows(
    `SELECT instrument, instruments.symbol, tick_size::DOUBLE * lot_size::DOUBLE * multiplier::DOUBLE AS tick_lot, quantum::DOUBLE AS quantum
    FROM instruments JOIN assets ON assets.asset = instruments.settle_asset ORDER BY instrument`,
  );
  const [simulated] = await store.rows("SELECT (max(time_us) - min(time_us)) / 3600e6 AS hours FROM marks");
  const [books, funding, sizes] = [
    await store.rows(queries.book),
    store.tables.includes("funding") ? await store.rows(queries.funding) : [],
    await store.rows(queries.sizes),
  ];
  const facts: InstrumentFacts[] = [];
  for (const row of instruments) {
    const { instrument } = row;
    const of = (rows: readonly Row[], what?: string) => rows.find((other) => other["instrument"] === instrument && other["what"] === what);
    const quantum = Number(row["quantum"]);
    const trades = of(sizes, "trades");
    const hours = Number(simulated?.["hours"]);
    facts.push({
      symbol: String(row["symbol"]),
      ...(await pricesOf(store, queries.prices, instrument)),
      ...bookOf(of(books), Number(row["tick_lot"])),
      funding: fundingOf(of(funding)),
      liquidationSizes: sizesOf(of(sizes, "liquidations"), quantum),
      tradeSizes: sizesOf(trades, quantum),
      volumePerHour: hours === 0 ? null : (Number(trades?.["sum"] ?? 0) * quantum) / hours,
    });
  }
  return facts;
}

/** Returns of index, mark and mid over each minute. */
async function pricesOf(store: Store, sql: string, instrument: unknown): Promise<Pick<InstrumentFacts, "returns">> {
  const rows = await store.rows(`SELECT * FROM (${sql}) WHERE instrument = ${Number(instrument)}`);
  const minutes = Number(rows.at(-1)?.["minute"] ?? 0) + 1;
  const [index, mark, mid] = [0, 1, 2].map(() => new Float64Array(minutes).fill(Number.NaN)) as [Float64Array, Float64Array, Float64Array];
  for (const row of rows) {
    const minute = Number(row["minute"]);
    index[minute] = Number(row["index_ticks"]);
    mark[minute] = Number(row["mark_ticks"]);
    if (row["bid_ticks"] !== null && row["ask_ticks"] !== null) mid[minute] = (Number(row["bid_ticks"]) + Number(row["ask_ticks"])) / 2;
  }
  const measured = (prices: Float64Array): ReturnFacts | null => returnFacts(logReturns(prices), RETURN_SECONDS);
  return { returns: { seconds: RETURN_SECONDS, index: measured(index), mark: measured(mark), mid: measured(mid) } };
}

function bookOf(row: Row | undefined, tickLot: number): Pick<InstrumentFacts, "spread" | "depth" | "openInterest"> {
  if (row === undefined) return { spread: null, depth: null, openInterest: null };
  const value = (name: string) => Number(row[name]) * tickLot;
  const within = (basisPoints: number) => {
    const [bid, ask] = [value(`bid_${basisPoints}`), value(`ask_${basisPoints}`)];
    return { basisPoints, bid, ask, ofFurthest: { bid: part(bid, value("bid_25")), ask: part(ask, value("ask_25")) } };
  };
  return {
    spread:
      row["marks"] === null
        ? null
        : {
            marks: Number(row["marks"]),
            quantile5: Number(row["low"]),
            median: Number(row["median"]),
            quantile95: Number(row["high"]),
          },
    depth: row["samples"] === null ? null : { samples: Number(row["samples"]), within: [5, 10, 25].map(within) },
    openInterest: row["open_interest"] === null ? null : value("open_interest"),
  };
}

function part(amount: number, whole: number): number | null {
  return whole === 0 ? null : amount / whole;
}

function fundingOf(row: Row | undefined): InstrumentFacts["funding"] {
  if (row === undefined) return null;
  const { payments, lowest, median, highest } = row;
  return { payments: Number(payments), lowest: Number(lowest), median: Number(median), highest: Number(highest) };
}

function sizesOf(row: Row | undefined, quantum: number): SizeFacts | null {
  if (row === undefined) return null;
  const amount = (name: string) => Number(row[name]) * quantum;
  const count = Number(row["count"]);
  return {
    count,
    median: amount("median"),
    mean: amount("sum") / count,
    quantile95: amount("quantile95"),
    quantile99: amount("quantile99"),
    largest: amount("largest"),
    largestShare: Number(row["largest"]) / Number(row["sum"]),
    tailExponent: exponentOf(Number(row["beyond"]), Number(row["logarithms"])),
  };
}
