/** The pools of a simulation, and what all of its instruments must have in common. */
import { Pool } from "./clearing/insurance-fund.ts";
import type { IndexPath, SimulationInput } from "./input.ts";
import { poolNameOf } from "./venue/instrument.ts";

/**
 * One pool for each product line, underlying and settlement asset, in order of their first instruments (FUND-1).
 * @throws Error when a seed is given to a pool that no instrument has
 */
export function poolsOf({ instruments, poolSeeds, rules }: SimulationInput): Pool[] {
  const names = [...new Set(instruments.map(({ instrument }) => poolNameOf(instrument)))];
  const unknown = Object.keys(poolSeeds).find((name) => !names.includes(name));
  if (unknown !== undefined) throw new Error(`Cannot simulate: a seed for pool ${unknown}, there is ${names.join(", ")}`);
  return names.map((name, number) => new Pool(name, number, rules.adl.drawdown, rules.fund));
}

/**
 * The index path whose times are those of all.
 * @throws Error when there is no instrument, or instruments have paths of other times or settle in another asset
 */
export function timesOf({ asset, instruments }: SimulationInput): IndexPath {
  const [first] = instruments;
  if (first === undefined) throw new Error("Cannot simulate: no instrument");
  for (const { instrument, index } of instruments) {
    if (instrument.settleAsset !== asset.symbol)
      throw new Error(`Cannot simulate: ${instrument.symbol} settles in ${instrument.settleAsset}, wallets hold ${asset.symbol}`);
    const { startUs, intervalUs, ticks } = first.index;
    if (index.startUs !== startUs || index.intervalUs !== intervalUs || index.ticks.length !== ticks.length)
      throw new Error(`Cannot simulate: the index of ${instrument.symbol} has other times than that of ${first.instrument.symbol}`);
  }
  return first.index;
}
