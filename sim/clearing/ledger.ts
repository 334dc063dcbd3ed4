/**
 * The ledger of an instrument: the only place that writes balances. Every booking moves
 * the same whole number out of one place and into another, so that conservation (CONS-2)
 * holds after each of them.
 */
import type { Instrument } from "../venue/instrument.ts";
import { add, multiplyDivide, overflowOf, scale } from "../venue/whole.ts";
import { type Accounts, ENGINE_LONG_ACCOUNT, ENGINE_SHORT_ACCOUNT, HOUSE_ACCOUNT } from "./accounts.ts";
import type { Cash } from "./cash.ts";
import type { Pool } from "./insurance-fund.ts";
import { initialMargin, type MarginTerms, profitAt } from "./margin.ts";

/** What one fill, takeover or ADL closing did to an account. */
export interface Booking {
  /** Lots of the position that were closed. */
  closedLots: number;
  /** Profit of the closed part, quanta. */
  realizedProfit: number;
  /** Fee really charged, quanta (ORDER-3: never more than what is left). */
  fee: number;
  /** Loss beyond the position margin, still to be paid by pool or house, quanta. */
  shortfall: number;
}

/** What the ledger has to know of cross scopes, which reach beyond its instrument (ACCT-2). */
export interface CrossWallets {
  /** What a scope has left to pay a fee or funding with, quanta (ORDER-3). */
  remaining(account: number): number;
  /** Makes good what the wallet owes out of other assets, as far as there are any (ACCT-6). */
  makeGood(account: number): void;
  /** Cross positions of an account, in all instruments. */
  held(account: number): readonly unknown[];
}

/** Where all positions are isolated. */
const NO_CROSS: CrossWallets = { remaining: () => 0, makeGood: () => {}, held: () => [] };

export class Ledger {
  readonly accounts: Accounts;
  readonly pool: Pool;
  readonly #cross: CrossWallets;
  readonly #cash: Cash;
  readonly #terms: MarginTerms;
  readonly #booking: Booking = { closedLots: 0, realizedProfit: 0, fee: 0, shortfall: 0 };

  /** @param cross left out: no account has cross positions */
  constructor(accounts: Accounts, pool: Pool, terms: MarginTerms, cross: CrossWallets = NO_CROSS) {
    this.accounts = accounts;
    this.#cross = cross;
    this.#cash = accounts.cash;
    this.pool = pool;
    this.#terms = terms;
  }

  get instrument(): Instrument {
    return this.#terms.instrument;
  }

  /** Cash of the venue itself, quanta. */
  get house(): number {
    return this.#cash.house;
  }

  /** Cash that came from outside so far, quanta. */
  get deposits(): bigint {
    return this.#cash.deposits;
  }

  /** Moves cash of the wallet into the margin of an isolated position, or out of it when negative (ACCT-2). */
  moveMargin(account: number, amount: number): void {
    this.#credit(account, -amount);
    this.accounts.note(account);
    this.accounts.margin[account] = addTo(account, "margin", this.accounts.margin[account] as number, amount);
  }

  /** Cash from outside into a wallet. */
  deposit(account: number, amount: number): void {
    this.#credit(account, amount);
    const owner = this.#cash.legs.ownerOf(account);
    this.accounts.deposited[owner] = addTo(owner, "deposits", this.accounts.deposited[owner] as number, amount);
    this.#cash.deposits += BigInt(amount);
  }

  /** Seed capital of the venue into the pool, booked at once (FUND-2). */
  seedPool(amount: number): void {
    const { pool } = this;
    pool.booked = add(pool.booked, amount, `pool ${pool.name}`);
    this.#cash.deposits += BigInt(amount);
  }

  /** Sets aside part of a wallet for an isolated order (ORDER-2), or frees it when negative. */
  reserve(account: number, amount: number): void {
    const owner = this.#cash.legs.ownerOf(account);
    this.#cash.changed.note(owner);
    this.accounts.reserved[owner] = addTo(owner, "order margin", this.accounts.reserved[owner] as number, amount);
    this.#cash.touch(owner);
  }

