/** Random simulations of two or three instruments with holders in several of them, agents that trade in all, and pools that may be shared. */
import type { Agent, Desk, MarketView } from "../../sim/agent.ts";
import type { InstrumentInput, SimulationInput } from "../../sim/input.ts";
import { createStream, type RandomState, type RandomStream } from "../../sim/kernel/random.ts";
import { BUY, SELL } from "../../sim/market/order-book.ts";
import { only } from "./one-instrument.ts";
import { randomMarkets } from "./random-markets.ts";

/** Trades a few lots of a random instrument near its index, or moves margin in and out. */
class Wanderer implements Agent {
  readonly #stream: RandomStream;
  readonly #instruments: number;

  constructor(stream: RandomStream, instruments: number) {
    this.#stream = stream;
    this.#instruments = instruments;
  }

  wake(_: MarketView, desk: Desk): void {
    const { market, desk: there } = desk.on(this.#stream.below(this.#instruments));
    const side = this.#stream.below(2) === 0 ? BUY : SELL;
    const lots = 1 + this.#stream.below(20);
    const choice = this.#stream.below(5);
    // From a part of a margin to more than any wallet has.
    if (choice === 4) there.adjustMargin((side === BUY ? 1 : -1) * 10 ** (3 + this.#stream.below(8)));
    else if (choice < 2) there.market(side, lots);
    else there.limit(side, Math.max(1, Math.round(market.indexTicks * (0.99 + 0.02 * this.#stream.next()))), lots);
    desk.wakeIn(200_000 + this.#stream.below(1_000_000));
  }

  receive(): void {}

  state(): RandomState {
    return this.#stream.state();
  }

  restore(state: RandomState): void {
    this.#stream.restore(state);
  }
}

export function randomSeveral(seed: number): SimulationInput {
  const stream = createStream(seed, "test/several");
  const count = 2 + stream.below(2);
  const parts = Array.from({ length: count }, (_, number) => randomMarkets(1_000 * seed + number));
  const [first] = parts as [SimulationInput, ...SimulationInput[]];
  const instruments = parts.map((part, number): InstrumentInput => {
    const own = only(part);
    const underlying = number === 0 || stream.below(3) === 0 ? "BTC" : `COIN${number}`;
    // Some of the holders of one are those of another.
    const holder = Int32Array.from({ length: own.holders.count }, (_, row) => row + number * 40);
    return {
      ...own,
      instrument: { ...own.instrument, symbol: `${underlying}-${number}`, underlying },
      holders: { ...own.holders, holder },
    };
  });
  const poolSeeds: Record<string, number> = {};
  instruments.forEach(({ instrument: { underlying } }, number) => {
    poolSeeds[`perpetual/${underlying}/USDT`] = (parts[number] as SimulationInput).poolSeeds["perpetual/BTC/USDT"] as number;
  });
  const agents = parts.flatMap((part, number) =>
    part.agents.map((agent) => ({ ...agent, name: `${agent.name}/${number}`, instrument: number })),
  );
  const wanderers = Array.from({ length: 3 }, (_, number) => ({
    name: `wanderer/${number}`,
    agent: new Wanderer(createStream(seed, `test/wanderer/${number}`), count),
    depositQuanta: 1_000_000_000 * (1 + stream.below(20)),
    leverageHundredths: 500 + stream.below(1_000),
    latencyUs: 1_000,
    latencyBackUs: 2_000,
    marketDataDelayUs: 3_000,
    firstWakeUs: 1_000_000,
  }));
  return { ...first, instruments, poolSeeds, agents: [...agents, ...wanderers] };
}
