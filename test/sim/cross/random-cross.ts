/** Random simulations of several instruments in which holders and agents margin positions together, under every rule that decides about it. */
import type { SimulationInput } from "../../../sim/input.ts";
import { createStream } from "../../../sim/kernel/random.ts";
import type { MarginRules } from "../../../sim/venue/rules.ts";
import { randomSeveral } from "../random-several.ts";

export function randomCross(seed: number): SimulationInput {
  const stream = createStream(seed, "test/cross");
  const input = randomSeveral(seed);
  const pick = <const Things extends readonly unknown[]>(things: Things): Things[number] => things[stream.below(things.length)];
  const margin: MarginRules = {
    ...input.rules.margin,
    unrealizedProfitAsMargin: pick(["all", "own", "none"]),
    partialLiquidation: pick(["full", "full", "tier-step", "ladder", "fraction", "just-enough", "to-initial"]),
    ...pick([{}, { tiersIncludeOpenOrders: true }, { positionValueAt: "entry" } as const]),
  };
  // A holder's mode is mostly the same everywhere, and may differ (ACCT-3).
  const together = Uint8Array.from({ length: 1_000 }, () => (stream.below(10) < 7 ? 1 : 0));
  const instruments = input.instruments.map((own) => ({
    ...own,
    holders: {
      ...own.holders,
      isCross: Uint8Array.from(own.holders.holder as Int32Array, (holder) =>
        stream.below(10) === 0 ? stream.below(2) : (together[holder] as number),
      ),
    },
  }));
  const agents = input.agents.map((agent) => ({ ...agent, marginMode: pick(["cross", "cross", "isolated"]) }));
  return { ...input, rules: { ...input.rules, margin }, instruments, agents };
}
