/**
 * Market maker: quotes a ladder of limit orders around the index and leans it against
 * its inventory, as in the linear approximation of Avellaneda and Stoikov (2008). In
 * stress, measured as the index's recent movement, it widens and shows less. In a drought it
 * shows the part of its size that is left, and stands up to twice as far apart.
 */
import { z } from "zod";
import {
  type Agent,
  type Desk,
  type Drought,
  depthAt,
  type Instrument,
  type MarketView,
  type Message,
  parseDuration,
} from "../sim/index.ts";
import type { AgentDefinition } from "./definition.ts";
import { common, duration, inQuanta, lotsFor, money, number, startOf, whole } from "./fields.ts";
import { ladder } from "./ladder.ts";
import type { Quotes } from "./open-orders.ts";
import { OwnAccount, type OwnAccountState } from "./own-account.ts";

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
  readonly own: OwnAccountState;
  readonly indexTicks: number;
  readonly seenUs: number;
  readonly recentMove: number;
}

class MarketMaker implements Agent {
  readonly #settings: Settings;
  readonly #instrument: Instrument;
  readonly #droughts: readonly Drought[];
  readonly #own = new OwnAccount();
  #indexTicks = 0;
  #seenUs = 0;
  /** Movement of the index, part of price, forgotten over a minute. */
  #recentMove = 0;

  constructor(settings: Settings, instrument: Instrument, droughts: readonly Drought[]) {
    this.#settings = settings;
    this.#instrument = instrument;
    this.#droughts = droughts;
  }

  wake(market: MarketView, desk: Desk): void {
    this.#feel(market);
    this.#own.orders.replace(this.#ladder(market), desk);
    desk.wakeIn(this.#settings.intervalUs);
  }

  receive(message: Message): void {
    this.#own.receive(message);
  }

  state(): MakerState {
    return { own: this.#own.state(), indexTicks: this.#indexTicks, seenUs: this.#seenUs, recentMove: this.#recentMove };
  }

  restore({ own, indexTicks, seenUs, recentMove }: MakerState): void {
    this.#own.restore(own);
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
  #ladder(market: MarketView): Quotes {
    const { levels, halfSpread, spacing, sizeQuanta, limitQuanta, lean, stressMove } = this.#settings;
    const { indexTicks } = market;
    const { lots: held } = this.#own.position;
    const depth = depthAt(this.#droughts, market.timeUs);
    const stress = Math.abs(this.#recentMove) / stressMove;
    const limitLots = Math.max(1, lotsFor(limitQuanta, indexTicks, this.#instrument));
    const fullness = Math.max(-1, Math.min(1, held / limitLots));
    const centre = indexTicks * (1 - lean * fullness);
    const lots = lotsFor((depth * sizeQuanta) / (1 + stress), indexTicks, this.#instrument);
    return ladder({
      ...{ levels, lots, heldLots: held, limitLots },
      distanceOf: (level) => (halfSpread + spacing * level) * (1 + stress) * (2 - depth),
      priceAt: (distance) => centre * (1 + distance),
    });
  }
}

export const marketMaker: AgentDefinition<typeof parameters> = {
  kind: "market-maker",
  summary:
    "Quotes a ladder around the index and leans it against its inventory. It widens and shows less as the index moves, and in a drought shows the part that is left, up to twice as far apart.",
  source: "The linear approximation of Avellaneda and Stoikov (2008); for their quotes themselves see `avellaneda-stoikov`.",
  parameters,
  make(given, { instrument, asset, stream, droughts }) {
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
      agent: new MarketMaker(settings, instrument, droughts),
      ...startOf("market-maker", given, asset),
      // Makers that all looked at the same instant would quote as one.
      firstWakeUs: Math.floor(intervalUs * stream.next()),
    };
  },
};
