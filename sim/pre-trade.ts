/**
 * What an order must pass before it trades: its size, its tier (TIER-3) and the margin
 * that it holds (ORDER-2). Nothing here changes anything.
 */
import type { Accounts } from "./clearing/accounts.ts";
import { feeOn, initialMargin, type MarginTerms } from "./clearing/margin.ts";
import { freeQuanta } from "./cross/free-cash.ts";
import type { CrossStanding } from "./cross/standing.ts";
import { BUY, type OrderBook, type Side } from "./market/order-book.ts";
import type { Refusal } from "./refusal.ts";
import { valueOf } from "./venue/instrument.ts";
import { tierOf } from "./venue/tiers.ts";

/** No order is worth more, quanta: what it takes to open it still fits (UNIT-1). */
const VALUE_MOST = 2 ** 51;
const NONE = -1;
/** Numbers of orders begin at 1. */
const NO_ORDER = 0;

export class PreTrade {
  /** Margin of the order checked last, quanta: in a column, since a number kept in a field would be boxed. */
  readonly margin: Float64Array = new Float64Array(1);
  readonly #accounts: Accounts;
  readonly #book: OrderBook;
  readonly #terms: MarginTerms;
  readonly #instrument: number;
  readonly #cross: CrossStanding | null;

  /** @param cross null where no account has cross positions */
  constructor(accounts: Accounts, book: OrderBook, terms: MarginTerms, instrument: number, cross: CrossStanding | null) {
    this.#accounts = accounts;
    this.#book = book;
    this.#terms = terms;
    this.#instrument = instrument;
    this.#cross = cross;
  }

  /**
   * Checks an order and leaves the margin it has to hold in `margin`: none of a cross order,
   * whose margin follows from its scope.
   * @param priceTicks its limit, or for a market order the price it meets first
   * @param replaced slot of the resting order that it would replace (an amend), or −1
   */
  check(account: number, side: Side, priceTicks: number, lots: number, markTicks: number, replaced = NONE): Refusal | null {
    const accounts = this.#accounts;
    const { instrument } = this.#terms;
    this.margin[0] = 0;
    const opening = this.#openingLots(account, side, lots, replaced === NONE ? 0 : this.#book.lotsAt(replaced));
    if (opening === 0) return null;
    const leverage = accounts.leverageHundredths[account] as number;
    const after = Math.abs(accounts.positionLots[account] as number) + opening;
    const { tiers } = instrument;
    const size = tiers.boundBy === "lots" ? after : valueOf(instrument, markTicks, after);
    const tier = tierOf(tiers, after, size);
    if (leverage > tier.maxLeverageHundredths || size > tier.upTo) return "leverage-above-tier";
    // Far beyond any wallet: its value would not fit (UNIT-1).
    const { numerator, denominator } = instrument.quantaPerTickLot;
    if (lots * Math.max(priceTicks, markTicks) * (numerator / denominator) > VALUE_MOST) return "insufficient-margin";
    const owner = accounts.cash.legs.ownerOf(account);
    if (accounts.isCross[account] === 1) {
      const order = replaced === NONE ? NO_ORDER : this.#book.orderAt(replaced);
      const planned = {
        instrument: this.#instrument,
        number: account,
        order,
        side: side === BUY ? 1 : -1,
        ticks: priceTicks,
        lots,
      } as const;
      return (this.#cross as CrossStanding).available(owner, planned) < 0 ? "insufficient-margin" : null;
    }
    const margin = this.#orderMargin(leverage, side, priceTicks, opening, markTicks);
    const free = freeQuanta(accounts, account, this.#cross);
    if (margin > free + (replaced === NONE ? 0 : this.#book.heldAt(replaced))) return "insufficient-margin";
    this.margin[0] = margin;
    return null;
  }

  /** Lots that a position leaves to close on a side. */
  closableLots(account: number, side: Side): number {
    const position = this.#accounts.positionLots[account] as number;
    return Math.max(0, side === BUY ? -position : position);
  }

  /**
   * Lots that a reduce-only order may have: in hedge mode what closing orders leave of the leg (ORDER-2).
   * @param ownLots of the resting order that it would replace, else 0
   */
  reducibleLots(account: number, side: Side, ownLots = 0): number {
    const { legs } = this.#accounts.cash;
    const taken = legs.isHedged(legs.ownerOf(account)) ? this.#book.lotsOf(account, side) - ownLots : 0;
    return Math.max(0, this.closableLots(account, side) - taken);
  }

  /** Lots of an order that would open or extend a position: what is left to close when older orders of its side have closed their part. */
  #openingLots(account: number, side: Side, lots: number, ownLots: number): number {
    const closable = this.closableLots(account, side);
    if (closable === 0) return lots;
    return lots - Math.min(lots, Math.max(0, closable - (this.#book.lotsOf(account, side) - ownLots)));
  }

  /** Initial margin + opening fee of lots at a price + the loss that a price worse than mark opens with (ORDER-2). */
  #orderMargin(leverageHundredths: number, side: Side, priceTicks: number, lots: number, markTicks: number): number {
    const { instrument } = this.#terms;
    const value = valueOf(instrument, priceTicks, lots);
    const atMark = valueOf(instrument, markTicks, lots);
    const loss = Math.max(0, side === BUY ? value - atMark : atMark - value);
    return initialMargin(this.#terms, value, leverageHundredths) + feeOn(value, instrument.fees.taker) + loss;
  }
}
