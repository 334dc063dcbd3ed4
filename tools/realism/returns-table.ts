/** The table of returns: measures down, markets across. */

import { LAGS, type ReturnFacts } from "../../data/metrics/return-facts.ts";
import type { InstrumentFacts } from "../../data/store/facts-schema.ts";
import type { RealReturns } from "./real-facts.ts";
import { decimals, percent, table } from "./text.ts";

type Measure = readonly [name: string, of: (facts: ReturnFacts) => number | null, shown: (value: number | null) => string];

const two = (value: number | null) => decimals(value, 2);

const MEASURES: readonly Measure[] = [
  ["volatility, annualised", ({ volatility }) => volatility, (value) => percent(value, 0)],
  ["excess kurtosis", ({ excessKurtosis }) => excessKurtosis, (value) => decimals(value, 1)],
  ["beyond four deviations", ({ beyondFourSigma }) => beyondFourSigma, (value) => percent(value, 2)],
  ["tail exponent of falls", ({ tailExponent }) => tailExponent.falls, two],
  ["tail exponent of rises", ({ tailExponent }) => tailExponent.rises, two],
  ...LAGS.map((lag): Measure => [`autocorrelation of returns, ${minutes(lag)}`, (facts) => lagged(facts, lag)?.returns ?? null, two]),
  ...LAGS.map((lag): Measure => [`of absolute returns, ${minutes(lag)}`, (facts) => lagged(facts, lag)?.absolute ?? null, two]),
];

/** Returns of the run's index and mid beside those of real markets. */
export function returnsTable({ returns: { index, mid } }: InstrumentFacts, real: readonly RealReturns[]): string {
  const head = [
    "",
    "`calm-day`, index",
    "`calm-day`, mid",
    ...real.map(({ market, days }) => `${market}: ${calmest(days).day} (all ${days.length} days)`),
  ];
  const rows = MEASURES.map(([name, of, shown]) => [
    name,
    ...[index, mid].map((facts) => shown(facts === null ? null : of(facts))),
    ...real.map(({ days }) => {
      const values = days.map(({ facts }) => of(facts)).filter((value) => value !== null);
      return `${shown(of(calmest(days).facts))} (${shown(Math.min(...values))} … ${shown(Math.max(...values))})`;
    }),
  ]);
  return table(head, rows);
}

/** The day of the lowest volatility. */
function calmest(days: RealReturns["days"]): RealReturns["days"][number] {
  return days.reduce((least, day) => (day.facts.volatility < least.facts.volatility ? day : least));
}

function lagged({ autocorrelation }: ReturnFacts, wanted: number): ReturnFacts["autocorrelation"][number] | undefined {
  return autocorrelation.find(({ lag }) => lag === wanted);
}

function minutes(lag: number): string {
  return `${lag} min`;
}
