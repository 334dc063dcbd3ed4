/**
 * Facts of real markets, measured from the files beside the project by the same functions as
 * those of a run. The files are not part of the project, their figures are: `real-facts.json`, rounded.
 */
import { fileURLToPath } from "node:url";
import { ascending, quantileOf } from "../../data/metrics/quantiles.ts";
import { logReturns, type ReturnFacts, returnFacts } from "../../data/metrics/return-facts.ts";
import { type SizeFacts, sizeFacts } from "../../data/metrics/size-facts.ts";
import { readBars } from "../../data/sources/read-bars.ts";
import { type CsvRow, numbersOf, readRows } from "./columns.ts";

/** What a figure is of, and where it comes from. */
interface Measured {
  readonly market: string;
  readonly file: string;
}

/** One market's returns, each day of the file by itself. */
export interface RealReturns extends Measured {
  readonly days: readonly { readonly day: string; readonly facts: ReturnFacts }[];
}

/** One market's book, second by second. */
export interface RealBook extends Measured {
  readonly seconds: number;
  /** Furthest distance up to which the file has the whole book, basis points. */
  readonly wholeWithin: number;
  /** Part of the mid. */
  readonly spread: { readonly quantile5: number; readonly median: number; readonly quantile95: number };
  /** Median value, quote currency. */
  readonly within: readonly { readonly basisPoints: number; readonly bid: number; readonly ask: number }[];
  /** Quote currency. */
  readonly meanTrade: number;
  readonly volumePerHour: number;
}

/** Funding rates of one market, each of its own interval. */
export interface RealFunding extends Measured {
  readonly hours: number;
  readonly from: string;
  readonly until: string;
  readonly payments: number;
  /** Part of the payments that are at the most frequent rate. */
  readonly mostFrequent: { readonly rate: number; readonly share: number };
  readonly rates: {
    readonly lowest: number;
    readonly quantile5: number;
    readonly median: number;
    readonly quantile95: number;
    readonly highest: number;
  };
}

/** Sizes of single events, quote currency. */
export interface RealSizes extends Measured {
  readonly sizes: SizeFacts;
}

/** Liquidations of a coin by day: medians over the days. */
export interface RealDays extends Measured {
  readonly days: number;
  readonly count: number;
  readonly value: number;
  readonly meanSize: number;
}

/** Everything real that `docs/realism.md` shows. */
export interface RealFacts {
  readonly returns: readonly RealReturns[];
  readonly books: readonly RealBook[];
  readonly funding: readonly RealFunding[];
  readonly sizes: readonly RealSizes[];
  readonly trades: readonly RealSizes[];
  readonly days: readonly RealDays[];
  /** Median open interest over the hours, quote currency. */
  readonly openInterest: readonly (Measured & { readonly value: number })[];
}

const MINUTE_US = 60_000_000;
const DAY_MINUTES = 1440;
/** Digits that are kept. */
const DIGITS = 4;

/**
 * Measures all files of a folder.
 * @param folder with `/` at its end
 */
export async function measureReal(folder: URL): Promise<RealFacts> {
  const rows = (file: string) => readRows(new URL(`${file}.csv.gz`, folder));
  const returns = (market: string, file: string) => returnsOf(folder, market, file);
  const daily = await rows(DAILY);
  return rounded({
    returns: [
      await returns("BTC perpetual of a venue not stated, 19–25 January 2022", "2022-01-21_btc-perp_1m"),
      await returns("Binance spot BTC, 2–6 December 2021", "2021-12-04_binance-spot_BTCUSDT_1m"),
      await returns("Binance spot ETH, 2–6 December 2021", "2021-12-04_binance-spot_ETHUSDT_1m"),
    ],
    books: [
      bookOf("Binance perpetual BTC, 8 August 2024", BTC_BOOK, 10, await rows(BTC_BOOK)),
      bookOf("Binance perpetual ETH, 8 August 2024", ETH_BOOK, 25, await rows(ETH_BOOK)),
    ],
    funding: [
      fundingOf("Binance BTC", "funding_binance_BTCUSDT_2020_2024", await rows("funding_binance_BTCUSDT_2020_2024")),
      fundingOf("Binance ETH", "funding_binance_ETHUSDT_2020_2024", await rows("funding_binance_ETHUSDT_2020_2024")),
      ...byVenue(await rows(FUNDING), "BTC").map(([venue, own]) => fundingOf(`${venue} BTC`, FUNDING, own)),
    ],
    sizes: [
      sizesOf("Hyperliquid, accounts liquidated in 2023", LIQUIDATIONS, numbersOf(await rows(LIQUIDATIONS), "liquidated_ntl_pos")),
      sizesOf("Hyperliquid, closed by ADL of each account on 10 October 2025 (a crash)", ADL, numbersOf(await rows(ADL), "adl_notional")),
    ],
    trades: [sizesOf("Hyperliquid 2023, trades of all but market makers", TRADES, valuesOf(await rows(TRADES)))],
    days: ["BTC", "ETH", "SOL"].map((coin) => daysOf(coin, daily)),
    openInterest: byVenue(await rows(OPEN_INTEREST), "BTC").map(([venue, own]) => ({
      market: `${venue} BTC`,
      file: OPEN_INTEREST,
      value: medianOf(numbersOf(own, "oi_usd")),
    })),
  });
}

