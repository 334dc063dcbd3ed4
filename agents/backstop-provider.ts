/**
 * Backstop provider: rests orders on both sides far from the index, in calm and in stress.
 * A side that traded is filled up only after a time without trades; what it has taken it
 * brings out by resting orders near the index once nothing has traded for that time.
 */
import { z } from "zod";
import {
  type Agent,
  BUY,
  type Desk,
  InputError,
  type Instrument,
  type MarketView,
  type Message,
  parseDuration,
  SELL,
} from "../sim/index.ts";
import type { AgentDefinition } from "./definition.ts";
import { common, duration, inQuanta, lotsFor, money, number, startOf, whole } from "./fields.ts";
import { addQuote, OpenOrders, type OpenOrdersState, type Quotes } from "./open-orders.ts";
import { type PositionState, PositionTracker } from "./position-tracker.ts";

const parameters = z.object({
  ...common({ deposit: "10000000", leverage: "3", latency: "20ms" }),
  interval: duration("5s").describe("time between two looks at the market"),
  nearest: number(0.02, 0, 0.99).describe("distance of its nearest orders from the index, part of price"),
  furthest: number(0.1, 0, 0.99).describe("distance of its furthest orders from the index, part of price"),
  levels: whole(5, 1, 50).describe("orders on each side"),
  size: money("500000").describe("value of each order, settlement asset"),
  capital: money("10000000").describe("value of its position at most, settlement asset"),
  requote: number(0.005, 0, 0.5).describe("movement of the index after which it moves its orders, part of price"),
  coolDown: duration("60s").describe("time without trades after which it fills up a side that traded, and brings out what it took"),
  unwindDistance: number(0.001, 0, 0.5).describe("distance from the index at which it offers what it took, part of price"),
});

interface Settings extends Pick<z.output<typeof parameters>, "nearest" | "furthest" | "levels" | "requote" | "unwindDistance"> {
  readonly intervalUs: number;
  readonly sizeQuanta: number;
  readonly capitalQuanta: number;
  readonly coolDownUs: number;
}

interface BackstopState {
  readonly position: PositionState;
  readonly deep: OpenOrdersState;
  readonly unwinding: OpenOrdersState;
  readonly centreTicks: number;
  readonly hasTraded: readonly [bought: boolean, sold: boolean];
  readonly coolUntilUs: readonly [buying: number, selling: number];
}

const SIDES = [BUY, SELL] as const;

class BackstopProvider implements Agent {
  readonly #settings: Settings;
  readonly #instrument: Instrument;
  readonly #position = new PositionTracker();
  readonly #deep = new OpenOrders();
  readonly #unwinding = new OpenOrders();
  /** Index around which its deep orders stand; 0 before any do. */
  #centreTicks = 0;
  /** Whether deep orders of a side have traded since its last look: messages have no time. */
  #hasTraded: [boolean, boolean] = [false, false];
  #coolUntilUs: [number, number] = [0, 0];

  constructor(settings: Settings, instrument: Instrument) {
    this.#settings = settings;
    this.#instrument = instrument;
  }

