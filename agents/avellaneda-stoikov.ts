/**
 * Market maker with the quotes of Avellaneda and Stoikov (2008), in parts of price: around
 * the reservation price r = s (1 − q γ σ² τ), at half the optimal spread,
 * γ σ² τ ÷ 2 + ln(1 + γ ÷ k) ÷ γ. Inventory q counts in orders of its size, the volatility σ is
 * what it has seen, and the time τ to the end of trading, which a perpetual does not have, is a
 * constant horizon. In stress, measured by σ, it withdraws depth, and brings it back after it.
 */
import ln from "@stdlib/math-base-special-ln";
import { z } from "zod";
import {
  type Agent,
  type Desk,
  type Drought,
  depthAt,
  InputError,
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
import { Volatility, type VolatilityState } from "./volatility.ts";

const parameters = z.object({
  ...common({ deposit: "3000000", leverage: "5", latency: "5ms" }),
  interval: duration("2s").describe("time between two looks at the market"),
  riskAversion: number(100, 1e-6, 1e9).describe(
    "γ, for one order of its size and a part of price: inventory of q orders moves the centre by q γ σ² of the horizon",
  ),
  arrivalDecay: number(5000, 1e-3, 1e9).describe(
    "k: orders reach a distance from the centre e^(−k × distance) as often as the centre, distance part of price",
  ),
  horizon: duration("60s").describe("τ: how far ahead it fears for its inventory"),
  volatilityHalfLife: duration("60s").describe("half-life of what it has seen of volatility"),
  volatility: number(0.0008, 0, 1).describe("volatility that it assumes at first: standard deviation of a minute, part of price"),
  levels: whole(6, 1, 50).describe("orders on each side"),
  spacing: number(0.0006, 0, 0.5).describe("distance between two levels, part of price"),
  size: money("60000").describe("value of each order, settlement asset"),
  inventoryLimit: money("4000000").describe("value beyond which it stops quoting the side that adds to its inventory"),
  stressFrom: number(0.0015, 0, 1).describe("volatility of a minute from which it withdraws depth, part of price"),
  stressFull: number(0.005, 0, 1).describe("volatility of a minute at which it has withdrawn as far as it will, part of price"),
  stressDepth: number(0.1, 0, 1).describe("part of its size that it shows then"),
});

type Parameters = z.output<typeof parameters>;

interface Settings
  extends Pick<
    Parameters,
    "riskAversion" | "arrivalDecay" | "volatility" | "levels" | "spacing" | "stressFrom" | "stressFull" | "stressDepth"
  > {
  readonly intervalUs: number;
  readonly horizonMinutes: number;
  readonly halfLifeUs: number;
  readonly sizeQuanta: number;
  readonly limitQuanta: number;
}

interface MakerState {
  readonly own: OwnAccountState;
  readonly volatility: VolatilityState;
}

const MINUTE_US = 60_000_000;

class AvellanedaStoikov implements Agent {
  readonly #settings: Settings;
  readonly #instrument: Instrument;
  readonly #droughts: readonly Drought[];
  readonly #own = new OwnAccount();
  readonly #volatility: Volatility;

  constructor(settings: Settings, instrument: Instrument, droughts: readonly Drought[]) {
    this.#settings = settings;
    this.#instrument = instrument;
    this.#droughts = droughts;
    this.#volatility = new Volatility(settings.halfLifeUs, settings.volatility);
  }

  wake(market: MarketView, desk: Desk): void {
    const { indexTicks, timeUs } = market;
    if (indexTicks > 0) {
      this.#volatility.see(indexTicks, timeUs);
      this.#own.orders.replace(this.#ladder(indexTicks, depthAt(this.#droughts, timeUs)), desk);
    }
    desk.wakeIn(this.#settings.intervalUs);
  }

  receive(message: Message): void {
    this.#own.receive(message);
  }

  state(): MakerState {
    return { own: this.#own.state(), volatility: this.#volatility.state() };
  }

  restore({ own, volatility }: MakerState): void {
    this.#own.restore(own);
    this.#volatility.restore(volatility);
  }

  /** Lots by side and price, nearest first. */
  #ladder(indexTicks: number, depth: number): Quotes {
    const { riskAversion, arrivalDecay, horizonMinutes, levels, spacing, sizeQuanta, limitQuanta } = this.#settings;
    const lots = lotsFor(depth * this.#stressDepth() * sizeQuanta, indexTicks, this.#instrument);
    const { lots: held } = this.#own.position;
    const limitLots = lotsFor(limitQuanta, indexTicks, this.#instrument);
    const inventory = held / Math.max(1, lotsFor(sizeQuanta, indexTicks, this.#instrument));
    const risk = riskAversion * this.#volatility.varianceOfMinute * horizonMinutes;
    const centre = indexTicks * (1 - Math.max(-1, Math.min(1, inventory * risk)));
    const half = risk / 2 + ln(1 + riskAversion / arrivalDecay) / riskAversion;
    return ladder({
      ...{ levels, lots, heldLots: held, limitLots },
      distanceOf: (level) => (half + spacing * level) * (2 - depth),
      priceAt: (distance) => centre + indexTicks * distance,
    });
  }

  /** Part of its size that volatility leaves. */
  #stressDepth(): number {
    const { stressFrom, stressFull, stressDepth } = this.#settings;
    const beyond = this.#volatility.ofMinute - stressFrom;
    if (beyond <= 0) return 1;
    return stressDepth + (1 - stressDepth) * (1 - Math.min(1, beyond / (stressFull - stressFrom)));
  }
}

export const avellanedaStoikov: AgentDefinition<typeof parameters> = {
  kind: "avellaneda-stoikov",
  summary:
    "Quotes around a reservation price that leans against its inventory by risk aversion and the variance it has seen, at half of the optimal spread, which widens with volatility. Beyond a volatility it withdraws depth and brings it back as volatility falls. In a drought it shows the part that is left, up to twice as far apart.",
  source:
    "Avellaneda and Stoikov (2008), *High-frequency trading in a limit order book*, Quantitative Finance 8: reservation price and optimal spread in parts of price, with a constant horizon instead of an end of trading.",
  parameters,
  make(given, { instrument, asset, stream, droughts }) {
    if (given.stressFull <= given.stressFrom) {
      throw new InputError(
        "agents: avellaneda-stoikov: stressFull",
        `expected more than stressFrom, ${given.stressFrom}, got ${given.stressFull}`,
      );
    }
    const intervalUs = parseDuration(given.interval, "interval");
    const settings = {
      ...given,
      intervalUs,
      horizonMinutes: parseDuration(given.horizon, "horizon") / MINUTE_US,
      halfLifeUs: parseDuration(given.volatilityHalfLife, "volatilityHalfLife"),
      sizeQuanta: inQuanta(given.size, asset, "agents: avellaneda-stoikov: size"),
      limitQuanta: inQuanta(given.inventoryLimit, asset, "agents: avellaneda-stoikov: inventoryLimit"),
    };
    return {
      agent: new AvellanedaStoikov(settings, instrument, droughts),
      ...startOf("avellaneda-stoikov", given, asset),
      // Makers that all looked at the same instant would quote as one.
      firstWakeUs: Math.floor(intervalUs * stream.next()),
    };
  },
};
