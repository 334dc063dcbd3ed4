/**
 * The clearing house: accounts of any mode, their wallets, positions and open orders, and
 * every command that changes them (ACCT-1..6, ORDER-2..4, MARK-3, INST-5). A command is
 * checked whole before anything is booked: refused, it changes nothing.
 */
import { valueOf } from "../../venue/instrument.ts";
import { type Tier, tierOf } from "../../venue/tiers.ts";
import { add, type Ratio } from "../../venue/whole.ts";
import type { MarginTerms } from "../margin.ts";
import { Bookings } from "./booking.ts";
import { Books, CONTRACT, type Wallet } from "./books.ts";
import { convertNegative } from "./conversion.ts";
import { freeze, initialMarginOf, reachableLots, type Terms, unrealizedProfitOf, valueOfSize } from "./exposure.ts";
import { type LegRow, NET, SHORT } from "./holdings.ts";
import { NO_LEG, type OrderLeg } from "./open-orders.ts";
import { payFunding, settleAll } from "./periodic.ts";
import type { Refusal } from "./refusals.ts";
import type { HouseSetup } from "./setup.ts";
import { type Standing, Standings } from "./standing.ts";

const NONE = -1;
const LEVERAGE_LEAST_HUNDREDTHS = 100;
const LEGS: readonly LegRow[] = [NET, SHORT];

/** No order: a fill without one, as of a liquidation. */
export const NO_ORDER = -1;
/** Which rate a side of a trade pays (ORDER-3). */
export type Liquidity = "maker" | "taker" | "liquidation";

/** One side of a trade. */
export interface Party {
  readonly account: number;
  /** The order that is filled, or NO_ORDER. */
  readonly order: number;
  /** Leg that is moved in hedge mode, else NO_LEG. */
  readonly leg: OrderLeg;
  readonly liquidity: Liquidity;
}

export class ClearingHouse {
  readonly books: Books;
  readonly terms: Terms;
  readonly #standings: Standings;
  readonly #bookings: Bookings;
  /** Value of the trade being booked: in a column, since a number handed from call to call would be boxed. */
  readonly #value = new Float64Array(1);

  /** @param indexPrice dollars of one quantum of each asset (ACCT-6) */
  constructor(setup: HouseSetup, indexPrice: readonly Ratio[]) {
    this.books = new Books(setup, indexPrice);
    this.terms = setup.instruments.map(({ instrument }) => ({ instrument, rules: setup.rules }));
    this.#standings = new Standings(this.books, this.terms);
    this.#bookings = new Bookings(this.books, this.terms, this.#standings);
  }

  setMark(instrument: number, ticks: number): void {
    this.books.markTicks[instrument] = ticks;
  }

  setLast(instrument: number, ticks: number): void {
    this.books.lastTicks[instrument] = ticks;
  }

  setIndex(asset: number, price: Ratio): void {
    this.books.indexPrice[asset] = price;
  }

  /** Seed capital of the venue into the pool of a contract (FUND-2). */
  seedPool(instrument: number, amount: number): void {
    const { books } = this;
    const { pool, asset } = books.instrumentOf(instrument);
    books.pools[pool] = add(books.pools[pool] as number, amount, `pool ${pool}`);
    books.deposits[asset] = (books.deposits[asset] as bigint) + BigInt(amount);
  }

  deposit(account: number, asset: number, wallet: Wallet, amount: number): Refusal | null {
    const refusal = this.#checkAmount(amount) ?? this.#checkWallet(wallet);
    if (refusal !== null) return refusal;
    this.books.credit(account, asset, wallet, amount);
    this.books.deposits[asset] = (this.books.deposits[asset] as bigint) + BigInt(amount);
    return null;
  }

  withdraw(account: number, asset: number, wallet: Wallet, amount: number): Refusal | null {
    const refusal = this.#checkAmount(amount) ?? this.#checkWallet(wallet) ?? this.#takeOut(account, asset, wallet, amount);
    if (refusal !== null) return refusal;
    this.books.deposits[asset] = (this.books.deposits[asset] as bigint) - BigInt(amount);
    return null;
  }

