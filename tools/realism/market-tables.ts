/** The tables of book, funding and sizes: the calm day first, then real markets. */
import type { SizeFacts } from "../../data/metrics/size-facts.ts";
import type { InstrumentFacts } from "../../data/store/facts-schema.ts";
import type { RealBook, RealFacts, RealFunding, RealSizes } from "./real-facts.ts";
import { decimals, figure, percent, table } from "./text.ts";

const CALM = "`calm-day`";
const BASIS_POINT = 0.0001;
const MILLION = 1e6;

/** Spread, depth profile and flow. */
export function bookTable({ spread, depth, tradeSizes, volumePerHour }: InstrumentFacts, real: readonly RealBook[]): string {
  const books = [
    { market: CALM, spread, within: depth?.within ?? [], meanTrade: tradeSizes?.mean ?? null, volumePerHour },
    ...real.map((book) => ({ ...book, market: `${book.market} (whole within ${book.wholeWithin} bp)` })),
  ];
  const row = (name: string, of: (book: (typeof books)[number]) => string) => [name, ...books.map(of)];
  const depths = (["bid", "ask"] as const).flatMap((side) =>
    [5, 10, 25].map((distance) =>
      row(`${side}s within ${distance} bp`, ({ within }) => {
        const value = (wanted: number) => within.find(({ basisPoints }) => basisPoints === wanted)?.[side] ?? 0;
        return `${figure(value(distance) / MILLION)} (${decimals(value(distance) / value(25), 2)})`;
      }),
    ),
  );
  return table(
    ["", ...books.map(({ market }) => market)],
    [
      row("spread, median, bp", ({ spread: seen }) => (seen === null ? "–" : figure(seen.median / BASIS_POINT, 2))),
      row("5 % and 95 % quantile, bp", ({ spread: seen }) =>
        seen === null ? "–" : `${figure(seen.quantile5 / BASIS_POINT, 2)}, ${figure(seen.quantile95 / BASIS_POINT, 2)}`,
      ),
      ...depths,
      row("mean trade", ({ meanTrade }) => figure(meanTrade, 2)),
      row("traded an hour, millions", ({ volumePerHour: hourly }) => (hourly === null ? "–" : figure(hourly / MILLION, 2))),
    ],
  );
}

/** Ranges of funding rates. */
export function fundingTable({ funding }: InstrumentFacts, real: readonly RealFunding[]): string {
  const shown = (rate: number | null) => (rate === null ? "–" : decimals(rate / BASIS_POINT, 2));
  const simulated =
    funding === null
      ? [CALM, "–", "–", "–", "–", "–", "–", "–", "–"]
      : [CALM, "8", String(funding.payments), shown(funding.lowest), "–", shown(funding.median), "–", shown(funding.highest), "–"];
  return table(
    ["", "hours", "payments", "lowest", "5 %", "median", "95 %", "highest", "most frequent"],
    [
      simulated,
      ...real.map(({ market, from, until, hours, payments, rates, mostFrequent }) => [
        `${market}, ${from} to ${until}`,
        String(hours),
        figure(payments, 6),
        ...[rates.lowest, rates.quantile5, rates.median, rates.quantile95, rates.highest].map(shown),
        `${shown(mostFrequent.rate)} (${percent(mostFrequent.share, 0)})`,
      ]),
    ],
  );
}

/** Distributions of sizes. */
export function sizeTable(simulated: SizeFacts | null, real: readonly RealSizes[]): string {
  const row = (market: string, sizes: SizeFacts | null) => [
    market,
    figure(sizes?.count, 6),
    ...[sizes?.median, sizes?.mean, sizes?.quantile95, sizes?.quantile99, sizes?.largest].map((size) => figure(size)),
    percent(sizes?.largestShare, 2),
    decimals(sizes?.tailExponent, 2),
  ];
  return table(
    ["", "count", "median", "mean", "95 %", "99 %", "largest", "its share", "tail exponent"],
    [row(CALM, simulated), ...real.map(({ market, sizes }) => row(market, sizes))],
  );
}

/** Liquidations of a day, in all and against open interest where that is known. */
export function dailyTable({ liquidationSizes: sizes, openInterest }: InstrumentFacts, real: RealFacts): string {
  const total = sizes === null ? null : sizes.mean * sizes.count;
  const row = (market: string, count: number | null, value: number | null, open: number | null, meanSize: number | null) => [
    ...[market, figure(count), figure(value === null ? null : value / MILLION)],
    ...[figure(open === null ? null : open / MILLION), percent(value === null || open === null ? null : value / open), figure(meanSize)],
  ];
  return table(
    ["liquidations of a day", "count", "value, millions", "open interest, millions", "part of it liquidated", "mean size"],
    [
      row(CALM, sizes?.count ?? null, total, openInterest, sizes?.mean ?? null),
      ...real.days.map(({ market, days, count, value, meanSize }) => {
        const open = real.openInterest.find((other) => other.market === `hyperliquid ${market}`);
        return row(`Hyperliquid (presumably) ${market}, medians over ${days} days`, count, value, open?.value ?? null, meanSize);
      }),
    ],
  );
}
