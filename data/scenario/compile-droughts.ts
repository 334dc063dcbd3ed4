/** The liquidity droughts of a scenario in microseconds. */
import { parseDuration, parseTime } from "../../sim/kernel/time.ts";
import type { Drought } from "../../sim/market/drought.ts";
import type { ResolvedScenario } from "./scenario-schema.ts";

/** The droughts that a contract is in, in the order of their beginnings. */
export function compileDroughts({ start, droughts }: ResolvedScenario, symbol: string): Drought[] {
  const startUs = parseTime(start, "start");
  const own = droughts.filter(({ instrument }) => instrument === undefined || instrument === symbol);
  const compiled = own.map(({ at, for: lasting, depth, recovery }) => {
    const fromUs = startUs + parseDuration(at, "droughts: at");
    const untilUs = fromUs + parseDuration(lasting, "droughts: for");
    return { fromUs, untilUs, recoveryUs: parseDuration(recovery, "droughts: recovery"), depth };
  });
  return compiled.sort((a, b) => a.fromUs - b.fromUs);
}