  /**
   * Gives a fresh account a position at its value: margin moves out of the wallet, of a cross position none.
   * @throws Error when the account has a position already or the wallet does not hold the margin
   */
  open(account: number, lots: number, value: number, margin: number): void {
    const { accounts } = this;
    if (accounts.positionLots[account] !== 0) throw new Error(`Cannot open a position of account ${account}: it has one`);
    accounts.note(account);
    if (accounts.isCross[account] === 1) {
      accounts.positionLots[account] = lots;
      accounts.entryValue[account] = value;
      this.#cash.touch(account);
      return;
    }
    if ((accounts.wallet[this.#cash.legs.ownerOf(account)] as number) < margin)
      throw new Error(`Cannot open a position of account ${account}: margin ${margin} exceeds its wallet`);
    accounts.positionLots[account] = lots;
    accounts.entryValue[account] = value;
    this.#credit(account, -margin);
    accounts.margin[account] = margin;
  }

  /**
   * Books a trade for an account: closes what is opposite, opens the rest, charges the fee.
   * Closing returns its part of the margin with profit, less fee, to the wallet (INST-4,
   * ACCT-1); a loss beyond the position margin is reported as shortfall and booked
   * nowhere yet. Opening moves the initial margin in, as far as the wallet holds it. Of a
   * cross position all is the wallet's, which may then owe as long as the scope holds anything.
   * @param lots signed: bought positive, sold negative
   * @param value booked value of the trade, quanta
   * @param fee fee on the whole value, negative for a rebate, quanta
   * @returns a record that the next booking overwrites
   */
  trade(account: number, lots: number, value: number, fee: number): Booking {
    const position = this.accounts.positionLots[account] as number;
    const booking = this.#clear();
    const all = Math.abs(lots);
    const closing = position * lots < 0 ? Math.min(all, Math.abs(position)) : 0;
    const closingValue = closing === all ? value : closing === 0 ? 0 : multiplyDivide(value, closing, all, "half-even");
    const closingFee = closing === all ? fee : closing === 0 ? 0 : multiplyDivide(fee, closing, all, "down");
    const opening = lots > 0 ? all - closing : closing - all;
    const isCross = this.accounts.isCross[account] === 1;
    try {
      if (closing > 0) {
        if (isCross) this.#closeCross(account, closing, closingValue, closingFee, booking);
        else this.#close(account, closing, closingValue, closingFee, booking);
      }
      if (opening !== 0) {
        if (isCross) this.#extendCross(account, opening, value - closingValue, fee - closingFee, booking);
        else this.#extend(account, opening, value - closingValue, fee - closingFee, booking);
      }
    } catch (error) {
      throw overflowOf(account, error);
    }
    this.#shareFee(booking.fee);
    return booking;
  }

  /**
   * Moves a whole position to the engine at a value (LIQ-4): the account is left with
   * nothing of it, the fee goes to the house, what the margin still holds is returned
   * to the caller to pass on (LIQ-5). A cross position has been given its part of the wallet before (`entrust`).
   * @param fee asked; charged only as far as margin is left (ORDER-3)
   * @returns fee charged, margin left, and loss beyond the margin, which cannot be at the bankruptcy value: booked nowhere yet, quanta
   */
  takeOver(account: number, value: number, fee: number): { fee: number; left: number; shortfall: number } {
    const { accounts } = this;
    const lots = accounts.positionLots[account] as number;
    const profit = profitAt(lots, accounts.entryValue[account] as number, value);
    const equity = addTo(account, "margin", accounts.margin[account] as number, profit);
    const shortfall = Math.max(0, -equity);
    const left = equity + shortfall;
    const charged = Math.min(fee, left);
    accounts.note(account);
    accounts.positionLots[account] = 0;
    accounts.entryValue[account] = 0;
    accounts.margin[account] = 0;
    this.#realize(account, profit + shortfall, charged);
    this.#chargeHouse(charged);
    this.#shareFee(charged);
    this.#hold(lots > 0 ? ENGINE_LONG_ACCOUNT : ENGINE_SHORT_ACCOUNT, lots, value);
    this.#cash.touch(account);
    return { fee: charged, left: left - charged, shortfall };
  }

  /**
   * Gives a cross position a part of its wallet as its margin, to be taken over with it (MARGIN-5).
   * @param amount negative where its profit is more than its part
   */
  entrust(account: number, amount: number): void {
    this.#credit(account, -amount);
    this.accounts.note(account);
    this.accounts.margin[account] = amount;
  }

  /**
   * Closes part of a position by an order of its liquidation (LIQ-4): gain and fee are
   * its margin's, of which nothing comes free; what is left with no position goes to the
   * wallet. Of a cross position all is the wallet's.
   * @param lots signed: bought positive, sold negative; no more than the position, against it
   * @param fee asked; charged only as far as margin is left (ORDER-3)
   * @returns a record that the next booking overwrites
   */
  reduce(account: number, lots: number, value: number, fee: number): Booking {
    const { accounts } = this;
    const position = accounts.positionLots[account] as number;
    const booking = this.#clear();
    const [all, closing] = [Math.abs(position), Math.abs(lots)];
    if (accounts.isCross[account] === 1) {
      this.#closeCross(account, closing, value, fee, booking);
      this.#shareFee(booking.fee);
      return booking;
    }
    const entry = accounts.entryValue[account] as number;
    const entryPart = closing === all ? entry : multiplyDivide(entry, closing, all, "half-even");
    const profit = profitAt(position, entryPart, value);
    const left = addTo(account, "margin", accounts.margin[account] as number, profit);
    const charged = Math.min(fee, Math.max(0, left));
    const margin = Math.max(0, left) - charged;
    accounts.note(account);
    accounts.positionLots[account] = position + lots;
    accounts.entryValue[account] = entry - entryPart;
    accounts.margin[account] = closing === all ? 0 : margin;
    if (closing === all) this.#credit(account, margin);
    this.#chargeHouse(charged);
    this.#shareFee(charged);
    booking.shortfall = Math.max(0, -left);
    this.#realize(account, profit + booking.shortfall, charged);
    booking.closedLots = closing;
    booking.realizedProfit = profit;
    booking.fee = charged;
    return booking;
  }

  /**
   * Funding of an isolated position into its margin, or out of it, of a cross position of the wallet's (MARK-3, ACCT-2).
   * @param amount received, negative when owed
   * @returns what is owed beyond the margin, or what the scope has left; booked nowhere yet, quanta
   */
  fund(account: number, amount: number): number {
    if (this.accounts.isCross[account] === 1) {
      const booked = amount >= 0 ? amount : -Math.min(-amount, this.#cross.remaining(this.#cash.legs.ownerOf(account)));
      this.#credit(account, booked);
      return booked - amount;
    }
    const margin = this.accounts.margin[account] as number;
    const paid = Math.max(amount, -margin);
    this.accounts.note(account);
    this.accounts.margin[account] = addTo(account, "margin", margin, paid);
    return paid - amount;
  }

  /**
   * Takes lots out of the engine's inventory with the part of the takeover value that
   * goes with them; whoever gives the other side books the same value.
   * @param lots signed as the inventory
   */
  releaseInventory(lots: number, value: number): void {
    this.#hold(lots > 0 ? ENGINE_LONG_ACCOUNT : ENGINE_SHORT_ACCOUNT, -lots, -value);
  }

  /**
   * Gives the house a position at a value (FUND-4 `residual: house`): it nets with what
   * the house holds already, and the profit of the netted part is the house's.
   */
  takeIntoHouse(lots: number, value: number): void {
    this.moveHouse(this.#takeInto(HOUSE_ACCOUNT, lots, value));
  }

  /**
   * A trade of the backstop vault, or a position that it takes: nets with what it holds, the profit is its cash's,
   * and no margin is set aside (LIQ-4).
   * @param lots signed: bought positive, sold negative
   * @returns loss beyond its cash, booked nowhere yet; quanta
   */
  tradeVault(lots: number, value: number): number {
    const { vault } = this.#cash;
    const profit = this.#takeInto(vault, lots, value);
    const shortfall = this.payVault(profit);
    this.#realize(vault, profit + shortfall, 0);
    return shortfall;
  }

  /**
   * Gains of the vault's cash, payments when negative (LIQ-5, MARK-3).
   * @returns what is to be paid beyond its cash, booked nowhere yet; quanta
   */
  payVault(amount: number): number {
    const { vault } = this.#cash;
    const paid = Math.max(amount, -(this.accounts.wallet[vault] as number));
    this.#credit(vault, paid);
    return paid - amount;
  }

  /** Nets a position at a value with what an account of the venue holds; returns the profit of the netted part, booked nowhere yet. */
  #takeInto(account: number, lots: number, value: number): number {
    const { accounts } = this;
    const held = accounts.positionLots[account] as number;
    let profit = 0;
    const all = Math.abs(lots);
    const netted = held * lots < 0 ? Math.min(all, Math.abs(held)) : 0;
    const nettedValue = netted === all ? value : multiplyDivide(value, netted, all, "half-even");
    if (netted > 0) {
      const entry = accounts.entryValue[account] as number;
      const entryPart = multiplyDivide(entry, netted, Math.abs(held), "half-even");
      this.#hold(account, lots > 0 ? netted : -netted, -entryPart);
      profit = profitAt(held, entryPart, nettedValue);
    }
    if (netted < all) this.#hold(account, lots > 0 ? all - netted : netted - all, value - nettedValue);
    return profit;
  }

  /** Worsens the entry value of a position, which the house has in cash (FUND-4). */
  levy(account: number, amount: number): void {
    const { accounts } = this;
    accounts.note(account);
    const worse = (accounts.positionLots[account] as number) > 0 ? amount : -amount;
    accounts.entryValue[account] = addTo(account, "entry value", accounts.entryValue[account] as number, worse);
    this.#cash.touch(account);
    this.moveHouse(amount);
  }

  /** The house buys collateral of an account: what it pays goes to the wallet (ACCT-6). */
  buyCollateral(account: number, credited: number): void {
    this.#credit(account, credited);
    this.moveHouse(-credited);
  }

  /**
   * What a liquidation leaves a trader, into the wallet (LIQ-5).
   * @param profit the part of it that is profit, quanta
   */
  giveBack(account: number, amount: number, profit: number): void {
    this.#credit(account, amount);
    this.#realize(account, profit, 0);
  }

  /** Gains of the pool, losses when negative: pending until the next settlement when it is settled daily (FUND-3). */
  movePool(amount: number): void {
    const { pool } = this;
    const what = `pool ${pool.name}`;
    add(pool.held, amount, what);
    if (pool.settlement === "daily") pool.pending = add(pool.pending, amount, what);
    else pool.booked = add(pool.booked, amount, what);
  }

  /**
   * Moves the pool's part of the fees since it was last asked from the house to the pool, booked at once (FUND-2).
   * @returns how much, quanta
   */
  collectFees(): number {
    const { pool } = this;
    const { feesDue } = pool;
    add(pool.held, feesDue, `pool ${pool.name}`);
    pool.booked = add(pool.booked, feesDue, `pool ${pool.name}`);
    pool.feesDue = 0;
    this.moveHouse(-feesDue);
    return feesDue;
  }

  /**
   * Books all that is pending in the pool (FUND-3).
   * @returns how much that was: a surplus entry, or a loss injection when negative, quanta
   */
  settlePool(): number {
    const { pool } = this;
    const { pending } = pool;
    pool.booked = pool.held;
    pool.pending = 0;
    return pending;
  }

  /** Gains of the house, losses when negative. */
  moveHouse(amount: number): void {
    this.#cash.house = add(this.#cash.house, amount, "the house");
  }

  #close(account: number, lots: number, value: number, fee: number, booking: Booking): void {
    const { accounts } = this;
    const position = accounts.positionLots[account] as number;
    const all = Math.abs(position);
    const entry = accounts.entryValue[account] as number;
    const margin = accounts.margin[account] as number;
    const entryPart = lots === all ? entry : multiplyDivide(entry, lots, all, "half-even");
    const profit = profitAt(position, entryPart, value);
    const marginPart = lots === all ? margin : multiplyDivide(margin, lots, all, "down");
    // A loss may use the whole margin of the position, never more (ACCT-2).
    const spent = Math.min(margin, Math.max(marginPart, -profit));
    const shortfall = Math.max(0, -profit - spent);
    const cash = spent + profit + shortfall;
    const charged = Math.min(fee, cash);
    accounts.note(account);
    accounts.positionLots[account] = position > 0 ? position - lots : position + lots;
    accounts.entryValue[account] = entry - entryPart;
    accounts.margin[account] = margin - spent;
    this.#credit(account, cash - charged);
    this.#chargeHouse(charged);
    this.#realize(account, profit + shortfall, charged);
    booking.closedLots = lots;
    booking.realizedProfit = profit;
    booking.fee += charged;
    booking.shortfall = shortfall;
  }

  #closeCross(account: number, lots: number, value: number, fee: number, booking: Booking): void {
    const { accounts } = this;
    const position = accounts.positionLots[account] as number;
    const all = Math.abs(position);
    const entry = accounts.entryValue[account] as number;
    const entryPart = lots === all ? entry : multiplyDivide(entry, lots, all, "half-even");
    const profit = profitAt(position, entryPart, value);
    accounts.note(account);
    accounts.positionLots[account] = position > 0 ? position - lots : position + lots;
    accounts.entryValue[account] = entry - entryPart;
    this.#credit(account, profit);
    const charged = this.#chargeCross(account, fee);
    const owner = this.#cash.legs.ownerOf(account);
    // A scope without positions cannot owe.
    const mayOwe = (accounts.wallet[owner] as number) >= 0 || this.#cross.held(owner).length > 0;
    if (!mayOwe) this.#cross.makeGood(owner);
    const shortfall = mayOwe ? 0 : Math.max(0, -(accounts.wallet[owner] as number));
    this.#credit(account, shortfall);
    this.#realize(account, profit + shortfall, charged);
    booking.closedLots = lots;
    booking.realizedProfit = profit;
    booking.fee += charged;
    booking.shortfall = shortfall;
  }

  #extendCross(account: number, lots: number, value: number, fee: number, booking: Booking): void {
    this.#hold(account, lots, value);
    const charged = this.#chargeCross(account, fee);
    this.#realize(account, 0, charged);
    booking.fee += charged;
  }

  /** Takes a fee out of the wallet, as far as the scope has anything left (ORDER-3). What is left is never less than the wallet: only a fee beyond it needs the whole scope summed up. */
  #chargeCross(account: number, fee: number): number {
    const owner = this.#cash.legs.ownerOf(account);
    const charged = fee <= Math.max(0, this.accounts.wallet[owner] as number) ? fee : Math.min(fee, this.#cross.remaining(owner));
    this.#credit(account, -charged);
    this.#chargeHouse(charged);
    return charged;
  }

  #extend(account: number, lots: number, value: number, fee: number, booking: Booking): void {
    const { accounts } = this;
    // Cross positions may have left it owing.
    const wallet = Math.max(0, accounts.wallet[this.#cash.legs.ownerOf(account)] as number);
    const charged = Math.min(fee, wallet);
    const margin = Math.min(initialMargin(this.#terms, value, accounts.leverageHundredths[account] as number), wallet - charged);
    accounts.note(account);
    accounts.positionLots[account] = addTo(account, "position", accounts.positionLots[account] as number, lots);
    accounts.entryValue[account] = addTo(account, "entry value", accounts.entryValue[account] as number, value);
    accounts.margin[account] = addTo(account, "margin", accounts.margin[account] as number, margin);
    this.#credit(account, -margin - charged);
    this.#chargeHouse(charged);
    this.#realize(account, 0, charged);
    booking.fee += charged;
  }

  #realize(account: number, profit: number, fee: number): void {
    const { accounts } = this;
    accounts.realizedProfit[account] = addTo(account, "realised profit", accounts.realizedProfit[account] as number, profit);
    accounts.fees[account] = addTo(account, "fees", accounts.fees[account] as number, fee);
  }

  #credit(number: number, amount: number): void {
    const account = this.#cash.legs.ownerOf(number);
    this.#cash.changed.note(account);
    this.accounts.wallet[account] = addTo(account, "wallet", this.accounts.wallet[account] as number, amount);
    this.#cash.touch(account);
  }

  #chargeHouse(fee: number): void {
    this.#cash.house = add(this.#cash.house, fee, "the house");
  }

  /** The pool's part of a fee, rounded down; of a rebate it bears none (FUND-2). */
  #shareFee(fee: number): void {
    const { pool } = this;
    if (pool.feeShare === null || fee <= 0) return;
    pool.feesDue = add(pool.feesDue, scale(fee, pool.feeShare, "down"), `pool ${pool.name}`);
  }

  #hold(account: number, lots: number, value: number): void {
    const { accounts } = this;
    accounts.note(account);
    accounts.positionLots[account] = addTo(account, "position", accounts.positionLots[account] as number, lots);
    accounts.entryValue[account] = addTo(account, "entry value", accounts.entryValue[account] as number, value);
  }

  #clear(): Booking {
    const booking = this.#booking;
    booking.closedLots = 0;
    booking.realizedProfit = 0;
    booking.fee = 0;
    booking.shortfall = 0;
    return booking;
  }
}

/** A sum of an account's, refused beyond the safe range; the words of the error are put together only then (UNIT-1). */
function addTo(account: number, what: string, amount: number, more: number): number {
  const sum = amount + more;
  return Number.isSafeInteger(sum) ? sum : add(amount, more, `account ${account} ${what}`);
}
