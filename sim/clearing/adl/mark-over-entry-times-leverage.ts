/**
 * ADL policy `mark-over-entry-times-leverage` (Hyperliquid documentation, "Auto-deleveraging"):
 * longs by mark / entry × gross notional / equity of the account. Of shorts it says no more
 * than that they are ranked likewise: read here as mirrored, entry / mark.
 */
import { queuePolicy } from "./queue.ts";

export const markOverEntryTimesLeverage = queuePolicy(
  ["grossNotional"],
  ({ entryValue, value, equity, grossNotional }, candidate, { bankruptSide }) => {
    const [entry, worth, gross] = [entryValue[candidate] as number, value[candidate] as number, grossNotional[candidate] as number];
    const own = Math.max(0, equity[candidate] as number);
    return bankruptSide < 0 ? { over: [worth, gross], under: [entry, own] } : { over: [entry, gross], under: [worth, own] };
  },
);
