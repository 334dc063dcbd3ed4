/**
 * Basis and funding arbitrageur (cash and carry): holds a position on the venue against its
 * opposite outside, when the difference between venue and index and the funding that is about
 * to be paid are together worth more than the costs of both trades. It collects funding, and
 * unwinds when basis and funding no longer pay for holding. What it trades outside moves the
 * external price (MARK-4).
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
  type Side,
} from "../sim/index.ts";
import type { AgentDefinition } from "./definition.ts";
import { ExternalHedge } from "./external-hedge.ts";
import { common, duration, inQuanta, lotsFor, money, number, startOf } from "./fields.ts";
import { OwnAccount, type OwnAccountState } from "./own-account.ts";

const parameters = z.object({
  ...common({ deposit: "5000000", leverage: "3", latency: "5ms" }),
  interval: duration("5s").describe("time between two looks at the market"),
  edge: number(0.0005, 0, 0.5).describe("what must be left of basis and funding after all costs for it to open, part of value"),
  exit: number(0, -0.5, 0.5).describe("basis and funding in favour of its position at which it unwinds, part of value"),
  externalCost: number(0.0005, 0, 0.5).describe("costs of opening and closing the hedge outside, part of value"),
  fundingHorizon: duration("8h").describe("it counts on the next funding payment when that is no further away"),
  size: money("100000").describe("value of an order at most, settlement asset"),
  positionLimit: money("5000000").describe("value of its position at most, settlement asset"),
});

interface Settings extends Pick<z.output<typeof parameters>, "edge" | "exit"> {
  readonly intervalUs: number;
  /** Taking on the venue twice, and the hedge, part of value. */
  readonly costs: number;
  readonly horizonUs: number;
  readonly sizeQuanta: number;
  readonly limitQuanta: number;
}

interface BasisState {
  readonly own: OwnAccountState;
  readonly externalLots: number;
}

class BasisArbitrageur implements Agent {
  readonly #settings: Settings;
  readonly #instrument: Instrument;
  readonly #own = new OwnAccount();
  readonly #outside = new ExternalHedge();

  constructor(settings: Settings, instrument: Instrument) {
    this.#settings = settings;
    this.#instrument = instrument;
  }

  wake(market: MarketView, desk: Desk): void {
    this.#outside.balance(this.#own.position.lots, desk);
    if (market.indexTicks > 0 && this.#own.orders.count === 0) this.#trade(market, desk);
    desk.wakeIn(this.#settings.intervalUs);
  }

  receive(message: Message): void {
    this.#own.receive(message);
  }

  state(): BasisState {
    return { own: this.#own.state(), externalLots: this.#outside.lots };
  }

  restore({ own, externalLots }: BasisState): void {
    this.#own.restore(own);
    this.#outside.lots = externalLots;
  }

  #trade(market: MarketView, desk: Desk): void {
    const { edge, exit, costs } = this.#settings;
    const { indexTicks, bidTicks, askTicks } = market;
    const funding = this.#expectedFunding(market);
    const { lots } = this.#own.position;
    // The last prices at which it still pays: shorts earn basis and funding, longs their opposite.
    const openShortTicks = Math.ceil(indexTicks * (1 + edge + costs - funding));
    const openLongTicks = Math.floor(indexTicks * (1 - edge - costs - funding));
    const closeShortTicks = Math.floor(indexTicks * (1 + exit - funding));
    const closeLongTicks = Math.ceil(indexTicks * (1 - exit - funding));
    if (lots < 0 && askTicks !== 0 && askTicks <= closeShortTicks) this.#send(BUY, closeShortTicks, -lots, desk);
    else if (lots > 0 && bidTicks !== 0 && bidTicks >= closeLongTicks) this.#send(SELL, closeLongTicks, lots, desk);
    else if (lots <= 0 && bidTicks !== 0 && bidTicks >= openShortTicks) this.#send(SELL, openShortTicks, 0, desk);
    else if (lots >= 0 && askTicks !== 0 && askTicks <= openLongTicks) this.#send(BUY, openLongTicks, 0, desk);
  }

  /** What a short is about to be paid, part of value. */
  #expectedFunding({ fundingRate, fundingInUs }: MarketView): number {
    return fundingInUs > 0 && fundingInUs <= this.#settings.horizonUs ? fundingRate : 0;
  }

  /** @param closing lots to close; 0 for an order that opens */
  #send(side: Side, limitTicks: number, closing: number, desk: Desk): void {
    // Funding may be worth more than the price itself.
    const priceTicks = Math.max(1, limitTicks);
    const { sizeQuanta, limitQuanta } = this.#settings;
    const most = lotsFor(sizeQuanta, priceTicks, this.#instrument);
    const room = lotsFor(limitQuanta, priceTicks, this.#instrument) - Math.abs(this.#own.position.lots);
    const lots = Math.min(most, closing > 0 ? closing : room);
    const options = { timeInForce: "IOC", ...(closing > 0 ? { reduceOnly: true } : {}) } as const;
    if (lots > 0) this.#own.orders.limit(desk, side, priceTicks, lots, options);
  }
}

export const basisArbitrageur: AgentDefinition<typeof parameters> = {
  kind: "basis-arbitrageur",
  summary:
    "Shorts the venue and buys outside when basis and the next funding payment together exceed taker fees, the hedge's costs and its edge, and the other way round; holds, collects funding, and unwinds both when they no longer pay. Orders take what stands at the last price that pays. Its trades outside move the external price; a position that is taken from it is undone outside at its next look.",
  source:
    "Clause MARK-4; He, Manela, Ross and von Wachter (2022), *Fundamentals of perpetual futures*: arbitrage of perpetual against spot within the bounds of trading costs.",
  parameters,
  make(given, { instrument, asset, stream }) {
    if (given.exit > given.edge)
      throw new InputError("agents: basis-arbitrageur: exit", `expected at most edge, ${given.edge}, got ${given.exit}`);
    const intervalUs = parseDuration(given.interval, "interval");
    const { numerator, denominator } = instrument.fees.taker;
    const settings = {
      ...given,
      intervalUs,
      costs: (2 * numerator) / denominator + given.externalCost,
      horizonUs: parseDuration(given.fundingHorizon, "fundingHorizon"),
      sizeQuanta: inQuanta(given.size, asset, "agents: basis-arbitrageur: size"),
      limitQuanta: inQuanta(given.positionLimit, asset, "agents: basis-arbitrageur: positionLimit"),
    };
    return {
      agent: new BasisArbitrageur(settings, instrument),
      ...startOf("basis-arbitrageur", given, asset),
      firstWakeUs: Math.floor(intervalUs * stream.next()),
    };
  },
};
