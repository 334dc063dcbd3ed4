/**
 * ADL policy `profit-rate-times-effective-leverage` (BitMEX help, "Auto-deleveraging"; the
 * form that Binance and Bybit publish): profit rate r = profit / entry value, effective
 * leverage = value / equity. Winners by r × leverage, losers by r / leverage.
 */
import { queuePolicy } from "./queue.ts";

export const profitRateTimesEffectiveLeverage = queuePolicy([], ({ profit, entryValue, value, equity }, candidate) => {
  const [gain, entry, worth] = [profit[candidate] as number, entryValue[candidate] as number, value[candidate] as number];
  const own = Math.max(0, equity[candidate] as number);
  // Without equity leverage has no bound: a winner's score neither, a loser's is 0.
  return gain > 0 ? { over: [gain, worth], under: [entry, own] } : { over: [gain, own], under: [entry, worth] };
});
