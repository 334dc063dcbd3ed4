/** ADL policy `pro-rata-size` [S1]: every position gives the same part of its lots ("integer pro-rata" of arXiv 2602.15182). */
import { proportionalPolicy } from "./proportional.ts";

export const proRataSize = proportionalPolicy(({ lots }, candidate) => lots[candidate] as number);
