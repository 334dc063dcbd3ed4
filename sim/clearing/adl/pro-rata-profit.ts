/** ADL policy `pro-rata-profit` (arXiv 2512.01112): lots in proportion to unrealised profit, as far as each holds them. */
import { proportionalPolicy } from "./proportional.ts";

export const proRataProfit = proportionalPolicy(({ profit }, candidate) => profit[candidate] as number);
