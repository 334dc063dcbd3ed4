/** Leverage and margin of holders: what they draw, lowered until they are healthy at the start. */
import { initialMargin, type MarginTerms, profitAt, requirement, tierOf, valueOf, weightedIndex } from "../sim/index.ts";
import { bandsOf } from "./apportion.ts";
import { inHundredths } from "./fields.ts";
import type { PopulationContext } from "./population-context.ts";
import type { PopulationParameters } from "./population-parameters.ts";

/** Settings to draw from, and those to go down to. */
interface LeverageChoice {
  readonly settings: readonly number[];
  readonly weights: readonly number[];
  /** From the highest down. */
  readonly falling: readonly number[];
}

/** Columns of positions that are open, of which margin and leverage are filled. */
export interface MarginColumns {
  readonly count: number;
  readonly lots: Float64Array;
  readonly entryValue: Float64Array;
  readonly margin: Float64Array;
  readonly leverageHundredths: Float64Array;
}

/**
 * Draws the leverage of each position and books the margin of it, in order of rows.
 * @param isCross by row
 */
export function fundPositions(
  parameters: PopulationParameters,
  context: PopulationContext,
  columns: MarginColumns,
  isCross: Uint8Array,
): void {
  const { leverageBySize } = parameters;
  const choices = leverageBySize?.map(({ leverage }) => choiceOf(leverage)) ?? [choiceOf(parameters.leverage)];
  const bands =
    leverageBySize === undefined
      ? null
      : bandsOf(
          columns.lots.map(Math.abs),
          leverageBySize.map(({ upTo }) => upTo),
        );
  for (let row = 0; row < columns.count; row++) {
    const choice = choices[bands === null ? 0 : (bands[row] as number)] as LeverageChoice;
    fund(parameters.startRatio, context, columns, row, choice, isCross[row] === 1);
  }
}

function choiceOf(leverages: PopulationParameters["leverage"]): LeverageChoice {
  const settings = leverages.map(({ value }) => inHundredths(value));
  return { settings, weights: leverages.map(({ weight }) => weight), falling: [...settings].sort((a, b) => b - a) };
}

/** The leverage drawn, or the next lower one that leaves the holder healthy at the start; with none of them its margin is what is needed. */
function fund(
  startRatio: number,
  { terms, startTicks, stream }: PopulationContext,
  columns: MarginColumns,
  row: number,
  choice: LeverageChoice,
  isCross: boolean,
): void {
  const lots = columns.lots[row] as number;
  const entryValue = columns.entryValue[row] as number;
  const value = valueOf(terms.instrument, startTicks, lots);
  const asked = requirement(terms, lots, value);
  const needed = Math.ceil(asked * startRatio);
  const profit = countedProfit(terms, profitAt(lots, entryValue, value), asked, isCross);
  const drawn = choice.settings[weightedIndex(stream, choice.weights)] as number;
  const most = Math.min(drawn, tierOf(terms.instrument.tiers, lots, value).maxLeverageHundredths);
  const isHealthy = (setting: number): boolean => {
    const margin = initialMargin(terms, entryValue, setting);
    columns.leverageHundredths[row] = setting;
    columns.margin[row] = margin;
    return margin + profit >= needed;
  };
  if (isHealthy(most)) return;
  for (const setting of choice.falling) if (setting < most && isHealthy(setting)) return;
  columns.margin[row] = needed - profit;
}

/** What of a profit is margin: all of an isolated position's, of a cross one's what the venue counts (ACCT-5). */
function countedProfit({ rules: { unrealizedProfitAsMargin } }: MarginTerms, profit: number, asked: number, isCross: boolean): number {
  if (!isCross || unrealizedProfitAsMargin === "all") return profit;
  return Math.min(profit, unrealizedProfitAsMargin === "none" ? 0 : asked);
}
