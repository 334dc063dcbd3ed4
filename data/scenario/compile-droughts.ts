/** The liquidity droughts of a scenario in microseconds. */
import { parseDuration, parseTime } from "../../sim/kernel/time.ts";
import type { ResolvedScenario } from "./scenario-schema.ts";

/** A drought of one contract: makers show `depth` of what they would, and all of it again `recoveryUs` after its end. */
export interface CompiledDrought {
  /** Since the Unix epoch. */
  readonly fromUs: number;
  readonly untilUs: number;
  readonly recoveryUs: number;
  readonly depth: number;
}

/** The droughts that a contract is in, in the order of their beginnings. */
export function compileDroughts({ start, droughts }: ResolvedScenario, symbol: string): CompiledDrought[] {
  const startUs = parseTime(start, "start");
  const own = droughts.filter(({ instrument }) => instrument === undefined || instrument === symbol);
  const compiled = own.map(({ at, for: lasting, depth, recovery }) => {
    const fromUs = startUs + parseDuration(at, "droughts: at");
    const untilUs = fromUs + parseDuration(lasting, "droughts: for");
    return { fromUs, untilUs, recoveryUs: parseDuration(recovery, "droughts: recovery"), depth };
  });
  return compiled.sort((a, b) => a.fromUs - b.fromUs);
}
