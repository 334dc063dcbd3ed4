/** ADL policy `highest-profit` [S2]: the largest unrealised profit first. */
import { queuePolicy } from "./queue.ts";

export const highestProfit = queuePolicy([], ({ profit }, candidate) => ({ over: [profit[candidate] as number], under: [1] }));
