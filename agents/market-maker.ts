/**
 * Market maker: quotes a ladder of limit orders around the index and leans it against
 * its inventory, as in the linear approximation of Avellaneda and Stoikov (2008). In
 * stress, measured as the index's recent movement, it widens and shows less.
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
import { common, duration, inHundredths, inQuanta, latenciesOf, lotsFor, money, number, whole } from "./fields.ts";

const parameters = z.object({
  ...common({ deposit: "3000000", leverage: "5", latency: "5ms" }),
  interval: duration("2s").describe("time between two looks at the market"),
  levels: whole(6, 1, 50).describe("orders on each side"),
  halfSpread: number(0.0002, 0, 0.5).describe("distance of the best quote from its centre, part of price"),
  spacing: number(0.0006, 0, 0.5).describe("distance between two levels, part of price"),
  size: money("60000").describe("value of each order, settlement asset"),
  inventoryLimit: money("4000000").describe("value beyond which it stops quoting the side that adds to its inventory"),
  lean: number(0.012, 0, 0.5).describe("how far the centre moves against a full inventory, part of price"),
  stressMove: number(0.002, 1e-6, 1).describe("movement of the index in a minute at which spread doubles and size halves, part of price"),
});

/** How long a movement counts as recent, microseconds. */
const STRESS_MEMORY_US = 60_000_000;

interface Quote {
  readonly side: Side;
  readonly priceTicks: number;
  /** Lots still open as far as it knows. */
  lots: number;
}

interface Settings {
  readonly intervalUs: number;
  readonly levels: number;
  readonly halfSpread: number;
  readonly spacing: number;
  readonly sizeQuanta: number;
  readonly limitQuanta: number;
  readonly lean: number;
  readonly stressMove: number;
}

interface MakerState {
  /** Side, price and lots of each order, in the order in which they were sent. */
  readonly quotes: readonly (readonly [order: number, side: Side, priceTicks: number, lots: number])[];
  readonly positionLots: number;
  readonly indexTicks: number;
  readonly seenUs: number;
  readonly recentMove: number;
}

class MarketMaker implements Agent {
  readonly #settings: Settings;
  readonly #instrument: Instrument;
  readonly #quotes = new Map<number, Quote>();
  #positionLots = 0;
  #indexTicks = 0;
  #seenUs = 0;
  /** Movement of the index, part of price, forgotten over a minute. */
  #recentMove = 0;

  constructor(settings: Settings, instrument: Instrument) {
    this.#settings = settings;
    this.#instrument = instrument;
  }

  wake(market: MarketView, desk: Desk): void {
    this.#feel(market);
    const wanted = this.#ladder(market);
    for (const [order, quote] of this.#quotes) {
      const key = `${quote.side}/${quote.priceTicks}`;
      if (wanted.get(key) === quote.lots) wanted.delete(key);
      else {
        desk.cancel(order);
        this.#quotes.delete(order);
      }
    }
    for (const [key, lots] of wanted) {
      const [side, priceTicks] = key.split("/").map(Number) as [Side, number];
      this.#quotes.set(desk.limit(side, priceTicks, lots), { side, priceTicks, lots });
    }
    desk.wakeIn(this.#settings.intervalUs);
  }

  receive(message: Message): void {
    switch (message.kind) {
      case "filled": {
        this.#positionLots += message.lots;
        const quote = this.#quotes.get(message.order);
        if (quote === undefined) return;
        quote.lots -= Math.abs(message.lots);
        if (quote.lots <= 0) this.#quotes.delete(message.order);
        return;
      }
      case "reduced":
      case "deleveraged":
        this.#positionLots += message.lots;
        return;
      case "liquidated":
        this.#positionLots = 0;
        return;
      default:
        this.#quotes.delete(message.order);
    }
  }

  state(): MakerState {
    const [positionLots, indexTicks, seenUs, recentMove] = [this.#positionLots, this.#indexTicks, this.#seenUs, this.#recentMove];
    const quotes = [...this.#quotes].map(([order, { side, priceTicks, lots }]) => [order, side, priceTicks, lots] as const);
    return { quotes, positionLots, indexTicks, seenUs, recentMove };
  }

  restore({ quotes, positionLots, indexTicks, seenUs, recentMove }: MakerState): void {
    for (const [order, side, priceTicks, lots] of quotes) this.#quotes.set(order, { side, priceTicks, lots });
    this.#positionLots = positionLots;
    this.#indexTicks = indexTicks;
    this.#seenUs = seenUs;
    this.#recentMove = recentMove;
  }

  #feel(market: MarketView): void {
    if (this.#indexTicks !== 0) {
      const elapsedUs = market.timeUs - this.#seenUs;
      const kept = STRESS_MEMORY_US / (STRESS_MEMORY_US + elapsedUs);
      this.#recentMove = kept * (this.#recentMove + (market.indexTicks - this.#indexTicks) / this.#indexTicks);
    }
    this.#indexTicks = market.indexTicks;
    this.#seenUs = market.timeUs;
  }

  /** Lots by side and price, nearest first. */
  #ladder(market: MarketView): Map<string, number> {
    const { levels, halfSpread, spacing, sizeQuanta, limitQuanta, lean, stressMove } = this.#settings;
    const { indexTicks } = market;
    const stress = Math.abs(this.#recentMove) / stressMove;
    const limitLots = Math.max(1, lotsFor(limitQuanta, indexTicks, this.#instrument));
    const fullness = Math.max(-1, Math.min(1, this.#positionLots / limitLots));
    const centre = indexTicks * (1 - lean * fullness);
    const lots = lotsFor(sizeQuanta / (1 + stress), indexTicks, this.#instrument);
    const wanted = new Map<string, number>();
    if (lots < 1) return wanted;
    for (let level = 0; level < levels; level++) {
      const distance = (halfSpread + spacing * level) * (1 + stress);
      const room = lots * (level + 1);
      const buyTicks = Math.max(1, Math.floor(centre * (1 - distance)));
      const sellTicks = Math.max(buyTicks + 1, Math.ceil(centre * (1 + distance)));
      if (this.#positionLots + room <= limitLots) add(wanted, `${BUY}/${buyTicks}`, lots);
      if (-this.#positionLots + room <= limitLots) add(wanted, `${SELL}/${sellTicks}`, lots);
    }
    return wanted;
  }
}

function add(wanted: Map<string, number>, key: string, lots: number): void {
  wanted.set(key, (wanted.get(key) ?? 0) + lots);
}

export const marketMaker: AgentDefinition<typeof parameters> = {
  kind: "market-maker",
  parameters,
  make(given, { instrument, asset, stream }) {
    const intervalUs = parseDuration(given.interval, "interval");
    const settings = {
      intervalUs,
      levels: given.levels,
      halfSpread: given.halfSpread,
      spacing: given.spacing,
      sizeQuanta: inQuanta(given.size, asset, "agents: market-maker: size"),
      limitQuanta: inQuanta(given.inventoryLimit, asset, "agents: market-maker: inventoryLimit"),
      lean: given.lean,
      stressMove: given.stressMove,
    };
    return {
      agent: new MarketMaker(settings, instrument),
      depositQuanta: inQuanta(given.deposit, asset, "agents: market-maker: deposit"),
      leverageHundredths: inHundredths(given.leverage),
      ...latenciesOf(given),
      // Makers that all looked at the same instant would quote as one.
      firstWakeUs: Math.floor(intervalUs * stream.next()),
    };
  },
};
