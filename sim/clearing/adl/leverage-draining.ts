/** ADL policy `leverage-draining` (arXiv 2603.15963): drains the position's value over the equity of its scope. */
import { drainingPolicy } from "./draining.ts";

export const leverageDraining = drainingPolicy([], ({ value }, candidate) => value[candidate] as number);