  wake(market: MarketView, desk: Desk): void {
    const { intervalUs, requote, coolDownUs } = this.#settings;
    const { indexTicks, timeUs } = market;
    this.#hasTraded.forEach((traded, place) => {
      if (traded) this.#coolUntilUs[place] = timeUs + coolDownUs;
    });
    this.#hasTraded = [false, false];
    if (indexTicks > 0) {
      if (Math.abs(indexTicks - this.#centreTicks) > requote * this.#centreTicks || this.#centreTicks === 0) this.#centreTicks = indexTicks;
      this.#deep.replace(this.#ladder(timeUs), desk);
      const isCalm = this.#coolUntilUs.every((untilUs) => timeUs >= untilUs);
      this.#unwinding.replace(isCalm ? this.#offer(indexTicks) : new Map(), desk, { reduceOnly: true });
    }
    desk.wakeIn(intervalUs);
  }

  receive(message: Message): void {
    const isDeep = this.#deep.receive(message);
    if (!isDeep) this.#unwinding.receive(message);
    const lots = this.#position.receive(message);
    if (message.kind === "filled" && isDeep) this.#hasTraded[lots > 0 ? 0 : 1] = true;
    // Taken over or deleveraged it stays away for a while too.
    else if (message.kind !== "filled" && lots !== 0) this.#hasTraded = [true, true];
  }

  state(): BackstopState {
    return {
      position: this.#position.state(),
      deep: this.#deep.state(),
      unwinding: this.#unwinding.state(),
      centreTicks: this.#centreTicks,
      hasTraded: [...this.#hasTraded],
      coolUntilUs: [...this.#coolUntilUs],
    };
  }

  restore({ position, deep, unwinding, centreTicks, hasTraded, coolUntilUs }: BackstopState): void {
    this.#position.restore(position);
    this.#deep.restore(deep);
    this.#unwinding.restore(unwinding);
    this.#centreTicks = centreTicks;
    this.#hasTraded = [...hasTraded];
    this.#coolUntilUs = [...coolUntilUs];
  }

  /** Lots by side and price, nearest first. A side that cools down keeps what still stands far enough, and is given nothing new. */
  #ladder(timeUs: number): Quotes {
    const { nearest, furthest, levels, sizeQuanta, capitalQuanta } = this.#settings;
    const wanted: Quotes = new Map();
    const centre = this.#centreTicks;
    const lots = lotsFor(sizeQuanta, centre, this.#instrument);
    const capital = lotsFor(capitalQuanta, centre, this.#instrument);
    SIDES.forEach((side, place) => {
      if (timeUs < (this.#coolUntilUs[place] as number)) {
        for (const { priceTicks, lots: rest } of this.#deep.on(side)) {
          if (Math.abs(priceTicks / centre - 1) >= nearest) addQuote(wanted, side, priceTicks, rest);
        }
        return;
      }
      const held = side === BUY ? this.#position.lots : -this.#position.lots;
      for (let level = 0; level < levels; level++) {
        const distance = levels === 1 ? nearest : nearest + ((furthest - nearest) * level) / (levels - 1);
        const priceTicks = side === BUY ? Math.max(1, Math.floor(centre * (1 - distance))) : Math.ceil(centre * (1 + distance)) + 1;
        if (lots > 0 && held + lots * (level + 1) <= capital) addQuote(wanted, side, priceTicks, lots);
      }
    });
    return wanted;
  }

  /** A part of what it holds, near the index. */
  #offer(indexTicks: number): Quotes {
    const { unwindDistance, sizeQuanta } = this.#settings;
    const offer: Quotes = new Map();
    const held = this.#position.lots;
    const lots = Math.min(Math.abs(held), Math.max(1, lotsFor(sizeQuanta, indexTicks, this.#instrument)));
    if (held > 0) addQuote(offer, SELL, Math.ceil(indexTicks * (1 + unwindDistance)), lots);
    else if (held < 0) addQuote(offer, BUY, Math.max(1, Math.floor(indexTicks * (1 - unwindDistance))), lots);
    return offer;
  }
}

export const backstopProvider: AgentDefinition<typeof parameters> = {
  kind: "backstop-provider",
  summary:
    "Rests orders of equal size on both sides, some per cent from the index, in calm, stress and droughts alike, and moves them only when the index has moved. A side that traded is not filled up before nothing has traded there for a while; what it took it then offers near the index, in reduce-only orders that rest. Liquidated or deleveraged it adds nothing for as long.",
  source:
    "Weill (2007), *Leaning against the wind*, Review of Economic Studies 74: a liquidity provider of last resort buys late and sells out passively after a crash; vaults that venues run for it, such as HLP of Hyperliquid (docs, *Protocol vaults*).",
  parameters,
  make(given, { instrument, asset, stream }) {
    if (given.furthest < given.nearest) {
      throw new InputError("agents: backstop-provider: furthest", `expected at least nearest, ${given.nearest}, got ${given.furthest}`);
    }
    const intervalUs = parseDuration(given.interval, "interval");
    const settings = {
      ...given,
      intervalUs,
      sizeQuanta: inQuanta(given.size, asset, "agents: backstop-provider: size"),
      capitalQuanta: inQuanta(given.capital, asset, "agents: backstop-provider: capital"),
      coolDownUs: parseDuration(given.coolDown, "coolDown"),
    };
    return {
      agent: new BackstopProvider(settings, instrument),
      ...startOf("backstop-provider", given, asset),
      firstWakeUs: Math.floor(intervalUs * stream.next()),
    };
  },
};
