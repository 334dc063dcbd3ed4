/** ADL policy `profit-over-equity`: the largest unrealised profit per equity of its scope first. A default of simple venues, here for comparison. */
import { queuePolicy } from "./queue.ts";

export const profitOverEquity = queuePolicy([], ({ profit, equity }, candidate) => ({
  over: [profit[candidate] as number],
  under: [Math.max(0, equity[candidate] as number)],
}));