  /** Moves cash between wallets (ACCT-1): from the contract wallet only what positions and orders do not need. */
  transfer(account: number, asset: number, from: Wallet, to: Wallet, amount: number): Refusal | null {
    const refusal = this.#checkAmount(amount) ?? this.#checkWallet(from) ?? this.#checkWallet(to);
    if (refusal !== null) return refusal;
    if (from === to) return "same-wallet";
    const taken = this.#takeOut(account, asset, from, amount);
    if (taken !== null) return taken;
    this.books.credit(account, asset, to, amount);
    return null;
  }

  /** Makes negative balances of a multi-currency account good (ACCT-6); of another, nothing happens. */
  convert(account: number): void {
    if (this.books.isMulti(account)) convertNegative(this.books, account);
  }

  /** Accepts an order if its scope can hold it (ORDER-2, TIER-3). */
  place(account: number, order: number, instrument: number, sign: 1 | -1, leg: OrderLeg, ticks: number, lots: number): Refusal | null {
    const { books } = this;
    const { orders } = books;
    if (!isPositiveWhole(lots)) return "invalid-size";
    if (!isPositiveWhole(ticks)) return "invalid-price";
    if (books.expired[instrument] === 1) return "expired";
    if (orders.find(account, order) !== NONE) return "duplicate-order";
    const wrongLeg = this.#checkLeg(account, leg);
    if (wrongLeg !== null) return wrongLeg;
    const row = books.holdings.row(account, instrument, leg === NO_LEG ? NET : leg);
    const closes = leg !== NO_LEG && sign > 0 !== (leg === NET);
    if (closes && this.#closingLots(row) + lots > Math.abs(books.holdings.lots[row] as number)) return "exceeds-leg";
    return this.#holdOrder(account, order, instrument, sign, leg, ticks, lots, row);
  }

  cancel(account: number, order: number): Refusal | null {
    const { orders, holdings } = this.books;
    const row = orders.find(account, order);
    if (row === NONE) return "no-such-order";
    const held = holdings.row(account, orders.instrument[row] as number, orders.leg[row] === SHORT ? SHORT : NET);
    this.#dropOrder(account, row, held);
    freeze(this.books, this.terms, held);
    return null;
  }

  /** Books a trade for both sides, the buyer first (INST-3, ORDER-3). */
  trade(instrument: number, lots: number, ticks: number, buyer: Party, seller: Party): Refusal | null {
    if (!isPositiveWhole(lots)) return "invalid-size";
    if (!isPositiveWhole(ticks)) return "invalid-price";
    if (this.books.expired[instrument] === 1) return "expired";
    if (buyer.account === seller.account) return "same-account";
    const refusal = this.#checkParty(buyer, instrument, 1, lots, ticks) ?? this.#checkParty(seller, instrument, -1, lots, ticks);
    if (refusal !== null) return refusal;
    this.#value[0] = valueOf((this.terms[instrument] as MarginTerms).instrument, ticks, lots);
    this.#fill(buyer, instrument, 1, lots, ticks);
    this.#fill(seller, instrument, -1, lots, ticks);
    return null;
  }

  /** Adds margin to an isolated position (ACCT-2). */
  addMargin(account: number, instrument: number, leg: OrderLeg, amount: number): Refusal | null {
    const refusal = this.#checkAmount(amount) ?? this.#checkIsolated(account, instrument, leg);
    if (refusal !== null) return refusal;
    const { asset } = this.books.instrumentOf(instrument);
    const row = this.#rowOf(account, instrument, leg);
    const taken = this.#takeOut(account, asset, CONTRACT, amount);
    if (taken !== null) return taken;
    this.books.holdings.margin[row] = (this.books.holdings.margin[row] as number) + amount;
    return null;
  }

  /** Takes margin out of an isolated position while its initial margin stays (ACCT-2). */
  removeMargin(account: number, instrument: number, leg: OrderLeg, amount: number): Refusal | null {
    const refusal = this.#checkAmount(amount) ?? this.#checkIsolated(account, instrument, leg);
    if (refusal !== null) return refusal;
    const { books } = this;
    const row = this.#rowOf(account, instrument, leg);
    const margin = books.holdings.margin[row] as number;
    const left = margin + Math.min(0, unrealizedProfitOf(books, this.terms, row)) - amount;
    if (left < initialMarginOf(books, this.terms, row)) return "below-initial-margin";
    books.holdings.margin[row] = margin - amount;
    books.credit(account, books.instrumentOf(instrument).asset, CONTRACT, amount);
    return null;
  }

  /** Changes a leverage setting, with a position too if the requirement at the new one is covered (ACCT-3, TIER-3). */
  setLeverage(account: number, instrument: number, leg: OrderLeg, leverageHundredths: number): Refusal | null {
    if (!Number.isSafeInteger(leverageHundredths) || leverageHundredths < LEVERAGE_LEAST_HUNDREDTHS) return "invalid-leverage";
    const wrongLeg = this.#checkLeg(account, leg);
    if (wrongLeg !== null) return wrongLeg;
    const { books } = this;
    const { holdings } = books;
    const row = holdings.row(account, instrument, leg === NO_LEG ? NET : leg);
    if (holdings.leverageHundredths[row] === leverageHundredths) return null;
    if (leverageHundredths > this.#tierAt(row, reachableLots(books, row)).maxLeverageHundredths) return "leverage-above-tier";
    return this.#changeLeverage(account, instrument, row, leverageHundredths);
  }

  /** Chooses isolated or cross for a contract, with nothing open in it, or in any (ACCT-3). */
  setMarginMode(account: number, instrument: number, isolated: boolean): Refusal | null {
    const { books } = this;
    const { holdings } = books;
    const mode = isolated ? 1 : 0;
    if (holdings.isolated[holdings.row(account, instrument, NET)] === mode) return null;
    const open = this.#checkNothingOpen(account, books.setup.rules.marginModeChange === "account" ? NONE : instrument);
    if (open !== null) return open;
    for (const leg of LEGS) {
      const row = holdings.find(account, instrument, leg);
      if (row !== NONE) holdings.isolated[row] = mode;
    }
    return null;
  }

  /** Chooses one-way or hedge mode for all contracts, with nothing open (ACCT-4). */
  setPositionMode(account: number, hedge: boolean): Refusal | null {
    const { books } = this;
    const { holdings } = books;
    if ((books.hedged[account] === 1) === hedge) return null;
    const open = this.#checkNothingOpen(account, NONE);
    if (open !== null) return open;
    books.hedged[account] = hedge ? 1 : 0;
    if (!hedge) return null;
    const nets: number[] = [];
    for (let row = holdings.first[account] as number; row !== NONE; row = holdings.next[row] as number) {
      if (holdings.leg[row] === NET) nets.push(row);
    }
    for (const net of nets) {
      const short = holdings.row(account, holdings.instrument[net] as number, SHORT);
      holdings.leverageHundredths[short] = holdings.leverageHundredths[net] as number;
    }
    return null;
  }

  /** Funding at a rate; positive: longs pay (MARK-3). */
  fund(instrument: number, rate: Ratio): Refusal | null {
    if (this.books.expired[instrument] === 1) return "expired";
    payFunding(this.books, this.terms, this.#standings, instrument, rate);
    return null;
  }

  /** Settles a contract at `numerator ÷ denominator` ticks: cancels its orders, closes all, ends it (INST-5). */
  settle(instrument: number, numerator: number, denominator: number): Refusal | null {
    const { books } = this;
    if (books.expired[instrument] === 1) return "expired";
    for (let account = 0; account < books.setup.accounts.length; account++) this.#cancelAll(account, instrument);
    settleAll(books, this.terms, this.#bookings, instrument, numerator, denominator);
    books.expired[instrument] = 1;
    return null;
  }

  /** Where an isolated position stands; leg NO_LEG in one-way mode. */
  standingOfPosition(account: number, instrument: number, leg: OrderLeg): Standing {
    return this.#standings.isolated(this.#rowOf(account, instrument, leg));
  }

  /** Where the cross positions of an account in an asset stand; of a multi-currency account all of them, whatever the asset. */
  standingOfAccount(account: number, asset: number): Standing {
    return this.#standings.cross(account, asset);
  }

  available(account: number, asset: number): number {
    return this.#standings.available(account, asset);
  }

  free(account: number, asset: number): number {
    return this.#standings.free(account, asset);
  }

  #rowOf(account: number, instrument: number, leg: OrderLeg): number {
    return this.books.holdings.row(account, instrument, leg === NO_LEG ? NET : leg);
  }

  #checkAmount(amount: number): Refusal | null {
    return isPositiveWhole(amount) ? null : "invalid-amount";
  }

  #checkWallet(wallet: Wallet): Refusal | null {
    return wallet !== CONTRACT && this.books.setup.rules.walletModel === "unified" ? "no-such-wallet" : null;
  }

  #checkLeg(account: number, leg: OrderLeg): Refusal | null {
    if (this.books.hedged[account] === 1) return leg === NO_LEG ? "leg-required" : null;
    return leg === NO_LEG ? null : "leg-not-allowed";
  }

