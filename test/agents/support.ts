/** What tests of agents share: a contract, a desk that only notes what it is told, and market views. */
import type { AgentContext } from "../../agents/definition.ts";
import { type Asset, BUY, type Desk, type Instrument, type MarginTerms, type MarketView, type Side } from "../../sim/index.ts";

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
  readonly side: Side;
  /** 0 for a market order. */
  readonly priceTicks: number;
  readonly lots: number;
}

/** Notes what an agent does; trades outside stand in `external`, bought positive; `take` gives what was noted since the last one. */
export class FakeDesk implements Desk {
  /** Orders that would rest: sent and not cancelled. */
  readonly standing = new Map<number, SentOrder>();
  readonly external: number[] = [];
  #orders: SentOrder[] = [];
  #cancelled: number[] = [];
  #wakes: number[] = [];
  #count = 0;

  limit(side: Side, priceTicks: number, lots: number): number {
    const sent = { order: ++this.#count, side, priceTicks, lots };
    this.#orders.push(sent);
    this.standing.set(sent.order, sent);
    return sent.order;
  }

  market(side: Side, lots: number): number {
    const sent = { order: ++this.#count, side, priceTicks: 0, lots };
    this.#orders.push(sent);
    return sent.order;
  }

  stopMarket(): number {
    throw new Error("no agent here sends stop orders");
  }

  takeProfit(): number {
    throw new Error("no agent here sends take-profit orders");
  }

  adjustMargin(): number {
    throw new Error("no agent here changes its margin");
  }

  amend(): void {
    throw new Error("no agent here amends");
  }

  cancel(order: number): void {
    this.#cancelled.push(order);
    this.standing.delete(order);
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
}
