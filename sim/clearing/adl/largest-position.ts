/** ADL policy `largest-position`: the most lots first. A default of simple venues, here for comparison. */
import { queuePolicy } from "./queue.ts";

export const largestPosition = queuePolicy([], ({ lots }, candidate) => ({ over: [lots[candidate] as number], under: [1] }));
