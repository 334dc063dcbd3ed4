/**
 * What a run's market looked like, by instrument, in the measures in which real markets
 * are known: `facts` of `summary.json`, set beside real ones in `docs/realism.md`. All from the tables.
 */
import type { InstrumentFacts } from "../store/facts-schema.ts";
import type { Store } from "../store/store.ts";
import { type InstrumentQuantiles, quantilesByInstrument } from "./quantile-query.ts";
import { logReturns, type ReturnFacts, returnFacts } from "./return-facts.ts";
import { sizesByInstrument } from "./sizes-by-instrument.ts";

/** Returns are over a minute. */
const RETURN_SECONDS = 60;

/** The queries beside this file. */
export interface FactQueries {
  readonly prices: string;
  readonly book: string;
  readonly funding: string;
}

/** Spread at every mark at which both sides of the book have orders, part of the mid: at most 2, mostly some 10^−5. */
const SPREADS = {
  source: `SELECT instrument, 2 * (ask_ticks - bid_ticks) / (ask_ticks + bid_ticks)::DOUBLE AS value
    FROM marks WHERE bid_ticks IS NOT NULL AND ask_ticks IS NOT NULL`,
  bucketsPerRoot: 4096,
};

type Row = Record<string, unknown>;

/** Measures every instrument of a run, in order. */
export async function measureFacts(store: Store, queries: FactQueries): Promise<InstrumentFacts[]> {
  const instruments = await store.rows(
    `SELECT instrument, instruments.symbol, tick_size::DOUBLE * lot_size::DOUBLE * multiplier::DOUBLE AS tick_lot, quantum::DOUBLE AS quantum
    FROM instruments JOIN assets ON assets.asset = instruments.settle_asset ORDER BY instrument`,
  );
  const [simulated] = await store.rows("SELECT (max(time_us) - min(time_us)) / 3600e6 AS hours FROM marks");
  const [books, funding] = [await store.rows(queries.book), store.tables.includes("funding") ? await store.rows(queries.funding) : []];
  const spreads = await quantilesByInstrument(store, SPREADS, [5, 50, 95]);
  const [liquidations, trades] = [await sizesByInstrument(store, "liquidations"), await sizesByInstrument(store, "trades")];
  const facts: InstrumentFacts[] = [];
  for (const row of instruments) {
    const instrument = Number(row["instrument"]);
    const of = (rows: readonly Row[]) => rows.find((other) => other["instrument"] === instrument);
    const quantum = Number(row["quantum"]);
    const hours = Number(simulated?.["hours"]);
    facts.push({
      symbol: String(row["symbol"]),
      ...(await pricesOf(store, queries.prices, instrument)),
      spread: spreadOf(spreads.get(instrument)),
      ...bookOf(of(books), Number(row["tick_lot"])),
      funding: fundingOf(of(funding)),
      liquidationSizes: liquidations.get(instrument)?.facts(quantum) ?? null,
      tradeSizes: trades.get(instrument)?.facts(quantum) ?? null,
      volumePerHour: hours === 0 ? null : ((trades.get(instrument)?.sumQuanta ?? 0) * quantum) / hours,
    });
  }
  return facts;
}

/** Returns of index, mark and mid over each minute. */
async function pricesOf(store: Store, sql: string, instrument: number): Promise<Pick<InstrumentFacts, "returns">> {
  const rows = await store.rows(`SELECT * FROM (${sql}) WHERE instrument = ${instrument}`);
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

function spreadOf(spread: InstrumentQuantiles | undefined): InstrumentFacts["spread"] {
  if (spread === undefined) return null;
  const [quantile5, median, quantile95] = spread.quantiles.map(Number) as [number, number, number];
  return { marks: spread.count, quantile5, median, quantile95 };
}

function bookOf(row: Row | undefined, tickLot: number): Pick<InstrumentFacts, "depth" | "openInterest"> {
  if (row === undefined) return { depth: null, openInterest: null };
  const value = (name: string) => Number(row[name]) * tickLot;
  const within = (basisPoints: number) => {
    const [bid, ask] = [value(`bid_${basisPoints}`), value(`ask_${basisPoints}`)];
    return { basisPoints, bid, ask, ofFurthest: { bid: part(bid, value("bid_25")), ask: part(ask, value("ask_25")) } };
  };
  return {
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
