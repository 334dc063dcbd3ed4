/** ADL policy `pro-rata-equity` (arXiv 2512.01112): lots in proportion to the equity of the scope, as far as each holds them. */
import { proportionalPolicy } from "./proportional.ts";

export const proRataEquity = proportionalPolicy(({ equity }, candidate) => equity[candidate] as number);
