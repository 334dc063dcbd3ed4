/**
 * Arbitrageur: buys on the venue what is cheaper there than outside and sells it outside,
 * and the other way round, so that what happens on the venue reaches the external price
 * (MARK-4). It sends one limit order at a look, at the price that still leaves its edge,
 * takes it back at the next, and trades outside what it got in between. With a position
 * at its limit it trades only towards closing it.
 */
import { z } from "zod";
import {
  type Agent,
  BUY,
  type Desk,
  type Instrument,
  type MarketView,
  type Message,
  parseDuration,
  SELL,
  type Side,
} from "../sim/index.ts";
import type { AgentDefinition } from "./definition.ts";
import { ExternalHedge } from "./external-hedge.ts";
import { common, duration, inQuanta, lotsFor, money, number, startOf } from "./fields.ts";
import { type PositionState, PositionTracker } from "./position-tracker.ts";

const parameters = z.object({
  ...common({ deposit: "5000000", leverage: "5", latency: "5ms" }),
  interval: duration("1s").describe("time between two looks at the market"),
  edge: number(0.0015, 0, 0.5).describe("difference between venue and index from which it trades, part of price"),
  size: money("50000").describe("value of an order at most, settlement asset"),
  positionLimit: money("5000000").describe("value beyond which it only reduces"),
});

interface Settings {
  readonly intervalUs: number;
  readonly edge: number;
  readonly sizeQuanta: number;
  readonly limitQuanta: number;
}

const NO_ORDER = 0;

interface ArbitrageurState {
  readonly order: number;
  readonly position: PositionState;
  readonly externalLots: number;
}

class Arbitrageur implements Agent {
  readonly #settings: Settings;
  readonly #instrument: Instrument;
  #order = NO_ORDER;
  readonly #position = new PositionTracker();
  readonly #outside = new ExternalHedge();

  constructor(settings: Settings, instrument: Instrument) {
    this.#settings = settings;
    this.#instrument = instrument;
  }

  wake(market: MarketView, desk: Desk): void {
    if (this.#order !== NO_ORDER) desk.cancel(this.#order);
    this.#order = NO_ORDER;
    this.#outside.balance(this.#position.lots, desk);
    this.#quote(market, desk);
    desk.wakeIn(this.#settings.intervalUs);
  }

  receive(message: Message): void {
    this.#position.receive(message);
  }

  state(): ArbitrageurState {
    return { order: this.#order, position: this.#position.state(), externalLots: this.#outside.lots };
  }

  restore({ order, position, externalLots }: ArbitrageurState): void {
    this.#order = order;
    this.#position.restore(position);
    this.#outside.lots = externalLots;
  }

  #quote({ indexTicks, bidTicks, askTicks }: MarketView, desk: Desk): void {
    const buyTicks = Math.floor(indexTicks * (1 - this.#settings.edge));
    const sellTicks = Math.ceil(indexTicks * (1 + this.#settings.edge));
    if (askTicks !== 0 && buyTicks >= askTicks) this.#send(BUY, buyTicks, desk);
    else if (bidTicks !== 0 && sellTicks <= bidTicks) this.#send(SELL, sellTicks, desk);
  }

  #send(side: Side, priceTicks: number, desk: Desk): void {
    const { sizeQuanta, limitQuanta } = this.#settings;
    const limit = lotsFor(limitQuanta, priceTicks, this.#instrument);
    const room = side === BUY ? limit - this.#position.lots : limit + this.#position.lots;
    const lots = Math.min(room, lotsFor(sizeQuanta, priceTicks, this.#instrument));
    if (lots > 0) this.#order = desk.limit(side, priceTicks, lots);
  }
}

export const arbitrageur: AgentDefinition<typeof parameters> = {
  kind: "arbitrageur",
  summary:
    "Buys on the venue what is cheaper there than outside by its edge and sells it outside, and the other way round, so that what happens on the venue reaches the external price.",
  source:
    "Clause MARK-4; arbitrage within the bounds of its costs as in Shleifer and Vishny (1997), *The limits of arbitrage*, Journal of Finance 52.",
  parameters,
  make(given, { instrument, asset, stream }) {
    const intervalUs = parseDuration(given.interval, "interval");
    const settings = {
      intervalUs,
      edge: given.edge,
      sizeQuanta: inQuanta(given.size, asset, "agents: arbitrageur: size"),
      limitQuanta: inQuanta(given.positionLimit, asset, "agents: arbitrageur: positionLimit"),
    };
    return {
      agent: new Arbitrageur(settings, instrument),
      ...startOf("arbitrageur", given, asset),
      // Several that all looked at the same instant would trade as one.
      firstWakeUs: Math.floor(intervalUs * stream.next()),
    };
  },
};
