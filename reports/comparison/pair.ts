/** Two runs opened for a comparison: the instruments that both have, over the time that both have. */
import { bucketsOf, type ChartContext, type ChartRows, numberOf, type Row } from "../charts/chart.ts";
import { type Run, withRun } from "../run.ts";

/** Two runs, and how charts name them. */
export interface RunPair {
  readonly first: Run;
  readonly second: Run;
  readonly labels: readonly [string, string];
  /** Instruments with the same symbol and money in both, in the order of the first. */
  readonly instruments: readonly InstrumentPair[];
}

/** An instrument of both runs. */
export interface InstrumentPair {
  /** What charts are drawn for: the first run's, to the end of the shorter run. */
  readonly context: ChartContext;
  /** What the rows of each run are asked for. */
  readonly contexts: readonly [ChartContext, ChartContext];
  readonly labels: readonly [string, string];
}

/**
 * Opens two runs, and closes them when `use` is done.
 * @throws InputError as `withRun`
 */
export async function withPair<Result>(
  directories: readonly [string, string],
  labels: readonly [string, string],
  use: (pair: RunPair) => Promise<Result>,
): Promise<Result> {
  return withRun(directories[0], (first) =>
    withRun(directories[1], (second) => use({ first, second, labels, instruments: instrumentsOf(first, second, labels) })),
  );
}

function instrumentsOf(first: Run, second: Run, labels: readonly [string, string]): InstrumentPair[] {
  const spanUs = Math.min(...[first, second].map(({ context }) => context.endUs - context.startUs));
  const within = (context: ChartContext): ChartContext => {
    const endUs = context.startUs + spanUs;
    return { ...context, endUs, ...bucketsOf(context.startUs, endUs) };
  };
  return first.contexts.flatMap((one) => {
    const other = second.contexts.find(({ symbol, settle }) => symbol === one.symbol && settle === one.settle);
    return other === undefined ? [] : [{ context: within(one), contexts: [within(one), within(other)] as const, labels }];
  });
}

/** Rows of either run as the first counts its time, up to the end of what both have. */
export function aligned(rows: ChartRows, own: ChartContext, { startUs, endUs }: ChartContext): ChartRows {
  const shift = startUs - own.startUs;
  const moved = (row: Row): Row => {
    if (row["t"] === undefined) return row;
    const until = row["until"] === undefined ? {} : { until: numberOf(row, "until") + shift };
    return { ...row, t: numberOf(row, "t") + shift, ...until };
  };
  const names = Object.entries(rows).map(([name, own]) => [
    name,
    own.map(moved).filter((row) => row["t"] === undefined || numberOf(row, "t") <= endUs),
  ]);
  return Object.fromEntries(names) as ChartRows;
}
