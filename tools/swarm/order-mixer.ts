/**
 * A trader who sends commands of every kind with every flag at random, amends and cancels
 * what may be gone, and trades outside: what no sensible agent does and a venue must bear.
 * It is of the swarm alone, so a printed scenario does not have it.
 */
import {
  type Agent,
  type AgentStart,
  BUY,
  createStream,
  type Desk,
  type MarketView,
  type OrderOptions,
  type RandomState,
  type RandomStream,
  SELL,
} from "../../sim/index.ts";

/** Orders it remembers, to amend or cancel them. */
const REMEMBERED = 24;
const IN_FORCE = ["GTC", "GTC", "IOC", "FOK"] as const;

interface MixerState {
  readonly stream: RandomState;
  readonly orders: readonly number[];
}

class OrderMixer implements Agent {
  readonly #stream: RandomStream;
  readonly #intervalUs: number;
  readonly #mostLots: number;
  readonly #instruments: number;
  #orders: number[] = [];

  /** @param instruments that it trades, from number 0 on */
  constructor(stream: RandomStream, intervalUs: number, mostLots: number, instruments: number) {
    this.#instruments = instruments;
    this.#stream = stream;
    this.#intervalUs = intervalUs;
    this.#mostLots = mostLots;
  }

  wake(market: MarketView, desk: Desk): void {
    for (let left = 1 + this.#stream.below(3); left > 0; left--) {
      const there = this.#instruments === 1 ? { market, desk } : desk.on(this.#stream.below(this.#instruments));
      this.#command(there.market, there.desk);
    }
    desk.wakeIn(1 + this.#stream.below(2 * this.#intervalUs));
  }

  receive(): void {}

  state(): MixerState {
    return { stream: this.#stream.state(), orders: this.#orders };
  }

  restore({ stream, orders }: MixerState): void {
    this.#stream.restore(stream);
    this.#orders = [...orders];
  }

  #command({ indexTicks }: MarketView, desk: Desk): void {
    const stream = this.#stream;
    const side = stream.below(2) === 0 ? BUY : SELL;
    const lots = 1 + stream.below(this.#mostLots);
    const priceTicks = Math.max(1, Math.round(indexTicks * (0.97 + 0.06 * stream.next())));
    const options = this.#options();
    const order = this.#orders[stream.below(REMEMBERED)] ?? stream.below(50);
    const kind = stream.below(12);
    if (kind < 5) this.#remember(desk.limit(side, priceTicks, lots, options));
    else if (kind === 5) this.#remember(desk.market(side, lots, options));
    else if (kind === 6) this.#remember(desk.stopMarket(side, priceTicks, lots, options));
    else if (kind === 7) this.#remember(desk.takeProfit(side, priceTicks, lots, options));
    else if (kind < 10) desk.amend(order, priceTicks, lots);
    else if (kind === 10) desk.cancel(order);
    else desk.tradeExternally(side, lots);
  }

  /** Half of the time none. */
  #options(): OrderOptions {
    const stream = this.#stream;
    if (stream.below(2) === 0) return {};
    return {
      timeInForce: IN_FORCE[stream.below(IN_FORCE.length)] as (typeof IN_FORCE)[number],
      postOnly: stream.below(4) === 0,
      reduceOnly: stream.below(3) === 0,
      triggerBy: stream.below(2) === 0 ? "mark" : "last",
    };
  }

  #remember(order: number): void {
    this.#orders.push(order);
    if (this.#orders.length > REMEMBERED) this.#orders.shift();
  }
}

/** Mixers of a seed: none, or some of different means. */
export function drawMixers(seed: number, intervalUs: number, lotQuanta: number, instruments: number): AgentStart[] {
  const stream = createStream(seed, "swarm/mixers");
  const modes = createStream(seed, "swarm/mixers/modes");
  return Array.from({ length: stream.below(4) }, (_, index) => {
    const mostLots = 1 + stream.below(300);
    const intervalOf = (most: number) => 1 + stream.below(Math.max(1, Math.floor(intervalUs * most)));
    return {
      name: `order-mixer/${index + 1}`,
      marginMode: modes.below(2) === 0 ? "isolated" : "cross",
      agent: new OrderMixer(createStream(seed, `swarm/mixers/${index + 1}`), intervalOf(2), mostLots, instruments),
      depositQuanta: Math.max(1, Math.round(mostLots * lotQuanta * (0.05 + 5 * stream.next()))),
      leverageHundredths: 100 * (1 + stream.below(10)),
      latencyUs: intervalOf(1),
      latencyBackUs: intervalOf(3),
      marketDataDelayUs: intervalOf(3),
      firstWakeUs: intervalOf(1),
    };
  });
}