const BTC_BOOK = "depth_binance-perp_BTCUSDT_20240808_1s";
const ETH_BOOK = "depth_binance-perp_ETHUSDT_20240808_1s";
const FUNDING = "funding_7venues_5coins_2025-03_2026-03";
const LIQUIDATIONS = "hl_2023_liquidations";
const ADL = "hl_20251010_adl_by_user_fixed";
const TRADES = "hl_2023_non_mm_trades";
const DAILY = "liq_volume_daily_2025-12_2026-01";
const OPEN_INTEREST = "open_interest_7venues_5coins_2025-12_2026-03";

/** Each whole day: its 1440 returns, the first from the last close of the day before; of the first day from its first close. */
async function returnsOf(folder: URL, market: string, file: string): Promise<RealReturns> {
  const { timeUs, close } = await readBars(fileURLToPath(new URL(`${file}.csv.gz`, folder)), { interval: "1m" });
  const days: { day: string; facts: ReturnFacts }[] = [];
  for (let first = 0; first + DAY_MINUTES <= close.length; first += DAY_MINUTES) {
    const facts = returnFacts(logReturns(close.slice(Math.max(0, first - 1), first + DAY_MINUTES)), 60);
    const start = timeUs[first] as number;
    if (start % (DAY_MINUTES * MINUTE_US) !== 0) throw new Error(`${file}: bar ${first} begins no day`);
    if (facts !== null) days.push({ day: dayOf(start / 1000), facts });
  }
  return { market, file, days };
}

function bookOf(market: string, file: string, wholeWithin: number, rows: readonly CsvRow[]): RealBook {
  const [bids, asks] = [numbersOf(rows, "best_bid"), numbersOf(rows, "best_ask")];
  const spreads = ascending(bids.map((bid, row) => (2 * ((asks[row] as number) - bid)) / ((asks[row] as number) + bid)));
  const sum = (name: string) => numbersOf(rows, name).reduce((total, value) => total + value, 0);
  const volume = sum("taker_buy_usd") + sum("taker_sell_usd");
  const within = [5, 10, 25].map((basisPoints) => ({
    basisPoints,
    bid: medianOf(numbersOf(rows, `bid${basisPoints}bps_usd`)),
    ask: medianOf(numbersOf(rows, `ask${basisPoints}bps_usd`)),
  }));
  const spread = { quantile5: quantileOf(spreads, 0.05), median: quantileOf(spreads, 0.5), quantile95: quantileOf(spreads, 0.95) };
  const seconds = rows.length;
  return {
    market,
    file,
    seconds,
    wholeWithin,
    spread,
    within,
    meanTrade: volume / sum("trades"),
    volumePerHour: (volume / seconds) * 3600,
  };
}

function fundingOf(market: string, file: string, rows: readonly CsvRow[]): RealFunding {
  const times = ascending(numbersOf(rows, "ts_ms"));
  const rates = ascending(numbersOf(rows, "funding_rate"));
  const steps = times.slice(1).map((time, place) => time - (times[place] as number));
  return {
    ...{ market, file, from: dayOf(times[0] as number), until: dayOf(times.at(-1) as number) },
    hours: Math.round(medianOf(steps) / 3_600_000),
    payments: rates.length,
    mostFrequent: mostFrequentOf(rates),
    rates: {
      ...{ lowest: rates[0] as number, quantile5: quantileOf(rates, 0.05), median: quantileOf(rates, 0.5) },
      ...{ quantile95: quantileOf(rates, 0.95), highest: rates.at(-1) as number },
    },
  };
}

/** Of rates in ascending order. */
function mostFrequentOf(rates: Float64Array): RealFunding["mostFrequent"] {
  let [rate, most] = [Number.NaN, 0];
  for (let first = 0, next = 0; first < rates.length; first = next) {
    while (next < rates.length && rates[next] === rates[first]) next += 1;
    if (next - first > most) [rate, most] = [rates[first] as number, next - first];
  }
  return { rate, share: most / rates.length };
}

function sizesOf(market: string, file: string, values: readonly number[]): RealSizes {
  return { market, file, sizes: sizeFacts(values.map(Math.abs).filter((value) => value > 0)) as SizeFacts };
}

function valuesOf(rows: readonly CsvRow[]): number[] {
  const sizes = numbersOf(rows, "sz");
  return numbersOf(rows, "px").map((price, row) => price * (sizes[row] as number));
}

function daysOf(coin: string, rows: readonly CsvRow[]): RealDays {
  const own = rows.filter((row) => row["coin"] === coin && Number(row["liq_count"]) > 0);
  const [values, counts] = [numbersOf(own, "total_usd"), numbersOf(own, "liq_count")];
  const meanSize = medianOf(values.map((value, day) => value / (counts[day] as number)));
  return { market: coin, file: DAILY, days: own.length, count: medianOf(counts), value: medianOf(values), meanSize };
}

/** Rows of a coin by venue, in order of name. */
function byVenue(rows: readonly CsvRow[], coin: string): [string, CsvRow[]][] {
  const venues = [...new Set(rows.map((row) => String(row["venue"])))].sort();
  return venues.map((venue) => [venue, rows.filter((row) => row["venue"] === venue && row["coin"] === coin)]);
}

function medianOf(values: ArrayLike<number>): number {
  return quantileOf(ascending(values), 0.5);
}

function dayOf(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10);
}

/** All numbers in it to few digits. */
function rounded<Value>(value: Value): Value {
  if (typeof value === "number") return (Number.isInteger(value) ? value : Number(value.toPrecision(DIGITS))) as Value;
  if (Array.isArray(value)) return value.map(rounded) as Value;
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, rounded(entry)])) as Value;
}
