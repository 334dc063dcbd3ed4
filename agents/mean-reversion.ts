/**
 * Mean reversion: bets that what the venue trades at comes back to its moving average. It
 * sells when the price is far above it, measured in its own deviations, and buys when far below;
 * closes when the price is back near; and stops when it has gone much further, until it is back.
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
  memory: duration("10m").describe(
    "half-life of the average and of the deviation around it; it trades from so long after its first look on",
  ),
  entry: number(2, 0, 100).describe("deviations from the average at which it opens"),
  exit: number(0.5, 0, 100).describe("deviations from the average within which it closes"),
  stop: number(5, 0, 1000).describe("deviations at which it gives up and closes, until the price is back within exit"),
  leastDeviation: number(0.0003, 1e-9, 1).describe("what counts as a deviation at least, part of price"),
  size: money("50000").describe("value of an order at most, settlement asset"),
  position: money("250000").describe("value of the position that it opens, settlement asset"),
});

interface Settings extends Pick<z.output<typeof parameters>, "entry" | "exit" | "stop" | "leastDeviation"> {
  readonly intervalUs: number;
  readonly memoryUs: number;
  readonly sizeQuanta: number;
  readonly positionQuanta: number;
}

interface ReversionState {
  readonly own: OwnAccountState;
  readonly average: MovingAverageState;
  readonly targetLots: number;
  readonly isStopped: boolean;
}

class MeanReversion implements Agent {
  readonly #settings: Settings;
  readonly #instrument: Instrument;
  readonly #own = new OwnAccount();
  readonly #average: MovingAverage;
  #targetLots = 0;
  /** It gave up, and waits until the price is back. */
  #isStopped = false;

  constructor(settings: Settings, instrument: Instrument) {
    this.#settings = settings;
    this.#instrument = instrument;
    this.#average = new MovingAverage(settings.memoryUs);
  }

  wake(market: MarketView, desk: Desk): void {
    const priceTicks = tradedTicks(market);
    if (priceTicks > 0) {
      // By the average before this price, which would hide part of what it tells.
      if (this.#average.ageUs >= this.#settings.memoryUs) this.#trade(priceTicks, desk);
      this.#average.see(priceTicks, market.timeUs);
    }
    desk.wakeIn(this.#settings.intervalUs);
  }

  receive(message: Message): void {
    this.#own.receive(message);
    // What was taken from it is a loss taken: it does not open the same bet again at once.
    if (message.kind === "liquidated" || message.kind === "deleveraged" || message.kind === "reduced") {
      this.#targetLots = 0;
      this.#isStopped = true;
    }
  }

  state(): ReversionState {
    return { own: this.#own.state(), average: this.#average.state(), targetLots: this.#targetLots, isStopped: this.#isStopped };
  }

  restore({ own, average, targetLots, isStopped }: ReversionState): void {
    this.#own.restore(own);
    this.#average.restore(average);
    this.#targetLots = targetLots;
    this.#isStopped = isStopped;
  }

  #trade(priceTicks: number, desk: Desk): void {
    const { entry, exit, stop, leastDeviation, sizeQuanta, positionQuanta } = this.#settings;
    const { mean, deviation } = this.#average;
    const away = (priceTicks - mean) / Math.max(deviation, leastDeviation * mean);
    const distance = Math.abs(away);
    if (distance <= exit) {
      this.#targetLots = 0;
      this.#isStopped = false;
    } else if (this.#targetLots !== 0 && (distance >= stop || away > 0 === this.#targetLots > 0)) {
      // Too far, or on the other side of the average already.
      this.#isStopped = distance >= stop;
      this.#targetLots = 0;
    } else if (this.#targetLots === 0 && !this.#isStopped && distance >= entry && distance < stop) {
      const lots = lotsFor(positionQuanta, priceTicks, this.#instrument);
      this.#targetLots = away > 0 ? -lots : lots;
    }
    this.#own.towards(this.#targetLots, lotsFor(sizeQuanta, priceTicks, this.#instrument), desk);
  }
}

export const meanReversion: AgentDefinition<typeof parameters> = {
  kind: "mean-reversion",
  summary:
    "Sells what trades far above its moving average and buys what trades far below, in deviations around it; closes near the average, and gives up when the price has gone much further. After a liquidation or auto-deleveraging it waits until the price is back.",
  source:
    "Poterba and Summers (1988), *Mean reversion in stock prices*, Journal of Financial Economics 22; entry and exit by a score as in Avellaneda and Lee (2010), *Statistical arbitrage in the US equities market*, Quantitative Finance 10.",
  parameters,
  make(given, { instrument, asset, stream }) {
    if (!(given.exit < given.entry && given.entry < given.stop)) {
      throw new InputError(
        "agents: mean-reversion: entry",
        `expected more than exit, ${given.exit}, and less than stop, ${given.stop}, got ${given.entry}`,
      );
    }
    const intervalUs = parseDuration(given.interval, "interval");
    const settings = {
      ...given,
      intervalUs,
      memoryUs: parseDuration(given.memory, "memory"),
      sizeQuanta: inQuanta(given.size, asset, "agents: mean-reversion: size"),
      positionQuanta: inQuanta(given.position, asset, "agents: mean-reversion: position"),
    };
    return {
      agent: new MeanReversion(settings, instrument),
      ...startOf("mean-reversion", given, asset),
      firstWakeUs: Math.floor(intervalUs * stream.next()),
    };
  },
};
