/** ADL policy `factor-draining` (arXiv 2603.15963): drains the leverage of the whole scope, all its positions over its equity. */
import { drainingPolicy } from "./draining.ts";

export const factorDraining = drainingPolicy(["grossNotional"], ({ grossNotional }, candidate) => grossNotional[candidate] as number);
