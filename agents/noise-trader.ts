/**
 * Noise trader: market orders at Poisson times with power-law sizes, on either side.
 * The side leans towards the index when the venue trades away from it, and towards
 * closing when its position has grown to its limit.
 */
import { z } from "zod";
import {
  type Agent,
  BUY,
  type Desk,
  exponential,
  InputError,
  type Instrument,
  type MarketView,
  type Message,
  parseDuration,
  powerLaw,
  type RandomState,
  type RandomStream,
  SELL,
} from "../sim/index.ts";
import type { AgentDefinition } from "./definition.ts";
import { common, duration, inQuanta, lotsFor, money, number, startOf } from "./fields.ts";
import { type PositionState, PositionTracker } from "./position-tracker.ts";

const parameters = z.object({
  ...common({ deposit: "500000", leverage: "5", latency: "50ms" }),
  interval: duration("20s").describe("mean time between two orders"),
  leastSize: money("500").describe("smallest order, settlement asset"),
  mostSize: money("50000").describe("largest order, settlement asset"),
  exponent: number(1.5, 0.1, 10).describe("power of the distribution of sizes"),
  positionLimit: money("400000").describe("value beyond which it only reduces"),
  anchor: number(50, 0, 1e6).describe("how much more often it trades towards the index, per part of price the venue is away from it"),
});

interface Settings {
  readonly meanUs: number;
  readonly leastQuanta: number;
  readonly mostQuanta: number;
  readonly exponent: number;
  readonly limitQuanta: number;
  readonly anchor: number;
}

interface NoiseState {
  readonly stream: RandomState;
  readonly position: PositionState;
}

class NoiseTrader implements Agent {
  readonly #settings: Settings;
  readonly #instrument: Instrument;
  readonly #stream: RandomStream;
  readonly #position = new PositionTracker();

  constructor(settings: Settings, instrument: Instrument, stream: RandomStream) {
    this.#settings = settings;
    this.#instrument = instrument;
    this.#stream = stream;
  }

  wake(market: MarketView, desk: Desk): void {
    const { meanUs, leastQuanta, mostQuanta, exponent } = this.#settings;
    // Always the same number of draws, so that what it sees never shifts what it draws next.
    const draw = this.#stream.next();
    const size = Math.min(mostQuanta, powerLaw(this.#stream, leastQuanta, exponent));
    const waitUs = Math.ceil(exponential(this.#stream, meanUs));
    const lots = lotsFor(size, market.indexTicks, this.#instrument);
    if (lots > 0) desk.market(draw < this.#buyProbability(market) ? BUY : SELL, lots);
    desk.wakeIn(waitUs);
  }

  receive(message: Message): void {
    this.#position.receive(message);
  }

  state(): NoiseState {
    return { stream: this.#stream.state(), position: this.#position.state() };
  }

  restore({ stream, position }: NoiseState): void {
    this.#stream.restore(stream);
    this.#position.restore(position);
  }

  #buyProbability(market: MarketView): number {
    const { limitQuanta, anchor } = this.#settings;
    const limitLots = lotsFor(limitQuanta, market.indexTicks, this.#instrument);
    if (this.#position.lots >= limitLots) return 0;
    if (this.#position.lots <= -limitLots) return 1;
    const { bidTicks, askTicks, indexTicks } = market;
    if (bidTicks === 0 || askTicks === 0) return 0.5;
    const discount = (indexTicks - (bidTicks + askTicks) / 2) / indexTicks;
    return Math.max(0, Math.min(1, 0.5 + anchor * discount));
  }
}

export const noiseTrader: AgentDefinition<typeof parameters> = {
  kind: "noise-trader",
  summary:
    "Market orders of either side at Poisson times with power-law sizes. The side leans towards the index when the venue trades away from it, and towards closing at the limit.",
  source:
    "Black (1986), *Noise*, Journal of Finance 41; sizes by the power law of Gopikrishnan, Plerou, Gabaix and Stanley (2000), *Statistical properties of share volume traded in financial markets*, Physical Review E 62: cumulative exponent 1.5.",
  parameters,
  make(given, { instrument, asset, stream }) {
    const meanUs = parseDuration(given.interval, "interval");
    const settings = {
      meanUs,
      leastQuanta: inQuanta(given.leastSize, asset, "agents: noise-trader: leastSize"),
      mostQuanta: inQuanta(given.mostSize, asset, "agents: noise-trader: mostSize"),
      exponent: given.exponent,
      limitQuanta: inQuanta(given.positionLimit, asset, "agents: noise-trader: positionLimit"),
      anchor: given.anchor,
    };
    if (settings.leastQuanta > settings.mostQuanta) {
      throw new InputError("agents: noise-trader: leastSize", `expected at most mostSize, ${given.mostSize}, got ${given.leastSize}`);
    }
    return {
      agent: new NoiseTrader(settings, instrument, stream),
      ...startOf("noise-trader", given, asset),
      firstWakeUs: Math.ceil(exponential(stream, meanUs)),
    };
  },
};
