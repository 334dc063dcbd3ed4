/** What tests of agents share: a contract, a desk that only notes what it is told, and market views. */
import type { AgentContext, AgentDefinition, MadeAgent } from "../../agents/definition.ts";
import { AGENTS } from "../../agents/registry.ts";
import {
  type Asset,
  BUY,
  type Desk,
  type Instrument,
  type MarginTerms,
  type MarketView,
  type Message,
  type OrderOptions,
  RandomStream,
  type Side,
} from "../../sim/index.ts";

export const USDT: Asset = { symbol: "USDT", quantum: "0.000001" };
export const SECOND = 1_000_000;

/** BTC-USDT in ticks of 0.1 and lots of 0.001 BTC: a lot at one tick is 100 quanta. */
export const BTC: Instrument = {
  symbol: "BTC-USDT",
  kind: "linear",
  productLine: "perpetual",
  expiryUs: null,
  underlying: "BTC",
  settleAsset: "USDT",
  tickSize: "0.1",
  lotSize: "0.001",
  multiplier: "1",
  faceValue: null,
  quantaPerTickLot: { numerator: 100, denominator: 1 },
  tiers: {
    scheme: "flat",
    boundBy: "lots",
    tiers: [
      { upTo: 2_000, maintenanceMarginRate: { numerator: 1, denominator: 200 }, maxLeverageHundredths: 10_000, deduction: null },
      { upTo: 20_000, maintenanceMarginRate: { numerator: 1, denominator: 100 }, maxLeverageHundredths: 5_000, deduction: null },
      {
        upTo: Number.MAX_SAFE_INTEGER,
        maintenanceMarginRate: { numerator: 1, denominator: 40 },
        maxLeverageHundredths: 1_250,
        deduction: null,
      },
    ],
  },
  fees: {
    maker: { numerator: 1, denominator: 5000 },
    taker: { numerator: 1, denominator: 2000 },
    liquidation: { numerator: 1, denominator: 200 },
  },
};

export const TERMS: MarginTerms = {
  instrument: BTC,
  rules: {
    closingFeeInPositionMargin: "once",
    maintenanceIncludesClosingFee: true,
    closingFeeRate: "taker",
    triggerAt: "at-or-below",
    bankruptcyAt: "closing-fee",
    unrealizedProfitAsMargin: "all",
    positionValueAt: "mark",
    tiersIncludeOpenOrders: false,
    partialLiquidation: "full",
    fraction: { part: { numerator: 1, denominator: 5 }, above: "100000", coolDownUs: 30_000_000 },
    walletModel: "separate",
    marginModeChange: "instrument",
  },
};

/** 120,000 USDT. */
export const INDEX = 1_200_000;

/** What an agent on that contract is made with, beside its stream. */
export const CONTEXT: Omit<AgentContext, "stream"> = { instrument: BTC, asset: USDT, startTicks: INDEX, droughts: [] };

/** A view of a book one tick wide around the index, unless told otherwise. */
export function view(timeUs: number, indexTicks: number = INDEX, rest: Partial<MarketView> = {}): MarketView {
  const prices = { markTicks: indexTicks, bidTicks: indexTicks - 1, askTicks: indexTicks + 1, lastTicks: indexTicks };
  return { instrument: 0, timeUs, indexTicks, ...prices, fundingRate: 0, fundingInUs: 0, ...rest };
}

export interface SentOrder {
  readonly order: number;
  readonly kind: "limit" | "market" | "stop" | "take-profit";
  readonly side: Side;
  /** 0 for a market order, the trigger for one that waits. */
  readonly priceTicks: number;
  readonly lots: number;
  readonly options: OrderOptions;
}

/** Notes what an agent does; trades outside stand in `external`, bought positive; `take` gives what was noted since the last one. */
export class FakeDesk implements Desk {
  /** Orders that would rest or wait: sent and not cancelled. */
  readonly standing = new Map<number, SentOrder>();
  readonly external: number[] = [];
  /** Margin added or taken out, by number. */
  readonly adjusted = new Map<number, number>();
  #orders: SentOrder[] = [];
  #cancelled: number[] = [];
  #wakes: number[] = [];
  #count = 0;