  #checkIsolated(account: number, instrument: number, leg: OrderLeg): Refusal | null {
    const wrongLeg = this.#checkLeg(account, leg);
    if (wrongLeg !== null) return wrongLeg;
    const row = this.#rowOf(account, instrument, leg);
    if (this.books.holdings.isolated[row] === 0) return "not-isolated";
    return this.books.holdings.lots[row] === 0 ? "no-position" : null;
  }

  /** Takes cash out of a wallet; of the contract wallet only what is free. Undone when it is not. */
  #takeOut(account: number, asset: number, wallet: Wallet, amount: number): Refusal | null {
    const { books } = this;
    if ((books.cash[books.walletAt(account, asset, wallet)] as number) < amount) return "insufficient-balance";
    books.credit(account, asset, wallet, -amount);
    if (wallet !== CONTRACT || this.#standings.mayLeave(account, asset)) return null;
    books.credit(account, asset, wallet, amount);
    return "insufficient-margin";
  }

  /** Adds an order and what it holds; takes both back when the scope cannot hold it. */
  #holdOrder(
    account: number,
    order: number,
    instrument: number,
    sign: 1 | -1,
    leg: OrderLeg,
    ticks: number,
    lots: number,
    row: number,
  ): Refusal | null {
    const { books } = this;
    const { holdings, orders } = books;
    const reachableBefore = reachableLots(books, row);
    const frozenBefore = holdings.frozen[row] as number;
    const feesBefore = holdings.frozenFees[row] as number;
    orders.add(account, order, instrument, leg, sign, ticks, lots);
    addLots(books, row, sign, lots);
    const reachable = reachableLots(books, row);
    let refusal: Refusal | null = null;
    const leverage = holdings.leverageHundredths[row] as number;
    if (reachable > reachableBefore && leverage > this.#tierAt(row, reachable).maxLeverageHundredths) refusal = "leverage-above-tier";
    else {
      freeze(books, this.terms, row);
      if ((holdings.frozen[row] as number) > frozenBefore && !this.#holds(account, row)) refusal = "insufficient-margin";
    }
    if (refusal !== null) {
      this.#dropOrder(account, orders.find(account, order), row);
      holdings.frozen[row] = frozenBefore;
      holdings.frozenFees[row] = feesBefore;
    }
    return refusal;
  }

  /** Whether a scope carries what its orders and positions now hold: cross by what is available, isolated by what is free. */
  #holds(account: number, row: number): boolean {
    const { holdings } = this.books;
    const { asset } = this.books.instrumentOf(holdings.instrument[row] as number);
    if (holdings.isolated[row] === 1) return this.#standings.mayLeave(account, asset);
    return this.#standings.available(account, asset) >= 0;
  }

  #tierAt(row: number, lots: number): Tier {
    const { instrument } = this.terms[this.books.holdings.instrument[row] as number] as MarginTerms;
    return tierOf(instrument.tiers, lots, lots === 0 ? 0 : valueOfSize(this.books, this.terms, row, lots));
  }

  #closingLots(row: number): number {
    const { holdings } = this.books;
    return (holdings.leg[row] === NET ? holdings.sellLots : holdings.buyLots)[row] as number;
  }

  #dropOrder(account: number, orderRow: number, row: number): void {
    const { orders } = this.books;
    addLots(this.books, row, orders.sign[orderRow] as 1 | -1, -(orders.lots[orderRow] as number));
    orders.remove(account, orderRow);
  }

  #cancelAll(account: number, instrument: number): void {
    const { orders, holdings } = this.books;
    let order = orders.first[account] as number;
    while (order !== NONE) {
      const next = orders.next[order] as number;
      if (orders.instrument[order] === instrument) {
        const row = holdings.row(account, instrument, orders.leg[order] === SHORT ? SHORT : NET);
        this.#dropOrder(account, order, row);
        freeze(this.books, this.terms, row);
      }
      order = next;
    }
  }

  #checkParty(party: Party, instrument: number, sign: 1 | -1, lots: number, ticks: number): Refusal | null {
    const { orders, holdings } = this.books;
    if (party.order === NO_ORDER) {
      const wrongLeg = this.#checkLeg(party.account, party.leg);
      if (wrongLeg !== null) return wrongLeg;
    } else {
      const order = orders.find(party.account, party.order);
      if (order === NONE) return "no-such-order";
      const worse = (ticks - (orders.ticks[order] as number)) * sign > 0;
      if (orders.instrument[order] !== instrument || orders.sign[order] !== sign || orders.leg[order] !== party.leg || worse) {
        return "order-mismatch";
      }
      if (lots > (orders.lots[order] as number)) return "exceeds-order";
    }
    const closes = party.leg !== NO_LEG && sign > 0 !== (party.leg === NET);
    if (!closes) return null;
    const row = holdings.row(party.account, instrument, party.leg as LegRow);
    return lots > Math.abs(holdings.lots[row] as number) ? "exceeds-leg" : null;
  }

  #fill(party: Party, instrument: number, sign: 1 | -1, lots: number, ticks: number): void {
    const { books } = this;
    const { orders } = books;
    const row = this.#rowOf(party.account, instrument, party.leg);
    const { fees } = (this.terms[instrument] as MarginTerms).instrument;
    const rate = party.liquidity === "taker" ? fees.taker : party.liquidity === "maker" ? fees.maker : fees.liquidation;
    this.#bookings.fill(row, sign * lots, ticks, this.#value[0] as number, rate);
    if (party.order !== NO_ORDER) {
      const order = orders.find(party.account, party.order);
      orders.lots[order] = (orders.lots[order] as number) - lots;
      addLots(books, row, sign, -lots);
      if (orders.lots[order] === 0) orders.remove(party.account, order);
    }
    freeze(books, this.terms, row);
  }

  #changeLeverage(account: number, instrument: number, row: number, leverageHundredths: number): Refusal | null {
    const { books } = this;
    const { holdings } = books;
    const { asset } = books.instrumentOf(instrument);
    const leverageBefore = holdings.leverageHundredths[row] as number;
    const frozenBefore = holdings.frozen[row] as number;
    const feesBefore = holdings.frozenFees[row] as number;
    const initialBefore = initialMarginOf(books, this.terms, row);
    const marginBefore = holdings.margin[row] as number;
    holdings.leverageHundredths[row] = leverageHundredths;
    freeze(books, this.terms, row);
    const isolated = holdings.isolated[row] === 1;
    let moved = 0;
    if (isolated && holdings.lots[row] !== 0) {
      const carried = marginBefore + Math.min(0, unrealizedProfitOf(books, this.terms, row));
      moved = Math.max(0, initialMarginOf(books, this.terms, row) - carried);
      holdings.margin[row] = marginBefore + moved;
      books.credit(account, asset, CONTRACT, -moved);
    }
    const raised = moved > 0 || (holdings.frozen[row] as number) > frozenBefore;
    const raisedInitial = !isolated && initialMarginOf(books, this.terms, row) > initialBefore;
    if ((!raised && !raisedInitial) || this.#holds(account, row)) return null;
    holdings.leverageHundredths[row] = leverageBefore;
    holdings.frozen[row] = frozenBefore;
    holdings.frozenFees[row] = feesBefore;
    holdings.margin[row] = marginBefore;
    books.credit(account, asset, CONTRACT, moved);
    return "insufficient-margin";
  }

  /** @param instrument the one that must be empty, or −1 for all */
  #checkNothingOpen(account: number, instrument: number): Refusal | null {
    const { holdings, orders } = this.books;
    const concerns = (other: number) => instrument === NONE || other === instrument;
    for (let row = holdings.first[account] as number; row !== NONE; row = holdings.next[row] as number) {
      if (holdings.lots[row] !== 0 && concerns(holdings.instrument[row] as number)) return "has-position";
    }
    for (let row = orders.first[account] as number; row !== NONE; row = orders.next[row] as number) {
      if (concerns(orders.instrument[row] as number)) return "has-order";
    }
    return null;
  }
}

function addLots(books: Books, row: number, sign: 1 | -1, lots: number): void {
  const column = sign > 0 ? books.holdings.buyLots : books.holdings.sellLots;
  column[row] = (column[row] as number) + lots;
}

function isPositiveWhole(amount: number): boolean {
  return Number.isSafeInteger(amount) && amount > 0;
}
