/**
 * Liquidation buyer: takes what is offered far below the index, where liquidations' orders
 * rest, and what is bid far above it; holds, and closes at a profit or after some time.
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
import { common, duration, inQuanta, lotsFor, money, number, startOf } from "./fields.ts";
import { OwnAccount, type OwnAccountState } from "./own-account.ts";

const parameters = z.object({
  ...common({ deposit: "5000000", leverage: "3", latency: "5ms" }),
  interval: duration("1s").describe("time between two looks at the market"),
  discount: number(0.01, 0, 0.9).describe(
    "distance from the index beyond which it takes what is offered below or bid above, part of price",
  ),
  size: money("200000").describe("value of an order at most, settlement asset"),
  capacity: money("5000000").describe("value of its position at most, settlement asset"),
  profitTarget: number(0.008, 0, 10).describe("gain at which it closes, part of the price its position was built at"),
  holding: duration("30m").describe("time since it last took something after which it closes at whatever price"),
});

interface Settings extends Pick<z.output<typeof parameters>, "discount" | "profitTarget"> {
  readonly intervalUs: number;
  readonly sizeQuanta: number;
  readonly capacityQuanta: number;
  readonly holdingUs: number;
}

interface BuyerState {
  readonly own: OwnAccountState;
  readonly takenUs: number;
}

class LiquidationBuyer implements Agent {
  readonly #settings: Settings;
  readonly #instrument: Instrument;
  readonly #own = new OwnAccount();
  /** When it last sent an order that adds. */
  #takenUs = 0;

  constructor(settings: Settings, instrument: Instrument) {
    this.#settings = settings;
    this.#instrument = instrument;
  }

  wake(market: MarketView, desk: Desk): void {
    if (market.indexTicks > 0 && this.#own.orders.count === 0) this.#trade(market, desk);
    desk.wakeIn(this.#settings.intervalUs);
  }

  receive(message: Message): void {
    this.#own.receive(message);
  }

  state(): BuyerState {
    return { own: this.#own.state(), takenUs: this.#takenUs };
  }

  restore({ own, takenUs }: BuyerState): void {
    this.#own.restore(own);
    this.#takenUs = takenUs;
  }

  #trade({ indexTicks, bidTicks, askTicks, timeUs }: MarketView, desk: Desk): void {
    const { discount, profitTarget, holdingUs } = this.#settings;
    const { lots, entryTicks } = this.#own.position;
    const buyTicks = Math.floor(indexTicks * (1 - discount));
    const sellTicks = Math.ceil(indexTicks * (1 + discount));
    const gainTicks = lots > 0 ? Math.ceil(entryTicks * (1 + profitTarget)) : Math.floor(entryTicks * (1 - profitTarget));
    if (lots > 0 && bidTicks !== 0 && bidTicks >= gainTicks) this.#close(gainTicks, desk);
    else if (lots < 0 && askTicks !== 0 && askTicks <= gainTicks) this.#close(gainTicks, desk);
    else if (lots >= 0 && askTicks !== 0 && askTicks <= buyTicks) this.#take(BUY, buyTicks, timeUs, desk);
    else if (lots <= 0 && bidTicks !== 0 && bidTicks >= sellTicks) this.#take(SELL, sellTicks, timeUs, desk);
    else if (timeUs - this.#takenUs >= holdingUs)
      this.#own.towards(0, Math.max(1, lotsFor(this.#settings.sizeQuanta, indexTicks, this.#instrument)), desk);
  }

  /** Takes what stands at the discount or beyond. */
  #take(side: Side, limitTicks: number, timeUs: number, desk: Desk): void {
    const { sizeQuanta, capacityQuanta } = this.#settings;
    const priceTicks = Math.max(1, limitTicks);
    const room = lotsFor(capacityQuanta, priceTicks, this.#instrument) - Math.abs(this.#own.position.lots);
    const lots = Math.min(room, lotsFor(sizeQuanta, priceTicks, this.#instrument));
    if (lots <= 0) return;
    this.#own.orders.limit(desk, side, priceTicks, lots, { timeInForce: "IOC" });
    this.#takenUs = timeUs;
  }

  /** Closes with whoever pays the target or more. */
  #close(limitTicks: number, desk: Desk): void {
    const { lots } = this.#own.position;
    const options = { timeInForce: "IOC", reduceOnly: true } as const;
    this.#own.orders.limit(desk, lots > 0 ? SELL : BUY, Math.max(1, limitTicks), Math.abs(lots), options);
  }
}

export const liquidationBuyer: AgentDefinition<typeof parameters> = {
  kind: "liquidation-buyer",
  summary:
    "Takes what is offered further below the index than its discount, where orders of liquidations rest, up to its capacity, and what is bid as far above; closes at its profit target, or after some time at whatever price. A position that is taken from it frees its capacity.",
  source:
    "Grossman and Miller (1988), *Liquidity and market structure*, Journal of Finance 43: those who are paid for immediacy; discounts of forced sales: Coval and Stafford (2007), *Asset fire sales (and purchases) in equity markets*, Journal of Financial Economics 86.",
  parameters,
  make(given, { instrument, asset, stream }) {
    const intervalUs = parseDuration(given.interval, "interval");
    const settings = {
      ...given,
      intervalUs,
      sizeQuanta: inQuanta(given.size, asset, "agents: liquidation-buyer: size"),
      capacityQuanta: inQuanta(given.capacity, asset, "agents: liquidation-buyer: capacity"),
      holdingUs: parseDuration(given.holding, "holding"),
    };
    return {
      agent: new LiquidationBuyer(settings, instrument),
      ...startOf("liquidation-buyer", given, asset),
      firstWakeUs: Math.floor(intervalUs * stream.next()),
    };
  },
};
