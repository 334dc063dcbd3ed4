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
import { common, duration, inHundredths, inQuanta, latenciesOf, lotsFor, money, number } from "./fields.ts";

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
  readonly positionLots: number;
  readonly externalLots: number;
}

class Arbitrageur implements Agent {
  readonly #settings: Settings;
  readonly #instrument: Instrument;
  #order = NO_ORDER;
  #positionLots = 0;
  /** What it holds outside, which is to be the opposite of its position. */
  #externalLots = 0;

  constructor(settings: Settings, instrument: Instrument) {
    this.#settings = settings;
    this.#instrument = instrument;
  }

  wake(market: MarketView, desk: Desk): void {
    if (this.#order !== NO_ORDER) desk.cancel(this.#order);
    this.#order = NO_ORDER;
    this.#hedge(desk);
    this.#quote(market, desk);
    desk.wakeIn(this.#settings.intervalUs);
  }

  receive(message: Message): void {
    if (message.kind === "filled" || message.kind === "deleveraged" || message.kind === "reduced") this.#positionLots += message.lots;
    else if (message.kind === "liquidated") this.#positionLots = 0;
  }

  state(): ArbitrageurState {
    return { order: this.#order, positionLots: this.#positionLots, externalLots: this.#externalLots };
  }

  restore({ order, positionLots, externalLots }: ArbitrageurState): void {
    this.#order = order;
    this.#positionLots = positionLots;
    this.#externalLots = externalLots;
  }

  #hedge(desk: Desk): void {
    const open = this.#positionLots + this.#externalLots;
    if (open === 0) return;
    desk.tradeExternally(open > 0 ? SELL : BUY, Math.abs(open));
    this.#externalLots -= open;
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
    const room = side === BUY ? limit - this.#positionLots : limit + this.#positionLots;
    const lots = Math.min(room, lotsFor(sizeQuanta, priceTicks, this.#instrument));
    if (lots > 0) this.#order = desk.limit(side, priceTicks, lots);
  }
}

export const arbitrageur: AgentDefinition<typeof parameters> = {
  kind: "arbitrageur",
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
      depositQuanta: inQuanta(given.deposit, asset, "agents: arbitrageur: deposit"),
      leverageHundredths: inHundredths(given.leverage),
      ...latenciesOf(given),
      // Several that all looked at the same instant would trade as one.
      firstWakeUs: Math.floor(intervalUs * stream.next()),
    };
  },
};
