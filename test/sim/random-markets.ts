/** Random external markets, mark rules and funding for a random simulation; its own stream, so that the rest of it stays as it is. */
import { arbitrageur } from "../../agents/arbitrageur.ts";
import type { SimulationInput } from "../../sim/input.ts";
import { createStream } from "../../sim/kernel/random.ts";
import { only, withOnly } from "./one-instrument.ts";
import { randomInput } from "./random-simulation.ts";

const SECOND = 1_000_000;

/** A simulation of a seed with funding every few seconds, several markets with outages, and an arbitrageur. */
export function randomMarkets(seed: number): SimulationInput {
  const stream = createStream(seed, "test/markets");
  const pick = <const Things extends readonly unknown[]>(things: Things): Things[number] => things[stream.below(things.length)];
  const plain = randomInput(seed, { holders: 120 });
  const { asset } = plain;
  const { instrument, index } = only(plain);
  const given = arbitrageur.parameters.parse({ interval: "1s", edge: 0.002, size: "30", positionLimit: "3000", deposit: "3000" });
  const made = arbitrageur.make(given, {
    ...{ asset, instrument, startTicks: index.ticks[0] as number, droughts: [] },
    stream: createStream(seed, "agent/arbitrageur/1"),
  });
  return {
    ...withOnly(plain, {
      externalMarkets: [1, 2, 3].map((number) => ({
        name: `market ${number}`,
        weight: number,
        offset: { numerator: stream.below(21) - 10, denominator: 1000 },
        outages: [0, 1].map(() => {
          const fromUs = index.startUs + stream.below(40) * SECOND;
          return { fromUs, untilUs: fromUs + (1 + stream.below(15)) * SECOND };
        }),
      })),
      externalImpact: { partPerQuantum: 1e-9, halfLifeUs: 5 * SECOND },
    }),
    rules: {
      ...plain.rules,
      // So that some of it is left to the house, whose position pays and receives too.
      adl: { ...plain.rules.adl, eligible: "profitable" },
      mark: { ...plain.rules.mark, rule: pick(["index-basis", "median", "index-ema"]) },
      index: {
        combine: pick(["mean", "median"]),
        staleAfterUs: pick([0, SECOND, 5 * SECOND]),
        ownMarketWeight: { numerator: pick([0, 5, 30]), denominator: 100 },
      },
      funding: {
        intervalUs: pick([3, 7, 60]) * SECOND,
        interestHundredMillionths: pick([10_000, -2_000_000, 3_000_000]),
        clampHundredMillionths: 5_000_000,
        capHundredMillionths: pick([750_000, 4_000_000]),
        impactNotionalQuanta: 100_000,
      },
    },
    agents: [...plain.agents, { name: "arbitrageur/1", ...made }],
  };
}
