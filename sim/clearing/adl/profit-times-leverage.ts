/**
 * ADL policy `profit-times-leverage` [S0]: winners are closed in order of unrealised
 * profit × leverage setting; losers, when no winner is left, by profit / leverage, so
 * that the smallest loss per leverage comes first.
 */
import { queuePolicy } from "./queue.ts";

export const profitTimesLeverage = queuePolicy(["leverageHundredths"], ({ profit, leverageHundredths }, candidate) => {
  const [gain, leverage] = [profit[candidate] as number, leverageHundredths[candidate] as number];
  return gain > 0 ? { over: [gain, leverage], under: [100] } : { over: [gain, 100], under: [leverage] };
});
