/**
 * Trend follower: compares a fast and a slow moving average of what the venue trades at. A
 * difference beyond a threshold opens a position in its direction, as large as the signal is
 * strong; it is closed when the signal has faded or turned.
 */
import { z } from "zod";
import { type Agent, type Desk, InputError, type Instrument, type MarketView, type Message, parseDuration } from "../sim/index.ts";
import type { AgentDefinition } from "./definition.ts";
import { common, duration, inQuanta, lotsFor, money, number, startOf } from "./fields.ts";
import { MovingAverage, type MovingAverageState } from "./moving-average.ts";
import { OwnAccount, type OwnAccountState } from "./own-account.ts";
import { tradedTicks } from "./prices.ts";

const parameters = z.object({
  ...common({ deposit: "1000000", leverage: "5", latency: "20ms" }),
  interval: duration("5s").describe("time between two looks at the market"),
  fast: duration("30s").describe("half-life of the fast average"),
  slow: duration("5m").describe("half-life of the slow average; it trades from so long after its first look on"),
  entry: number(0.001, 0, 1).describe("distance of the fast average from the slow one at which it opens, part of price"),
  full: number(0.005, 1e-9, 1).describe("distance at which its position is as large as it gets, part of price"),
  exit: number(0.0003, 0, 1).describe("distance below which it closes, part of price"),
  size: money("50000").describe("value of an order at most, settlement asset"),
  positionLimit: money("500000").describe("value of its largest position, settlement asset"),
  rebalance: number(0.1, 0, 1).describe("difference from the position that it wants which it leaves alone, part of positionLimit"),
});

interface Settings extends Pick<z.output<typeof parameters>, "entry" | "full" | "exit" | "rebalance"> {
  readonly intervalUs: number;
  readonly fastUs: number;
  readonly slowUs: number;
  readonly sizeQuanta: number;
  readonly limitQuanta: number;
}

interface MomentumState {
  readonly own: OwnAccountState;
  readonly fast: MovingAverageState;
  readonly slow: MovingAverageState;
  readonly direction: number;
}

class Momentum implements Agent {
  readonly #settings: Settings;
  readonly #instrument: Instrument;
  readonly #own = new OwnAccount();
  readonly #fast: MovingAverage;
  readonly #slow: MovingAverage;
  /** Of the trend that it follows: 1 up, −1 down, 0 for none. */
  #direction = 0;

  constructor(settings: Settings, instrument: Instrument) {
    this.#settings = settings;
    this.#instrument = instrument;
    this.#fast = new MovingAverage(settings.fastUs);
    this.#slow = new MovingAverage(settings.slowUs);
  }

  wake(market: MarketView, desk: Desk): void {
    const priceTicks = tradedTicks(market);
    if (priceTicks > 0) {
      this.#fast.see(priceTicks, market.timeUs);
      this.#slow.see(priceTicks, market.timeUs);
      if (this.#slow.ageUs >= this.#settings.slowUs) this.#trade(priceTicks, desk);
    }
    desk.wakeIn(this.#settings.intervalUs);
  }

  receive(message: Message): void {
    this.#own.receive(message);
  }

  state(): MomentumState {
    return { own: this.#own.state(), fast: this.#fast.state(), slow: this.#slow.state(), direction: this.#direction };
  }

  restore({ own, fast, slow, direction }: MomentumState): void {
    this.#own.restore(own);
    this.#fast.restore(fast);
    this.#slow.restore(slow);
    this.#direction = direction;
  }

  #trade(priceTicks: number, desk: Desk): void {
    const { entry, full, exit, rebalance, sizeQuanta, limitQuanta } = this.#settings;
    const signal = this.#fast.mean / this.#slow.mean - 1;
    if (this.#direction !== 0 && signal * this.#direction < exit) this.#direction = 0;
    if (this.#direction === 0 && Math.abs(signal) >= entry && signal !== 0) this.#direction = signal > 0 ? 1 : -1;
    const limitLots = lotsFor(limitQuanta, priceTicks, this.#instrument);
    const target = this.#direction * Math.floor(limitLots * Math.min(1, Math.abs(signal) / full));
    const { lots } = this.#own.position;
    if (target !== 0 && lots * this.#direction > 0 && Math.abs(target - lots) < rebalance * limitLots) return;
    this.#own.towards(target, lotsFor(sizeQuanta, priceTicks, this.#instrument), desk);
  }
}

export const momentum: AgentDefinition<typeof parameters> = {
  kind: "momentum",
  summary:
    "Follows trends: a fast moving average away from a slow one opens a position in its direction, as large as the distance is, and closes it when the distance has faded. Buys what rises and sells what falls, and so carries a crash on.",
  source:
    "Moskowitz, Ooi and Pedersen (2012), *Time series momentum*, Journal of Financial Economics 104; its effect on prices: De Long, Shleifer, Summers and Waldmann (1990), *Positive feedback investment strategies and destabilizing rational speculation*, Journal of Finance 45.",
  parameters,
  make(given, { instrument, asset, stream }) {
    if (given.exit > given.entry)
      throw new InputError("agents: momentum: exit", `expected at most entry, ${given.entry}, got ${given.exit}`);
    const intervalUs = parseDuration(given.interval, "interval");
    const settings = {
      ...given,
      intervalUs,
      fastUs: parseDuration(given.fast, "fast"),
      slowUs: parseDuration(given.slow, "slow"),
      sizeQuanta: inQuanta(given.size, asset, "agents: momentum: size"),
      limitQuanta: inQuanta(given.positionLimit, asset, "agents: momentum: positionLimit"),
    };
    if (settings.fastUs >= settings.slowUs)
      throw new InputError("agents: momentum: fast", `expected less than slow, ${given.slow}, got ${given.fast}`);
    return {
      agent: new Momentum(settings, instrument),
      ...startOf("momentum", given, asset),
      firstWakeUs: Math.floor(intervalUs * stream.next()),
    };
  },
};
