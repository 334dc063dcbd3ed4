/**
 * The layout of Binance's public archive, https://data.binance.vision: which files hold a
 * series from one day to another. Klines come by month and by day, funding rates by month,
 * metrics (open interest) by day; spot has klines only.
 */
import { InputError } from "../../../sim/kernel/input-error.ts";
import type { SeriesKind } from "../series-kind.ts";

/** Where the archive is. */
export const BINANCE_ARCHIVE = "https://data.binance.vision";

/** Markets of the archive: USDⓈ-margined and coin-margined futures, spot. */
export const ARCHIVE_MARKETS = ["um", "cm", "spot"] as const;

/** Intervals of its klines that are of equal length. */
const INTERVALS = ["1s", "1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "8h", "12h", "1d"];
const FOLDERS = { bars: "klines", funding: "fundingRate", "open-interest": "metrics" } as const;
const DAY_MS = 86_400_000;
/** Some 27 years of days. */
const DAYS_MOST = 10_000;

/** What is wanted of the archive. */
export interface ArchiveRequest {
  readonly kind: SeriesKind["name"];
  readonly market: (typeof ARCHIVE_MARKETS)[number];
  readonly symbol: string;
  /** Of bars. */
  readonly interval: string;
  /** First and last day, UTC, both included: `2025-10-01`. */
  readonly from: string;
  readonly to: string;
}

/** A file of the archive. */
export interface ArchiveFile {
  /** Under the archive's address. */
  readonly path: string;
  /** What it holds, for errors: `BTCUSDT 1m 2025-10-10`. */
  readonly words: string;
  /** The files that hold the same, should this one not be there: a month is published only after its end. */
  readonly instead: readonly ArchiveFile[];
}

/**
 * The files that hold what is wanted, in order of time: whole months as such, days otherwise.
 * @throws InputError naming the option: no such day, the last before the first, parts of months of funding rates, a symbol or an interval that cannot be
 */
export function archiveFiles(request: ArchiveRequest): ArchiveFile[] {
  const { kind, market, symbol, interval } = request;
  if (!/^[\p{L}\p{N}_-]{1,60}$/u.test(symbol))
    throw new InputError("--symbol", `expected one such as BTCUSDT, got ${JSON.stringify(symbol)}`);
  if (kind === "bars" && !INTERVALS.includes(interval))
    throw new InputError("--interval", `expected one of the archive's (${INTERVALS.join(", ")}), got ${JSON.stringify(interval)}`);
  if (kind === "bars" && interval === "1s" && market !== "spot") throw new InputError("--interval", "1s is published for spot only");
  if (kind !== "bars" && market === "spot") throw new InputError("--market", `spot has no ${kind}`);
  const first = parseDay(request.from, "--from");
  const last = parseDay(request.to, "--to");
  if (last < first) throw new InputError("--to", `${request.to} is before ${request.from}`);
  if ((last - first) / DAY_MS >= DAYS_MOST)
    throw new InputError("--to", `expected at most ${DAYS_MOST} days from ${request.from}, got ${request.to}`);
  const files: ArchiveFile[] = [];
  for (let day = first; day <= last; ) {
    const end = endOfMonth(day);
    const wholeMonth = isoDay(day).endsWith("-01") && end <= last;
    if (kind === "funding" && !wholeMonth) throw partOfMonth(request, day === first ? "--from" : "--to");
    const until = Math.min(end, last);
    const days = kind === "funding" ? [] : daysOf(request, day, until);
    if (wholeMonth && kind !== "open-interest") files.push({ ...fileOf(request, isoDay(day).slice(0, 7), "monthly"), instead: days });
    else files.push(...days);
    day = until + DAY_MS;
  }
  return files;
}

function partOfMonth(request: ArchiveRequest, option: "--from" | "--to"): InputError {
  const wanted = option === "--from" ? "the first day of a month" : "the last day of a month";
  return new InputError(
    option,
    `funding rates are published by month: expected ${wanted}, got ${option === "--from" ? request.from : request.to}`,
  );
}

function daysOf(request: ArchiveRequest, first: number, last: number): ArchiveFile[] {
  const files: ArchiveFile[] = [];
  for (let day = first; day <= last; day += DAY_MS) files.push(fileOf(request, isoDay(day), "daily"));
  return files;
}

function fileOf({ kind, market, symbol, interval }: ArchiveRequest, period: string, every: "daily" | "monthly"): ArchiveFile {
  const root = market === "spot" ? "data/spot" : `data/futures/${market}`;
  const folder = FOLDERS[kind];
  const part = kind === "bars" ? interval : folder;
  const within = kind === "bars" ? `${symbol}/${interval}` : symbol;
  return {
    path: `${root}/${every}/${folder}/${within}/${symbol}-${part}-${period}.zip`,
    words: `${symbol} ${part} of ${period}`,
    instead: [],
  };
}

function parseDay(text: string, option: string): number {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(time) || isoDay(time) !== text || time < 0)
    throw new InputError(option, `expected a day such as 2025-10-01, got ${JSON.stringify(text)}`);
  return time;
}

function endOfMonth(day: number): number {
  const date = new Date(day);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0);
}

function isoDay(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
