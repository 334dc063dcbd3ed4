/** What tells one input from another: a snapshot goes on only with the input it was taken with (TIME-4). */
import type { SimulationInput } from "./input.ts";
import { Digest } from "./kernel/digest.ts";

/** 32 hexadecimal digits over everything of an input but the insides of its agents and policies, and whether it is checked at every event. */
export function fingerprintOf(input: SimulationInput): string {
  const { instruments, agents, checkEveryEvent: _checks, adlPolicies: _policies, ...terms } = input;
  const starts = agents.map(({ agent: _agent, ...start }) => start);
  const digest = new Digest();
  digest.text(JSON.stringify([terms, starts, instruments.length]));
  for (const { index, holders, ...own } of instruments) {
    const { startUs, intervalUs, ticks } = index;
    digest.text(JSON.stringify([own, startUs, intervalUs, holders.count]));
    const whose = holders.holder === undefined ? [] : [Float64Array.from(holders.holder)];
    const modes = [holders.isCross, holders.isHedged].map((mode) => Float64Array.from(mode ?? []));
    for (const column of [ticks, holders.lots, holders.entryValue, holders.margin, holders.leverageHundredths, ...whose, ...modes]) {
      digest.number(column.length);
      digest.numbers(column);
    }
  }
  return digest.hex();
}
