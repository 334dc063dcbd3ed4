/**
 * What a position amounts to: its value, its requirement and initial margin, and what its
 * open orders hold (MARK-5, MARGIN-1, MARGIN-2, TIER-2, ORDER-2).
 */
import { profitOf, valueOf } from "../../venue/instrument.ts";
import { feeOn, initialMargin, type MarginTerms, requirement } from "../margin.ts";
import type { Books } from "./books.ts";
import { NO_LEG } from "./open-orders.ts";

const NONE = -1;

/** Terms of every contract: made once, so that judging allocates nothing. */
export type Terms = readonly MarginTerms[];

/** Lots a position may grow to through its open orders: in one-way mode the larger side, in hedge mode the leg and what opens it. */
export function reachableLots(books: Books, row: number): number {
  const { holdings } = books;
  const lots = holdings.lots[row] as number;
  const buys = holdings.buyLots[row] as number;
  const sells = holdings.sellLots[row] as number;
  if (books.hedged[holdings.account[row] as number] === 1) return Math.abs(lots) + (holdings.leg[row] === 0 ? buys : sells);
  return Math.max(Math.abs(lots + buys), Math.abs(lots - sells));
}

/** Value of a size of a position that holds `lots` of it: at mark or last, or at entry with what is more at mark (MARK-5). */
export function valueOfSize(books: Books, terms: Terms, row: number, size: number): number {
  const { holdings } = books;
  const instrument = holdings.instrument[row] as number;
  const { instrument: contract, rules } = terms[instrument] as MarginTerms;
  if (rules.positionValueAt === "last") return valueOf(contract, books.lastTicks[instrument] as number, size);
  const markTicks = books.markTicks[instrument] as number;
  if (rules.positionValueAt === "mark") return valueOf(contract, markTicks, size);
  const held = Math.abs(holdings.lots[row] as number);
  return (holdings.entryValue[row] as number) + (size > held ? valueOf(contract, markTicks, size - held) : 0);
}

/** Maintenance margin and closing fee of a position, with its open orders where the venue counts them (MARGIN-2, TIER-2). */
export function requirementOf(books: Books, terms: Terms, row: number): number {
  const { holdings } = books;
  const own = terms[holdings.instrument[row] as number] as MarginTerms;
  const lots = own.rules.tiersIncludeOpenOrders ? reachableLots(books, row) : Math.abs(holdings.lots[row] as number);
  if (lots === 0) return 0;
  const value = valueOfSize(books, terms, row, lots);
  return requirement(own, lots, value, markValueOf(books, own, row, lots, value));
}

/** Initial margin of what a position holds (MARGIN-1), at its leverage setting. */
export function initialMarginOf(books: Books, terms: Terms, row: number): number {
  const { holdings } = books;
  const lots = Math.abs(holdings.lots[row] as number);
  if (lots === 0) return 0;
  const own = terms[holdings.instrument[row] as number] as MarginTerms;
  const value = valueOfSize(books, terms, row, lots);
  return initialMargin(own, value, holdings.leverageHundredths[row] as number, markValueOf(books, own, row, lots, value));
}

/** What the closing fee is taken of: the value at the mark, whatever the position is valued at (MARGIN-2). */
function markValueOf(books: Books, own: MarginTerms, row: number, lots: number, value: number): number {
  if (own.rules.positionValueAt === "mark") return value;
  return valueOf(own.instrument, books.markTicks[books.holdings.instrument[row] as number] as number, lots);
}

/** Unrealised profit of a position at its mark (MARK-5). */
export function unrealizedProfitOf(books: Books, terms: Terms, row: number): number {
  const { holdings } = books;
  const lots = holdings.lots[row] as number;
  if (lots === 0) return 0;
  const instrument = holdings.instrument[row] as number;
  const contract = (terms[instrument] as MarginTerms).instrument;
  return profitOf(contract, lots, holdings.entryValue[row] as number, valueOf(contract, books.markTicks[instrument] as number, lots));
}

/**
 * Holds what the open orders of a position need (ORDER-2): initial margin of what it may
 * grow to less that of what it is, opening fees, and the loss that would be open at once.
 * Computed when orders, position or leverage change, at the mark of that moment.
 */
export function freeze(books: Books, terms: Terms, row: number): void {
  const { holdings, orders } = books;
  if (holdings.buyLots[row] === 0 && holdings.sellLots[row] === 0) {
    holdings.frozen[row] = 0;
    holdings.frozenFees[row] = 0;
    return;
  }
  const account = holdings.account[row] as number;
  const instrument = holdings.instrument[row] as number;
  const own = terms[instrument] as MarginTerms;
  const ticks = (own.rules.positionValueAt === "last" ? books.lastTicks : books.markTicks)[instrument] as number;
  const held = Math.abs(holdings.lots[row] as number);
  const reachable = reachableLots(books, row);
  const leverage = holdings.leverageHundredths[row] as number;
  let fees = 0;
  let losses = 0;
  for (let order = orders.first[account] as number; order !== NONE; order = orders.next[order] as number) {
    if (orders.instrument[order] !== instrument || (orders.leg[order] !== NO_LEG && orders.leg[order] !== holdings.leg[row])) continue;
    const opening = openingLots(books, row, order);
    if (opening === 0) continue;
    const value = valueOf(own.instrument, orders.ticks[order] as number, opening);
    fees += feeOn(value, own.instrument.fees.taker);
    const atMark = valueOf(own.instrument, books.markTicks[instrument] as number, opening);
    losses += Math.max(0, -profitOf(own.instrument, orders.sign[order] as number, value, atMark));
  }
  const margin =
    reachable === held
      ? 0
      : initialMargin(own, valueOf(own.instrument, ticks, reachable), leverage) -
        (held === 0 ? 0 : initialMargin(own, valueOf(own.instrument, ticks, held), leverage));
  holdings.frozen[row] = margin + fees + losses;
  holdings.frozenFees[row] = fees;
}

/**
 * Lots of an order that open or extend its position. In one-way mode the orders against a
 * position take it down in price-time order; what is left of them opens.
 */
function openingLots(books: Books, row: number, order: number): number {
  const { holdings, orders } = books;
  const lots = orders.lots[order] as number;
  const sign = orders.sign[order] as number;
  if (orders.leg[order] !== NO_LEG) return sign > 0 === (holdings.leg[row] === 0) ? lots : 0;
  const closable = Math.max(0, -sign * (holdings.lots[row] as number));
  if (closable === 0) return lots;
  const account = holdings.account[row] as number;
  let before = 0;
  for (let other = orders.first[account] as number; other !== NONE; other = orders.next[other] as number) {
    if (orders.instrument[other] === orders.instrument[order] && orders.sign[other] === sign && precedes(books, other, order)) {
      before += orders.lots[other] as number;
    }
  }
  return Math.max(0, lots - Math.max(0, closable - before));
}

/** Whether an order of the same side fills before another: better price, then older. */
function precedes(books: Books, other: number, order: number): boolean {
  const { orders } = books;
  const better = ((orders.ticks[other] as number) - (orders.ticks[order] as number)) * (orders.sign[order] as number);
  return better > 0 || (better === 0 && (orders.order[other] as number) < (orders.order[order] as number));
}