  limit(side: Side, priceTicks: number, lots: number, options: OrderOptions = {}): number {
    return this.#sent("limit", side, priceTicks, lots, options);
  }

  market(side: Side, lots: number, options: OrderOptions = {}): number {
    return this.#sent("market", side, 0, lots, options);
  }

  stopMarket(side: Side, triggerTicks: number, lots: number, options: OrderOptions = {}): number {
    return this.#sent("stop", side, triggerTicks, lots, options);
  }

  takeProfit(side: Side, triggerTicks: number, lots: number, options: OrderOptions = {}): number {
    return this.#sent("take-profit", side, triggerTicks, lots, options);
  }

  amend(): void {
    throw new Error("no agent here amends");
  }

  cancel(order: number): void {
    this.#cancelled.push(order);
    this.standing.delete(order);
  }

  adjustMargin(quanta: number): number {
    this.adjusted.set(++this.#count, quanta);
    return this.#count;
  }

  tradeExternally(side: Side, lots: number): void {
    this.external.push(side === BUY ? lots : -lots);
  }

  on(): never {
    throw new Error("no agent here trades another instrument");
  }

  wakeIn(delayUs: number): void {
    this.#wakes.push(delayUs);
  }

  take(): { readonly orders: SentOrder[]; readonly cancelled: number[]; readonly wakes: number[] } {
    const taken = { orders: this.#orders, cancelled: this.#cancelled, wakes: this.#wakes };
    [this.#orders, this.#cancelled, this.#wakes] = [[], [], []];
    return taken;
  }

  #sent(kind: SentOrder["kind"], side: Side, priceTicks: number, lots: number, options: OrderOptions): number {
    if (!Number.isSafeInteger(lots) || lots <= 0) throw new RangeError(`an order of ${lots} lots`);
    if (!Number.isSafeInteger(priceTicks) || priceTicks < 0) throw new RangeError(`an order at ${priceTicks} ticks`);
    const sent = { order: ++this.#count, kind, side, priceTicks, lots, options };
    this.#orders.push(sent);
    if (kind !== "market" && options.timeInForce !== "IOC") this.standing.set(sent.order, sent);
    return sent.order;
  }
}

/** A stream that counts what is drawn from it. */
export class CountingStream extends RandomStream {
  draws = 0;

  override next(): number {
    this.draws += 1;
    return super.next();
  }
}

/** An agent at a desk: what tests of one do again and again. */
export class AgentBench {
  readonly desk = new FakeDesk();
  readonly stream: CountingStream;
  readonly made: MadeAgent;
  timeUs = 0;

  constructor(kind: string, given: object = {}, context: Partial<AgentContext> = {}, key = "7/agent/tested/1") {
    this.stream = new CountingStream(key);
    const definition = AGENTS[kind] as unknown as AgentDefinition;
    this.made = definition.make(definition.parameters.parse(given), { ...CONTEXT, ...context, stream: this.stream });
    this.stream.draws = 0;
  }

  /** What it does when it looks some time after its last look. */
  look(elapsedUs: number, indexTicks: number = INDEX, rest: Partial<MarketView> = {}): ReturnType<FakeDesk["take"]> {
    this.timeUs += elapsedUs;
    this.made.agent.wake(view(this.timeUs, indexTicks, rest), this.desk);
    return this.desk.take();
  }

  hear(message: Message): void {
    this.made.agent.receive(message);
  }

  /** The venue says that so many lots of an order traded; a market order that trades less has its rest cancelled. */
  fill(sent: SentOrder | undefined, priceTicks: number = sent?.priceTicks || INDEX, lots: number = sent?.lots ?? 0): void {
    if (sent === undefined) throw new Error("no order was sent");
    if (lots > 0) this.hear({ kind: "filled", order: sent.order, lots: sent.side === BUY ? lots : -lots, priceTicks });
    const rests = this.desk.standing.has(sent.order) && sent.kind === "limit";
    if (lots < sent.lots && !rests) this.hear({ kind: "done", order: sent.order });
    if (lots >= sent.lots || !rests) this.desk.standing.delete(sent.order);
  }
}
