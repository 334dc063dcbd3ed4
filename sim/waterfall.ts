/**
 * The default waterfall: liquidation on the book at the bankruptcy price (LIQ-4), then
 * the insurance fund (LIQ-6, FUND-4), then auto-deleveraging (ADL-3..6), then the house
 * (FUND-4 `residual: house`). Decisions come from `clearing/`; this moves them between
 * book and ledger, one scope after the other, as bounded work at a mark.
 */
import { ENGINE_LONG_ACCOUNT, ENGINE_SHORT_ACCOUNT } from "./clearing/accounts.ts";
import { eligibleCandidates } from "./clearing/adl/candidates.ts";
import type { AdlCandidates, AdlFill, AdlPolicy } from "./clearing/adl/policy.ts";
import { coverableLots, type Inventory, type Pool, valueShare } from "./clearing/insurance-fund.ts";
import type { Ledger } from "./clearing/ledger.ts";
import { failingScopes, isBreached, positionOf, takeoverTerms } from "./clearing/liquidation.ts";
import { Liquidations } from "./clearing/liquidations.ts";
import { equityAt, isAtRisk, liquidationTicks, type MarginTerms, profitAt, requirement } from "./clearing/margin.ts";
import type { Exchange } from "./exchange.ts";
import { BUY, SELL } from "./market/order-book.ts";
import type { Record } from "./record.ts";
import { valueOf } from "./venue/instrument.ts";
import type { AdlRules } from "./venue/rules.ts";
import { multiplyDivide } from "./venue/whole.ts";

/** Where a mark stands, for judging and for the cause of what fails (CASC-1). */
export interface JudgedMark {
  readonly timeUs: number;
  readonly markTicks: number;
  readonly shadowMarkTicks: number;
  /** The liquidation that displaces the mid most in a direction, −1 for none. */
  strongest(direction: -1 | 1): number;
}

/** What the waterfall tells the agents' link. */
export interface WaterfallListener {
  liquidated(account: number): void;
  deleveraged(account: number, lots: number, priceTicks: number): void;
}

export class Waterfall {
  readonly liquidations: Liquidations = new Liquidations();
  adlEventCount = 0;
  /** Value closed by auto-deleveraging so far, quanta; and value liquidated by side of the position. */
  adlQuanta = 0;
  liquidatedLongQuanta = 0;
  liquidatedShortQuanta = 0;
  readonly #exchange: Exchange;
  readonly #ledger: Ledger;
  readonly #pool: Pool;
  readonly #terms: MarginTerms;
  readonly #rules: AdlRules;
  readonly #policy: AdlPolicy;
  readonly #record: Record;
  readonly #listener: WaterfallListener;

  constructor(exchange: Exchange, rules: AdlRules, policy: AdlPolicy, record: Record, listener: WaterfallListener) {
    this.#exchange = exchange;
    this.#ledger = exchange.ledger;
    this.#pool = exchange.ledger.pool;
    this.#terms = exchange.terms;
    this.#rules = rules;
    this.#policy = policy;
    this.#record = record;
    this.#listener = listener;
  }

  /** Available of the pool at a mark: booked + min(0, profit of the engine's inventory) (FUND-3). */
  available(markTicks: number): number {
    return this.#pool.available(this.#inventoryProfit(markTicks));
  }

  /** Everything a new mark brings about: first what the engine holds, then what newly fails (LIQ-1). */
  judge(mark: JudgedMark): void {
    for (const liquidation of this.liquidations.open) this.#pursue(liquidation, mark);
    const { accounts } = this.#ledger;
    const candidates = this.#exchange.triggers.take(mark.markTicks);
    if (candidates.length > 0) {
      const failing = failingScopes(accounts, this.#terms, candidates, mark.markTicks);
      for (const account of failing) accounts.inLiquidation[account] = 1;
      for (const account of failing) this.#liquidate(account, mark);
      for (const account of candidates) this.#exchange.watch(account);
    }
    this.liquidations.sweep();
  }

  /** Books one fill of the engine's order: better than bankruptcy is surplus (LIQ-5), worse is covered by the pool (LIQ-6). */
  engineTraded(liquidation: number, lots: number, value: number): void {
    const { liquidations } = this;
    const inventory = this.#inventory(liquidation);
    const side = inventory.lots > 0 ? 1 : -1;
    const released = valueShare(inventory, lots);
    const profit = profitAt(inventory.lots, released, value);
    // Only a rounded quantum can cost more than the pool pays: `#cover` asks for no more than that.
    const paid = Math.max(profit, -this.#payable(liquidation));
    this.#release(liquidation, side * lots, released, "trade", value);
    if (profit >= 0) addTo(liquidations.marketLots, liquidation, lots);
    else addTo(liquidations.fundLots, liquidation, lots);
    this.#movePool(liquidation, paid);
    if (profit < paid) {
      addTo(liquidations.uncovered, liquidation, paid - profit);
      this.#payFromHouse(liquidation, paid - profit);
    }
  }

  /**
   * Pays a loss beyond a position margin that arose outside a liquidation: the pool as
   * far as it can, then the house.
   */
  payShortfall(amount: number): void {
    const paid = Math.min(amount, Math.max(0, this.available(this.#exchange.markTicks)));
    if (paid > 0) {
      this.#ledger.movePool(-paid);
      this.#recordFund("cover", null, -paid, 0);
    }
    if (paid < amount) this.#payFromHouse(null, amount - paid);
  }

  /** Seed capital, as the pool's first entry (FUND-2). */
  seed(amount: number): void {
    this.#ledger.seedPool(amount);
    this.#recordFund("seed", null, amount, 0);
  }

  #liquidate(account: number, mark: JudgedMark): void {
    const exchange = this.#exchange;
    const { accounts } = this.#ledger;
    exchange.cancelAll(account);
    const position = positionOf(accounts, account);
    if (isAtRisk(this.#terms, position, mark.markTicks)) {
      const liquidation = this.#takeOver(account, mark);
      this.#net(liquidation);
      this.#pursue(liquidation, mark);
      this.#listener.liquidated(account);
    }
    accounts.inLiquidation[account] = 0;
  }

  #takeOver(account: number, mark: JudgedMark): number {
    const { accounts } = this.#ledger;
    const { instrument } = this.#terms;
    const position = positionOf(accounts, account);
    const notional = valueOf(instrument, mark.markTicks, position.lots);
    const takeover = takeoverTerms(this.#terms, position);
    const booked = this.#ledger.takeOver(account, takeover.value, takeover.fee);
    const induced = !isAtRisk(this.#terms, position, mark.shadowMarkTicks);
    const liquidation = this.liquidations.start({
      account,
      position,
      timeUs: mark.timeUs,
      markTicks: mark.markTicks,
      liquidationTicks: liquidationTicks(this.#terms, position),
      notional,
      equity: equityAt(this.#terms, position, mark.markTicks),
      requirement: requirement(this.#terms, position.lots, notional),
      takeover,
      fee: booked.fee,
      induced,
      parent: induced ? mark.strongest(position.lots > 0 ? -1 : 1) : -1,
    });
    accounts.liquidationCount[account] = (accounts.liquidationCount[account] as number) + 1;
    if (position.lots > 0) this.liquidatedLongQuanta += notional;
    else this.liquidatedShortQuanta += notional;
    this.#recordInventory(liquidation, "takeover", position.lots, takeover.value, null);
    this.#movePool(liquidation, booked.left);
    return liquidation;
  }

  /** A takeover first nets against opposite inventory, as far as the pool can pay for a loss in it (LIQ-7). */
  #net(liquidation: number): void {
    const { liquidations } = this;
    for (const other of liquidations.open) {
      const mine = this.#inventory(liquidation);
      const theirs = this.#inventory(other);
      if (mine.lots * theirs.lots >= 0) continue;
      const most = Math.min(Math.abs(mine.lots), Math.abs(theirs.lots));
      const myValue = valueShare(mine, most);
      const theirValue = valueShare(theirs, most);
      const profit = profitAt(mine.lots, myValue, theirValue);
      if (profit < 0 && -profit > this.#payable(liquidation)) continue;
      const rested = liquidations.order[other] !== 0;
      // Before the release: what is released to nothing no longer knows its order.
      this.#withdraw(other);
      this.#release(liquidation, Math.sign(mine.lots) * most, myValue, "netting", theirValue);
      this.#release(other, Math.sign(theirs.lots) * most, theirValue, "netting", theirValue);
      addTo(liquidations.marketLots, liquidation, most);
      addTo(liquidations.marketLots, other, most);
      this.#movePool(liquidation, profit);
      if (rested && liquidations.restLots[other] !== 0) this.#place(other);
    }
  }

  /** Takes an open liquidation as far as this mark lets it go. */
  #pursue(liquidation: number, mark: JudgedMark): void {
    const { liquidations } = this;
    const inventory = this.#inventory(liquidation);
    if (inventory.lots === 0) return;
    if (!isBreached(this.#terms, inventory.lots, inventory.value, mark.markTicks)) {
      if (liquidations.order[liquidation] === 0 || !this.#rests(liquidation)) this.#place(liquidation);
      return;
    }
    this.#withdraw(liquidation);
    this.#cover(liquidation);
    if (liquidations.restLots[liquidation] !== 0) this.#deleverage(liquidation, mark);
    if (liquidations.restLots[liquidation] !== 0) this.#leaveToHouse(liquidation, mark);
  }

  #place(liquidation: number): void {
    const { limitTicks } = this.#start(liquidation).takeover;
    const lots = this.liquidations.restLots[liquidation] as number;
    this.liquidations.order[liquidation] = this.#exchange.engineOrder(liquidation, engineAccount(lots), lots, limitTicks, true);
  }

  #rests(liquidation: number): boolean {
    return this.#exchange.book.restLots(this.liquidations.order[liquidation] as number) > 0;
  }

  #withdraw(liquidation: number): void {
    const order = this.liquidations.order[liquidation] as number;
    if (order !== 0) this.#exchange.cancelEngineOrder(order);
    this.liquidations.order[liquidation] = 0;
  }

  /** Takes what the book offers, oldest best order first, as long as the pool can pay the loss in it (LIQ-6). */
  #cover(liquidation: number): void {
    const { book } = this.#exchange;
    for (;;) {
      const inventory = this.#inventory(liquidation);
      if (inventory.lots === 0) return;
      const bookSide = inventory.lots > 0 ? BUY : SELL;
      const bestTicks = bookSide === BUY ? book.bidTicks : book.askTicks;
      if (bestTicks === 0) return;
      const lots = coverableLots(this.#terms.instrument, inventory, bestTicks, book.firstLots(bookSide), this.#payable(liquidation));
      if (lots === 0) return;
      this.#exchange.engineOrder(liquidation, engineAccount(inventory.lots), Math.sign(inventory.lots) * lots, bestTicks, false);
    }
  }

  #deleverage(liquidation: number, mark: JudgedMark): void {
    const inventory = this.#inventory(liquidation);
    const candidates = eligibleCandidates(this.#ledger.accounts, this.#terms.instrument, this.#rules, inventory, mark.markTicks);
    const lots = Math.abs(inventory.lots);
    const bankruptSide = inventory.lots > 0 ? 1 : -1;
    const fills = this.#policy({ bankruptSide, lots }, candidates);
    checkFills(this.#rules.policy, lots, candidates, fills);
    if (fills.length === 0) return;
    const loss = -profitAt(inventory.lots, inventory.value, valueOf(this.#terms.instrument, mark.markTicks, lots));
    const needed = Math.max(0, loss - this.#payable(liquidation));
    const event = this.adlEventCount;
    this.adlEventCount += 1;
    let closed = 0;
    fills.forEach((fill, index) => {
      const neededBefore = multiplyDivide(needed, closed, lots, "down");
      closed += fill.lots;
      const neededShare = multiplyDivide(needed, closed, lots, "down") - neededBefore;
      this.#closeWinner(liquidation, event, index + 1, candidates, fill, neededShare, mark);
    });
  }

  #closeWinner(
    liquidation: number,
    event: number,
    rank: number,
    candidates: AdlCandidates,
    fill: AdlFill,
    needed: number,
    mark: JudgedMark,
  ): void {
    const { accounts } = this.#ledger;
    const { instrument } = this.#terms;
    const account = candidates.account[fill.candidate] as number;
    this.#exchange.cancelAll(account);
    const held = accounts.positionLots[account] as number;
    const equityBefore = this.#worth(account, mark.markTicks);
    const inventory = this.#inventory(liquidation);
    const value = valueShare(inventory, fill.lots);
    const place = this.#record.nextBooking();
    this.#release(liquidation, Math.sign(inventory.lots) * fill.lots, value, "adl", value);
    const bought = held > 0 ? -fill.lots : fill.lots;
    const booking = this.#ledger.trade(account, bought, value, 0);
    const profit = booking.realizedProfit;
    if (booking.shortfall > 0) this.payShortfall(booking.shortfall);
    this.#exchange.watch(account);
    accounts.adlCount[account] = (accounts.adlCount[account] as number) + 1;
    addTo(this.liquidations.adlLots, liquidation, fill.lots);
    this.adlQuanta += value;
    const { numerator, denominator } = instrument.quantaPerTickLot;
    const priceTicks = multiplyDivide(value, denominator, fill.lots * numerator, "half-even");
    this.#record.adl.append([
      place,
      mark.timeUs,
      event,
      liquidation,
      0,
      account,
      held > 0 ? "long" : "short",
      rank,
      fill.score,
      this.#rules.policy,
      fill.lots,
      Math.abs(held),
      mark.markTicks,
      priceTicks,
      value,
      0,
      profit,
      needed,
      equityBefore - this.#worth(account, mark.markTicks),
    ]);
    this.#listener.deleveraged(account, bought, priceTicks);
  }

  /** What not even ADL could place: the pool, as far as it can, and the house pay the loss at mark; the house keeps the position (FUND-4). */
  #leaveToHouse(liquidation: number, mark: JudgedMark): void {
    const inventory = this.#inventory(liquidation);
    const value = valueOf(this.#terms.instrument, mark.markTicks, inventory.lots);
    const loss = -profitAt(inventory.lots, inventory.value, value);
    const paid = Math.min(loss, this.#payable(liquidation));
    this.#release(liquidation, inventory.lots, inventory.value, "house", value);
    this.#ledger.takeIntoHouse(inventory.lots, value);
    addTo(this.liquidations.residualLots, liquidation, Math.abs(inventory.lots));
    this.#movePool(liquidation, -paid);
    if (paid === loss) return;
    addTo(this.liquidations.uncovered, liquidation, loss - paid);
    this.#payFromHouse(liquidation, loss - paid);
  }

  #payFromHouse(liquidation: number | null, amount: number): void {
    this.#ledger.moveHouse(-amount);
    this.#recordFund("uncovered", liquidation, 0, amount);
  }

  /** Takes lots out of the engine, signed as its inventory, closed at a value; notes the end when none rest. */
  #release(liquidation: number, lots: number, value: number, entry: string, closingValue: number): void {
    const { liquidations } = this;
    this.#ledger.releaseInventory(lots, value);
    this.#recordInventory(liquidation, entry, -lots, value, closingValue);
    addTo(liquidations.restLots, liquidation, -lots);
    addTo(liquidations.restValue, liquidation, -value);
    if (liquidations.restLots[liquidation] === 0) {
      liquidations.endTimeUs[liquidation] = this.#exchange.timeUs;
      liquidations.order[liquidation] = 0;
    }
  }

  #movePool(liquidation: number, amount: number): void {
    if (amount === 0) return;
    this.#ledger.movePool(amount);
    if (amount > 0) addTo(this.liquidations.surplus, liquidation, amount);
    else addTo(this.liquidations.cover, liquidation, -amount);
    this.#recordFund(amount > 0 ? "surplus" : "cover", liquidation, amount, 0);
  }

  #recordInventory(liquidation: number, entry: string, lots: number, value: number, closingValue: number | null): void {
    const { inventory } = this.#record;
    inventory.append([this.#record.nextBooking(), this.#exchange.timeUs, liquidation, 0, entry, lots, value, closingValue]);
  }

  #recordFund(entry: string, liquidation: number | null, amount: number, house: number): void {
    const { funds } = this.#record;
    const { name, booked } = this.#pool;
    // In the midst of a waterfall inventory may hide losses that are about to be dealt with; after it none does, and booked is what is available.
    this.#pool.peak = Math.max(this.#pool.peak, booked);
    funds.append([funds.rowCount, this.#record.nextBooking(), this.#exchange.timeUs, 0, name, entry, liquidation, amount, booked, house]);
  }

  /** What the pool can pay for one liquidation without going below zero: hidden losses in other inventory come first (FUND-3, FUND-4). */
  #payable(liquidation: number): number {
    const { markTicks } = this.#exchange;
    const inventory = this.#inventory(liquidation);
    const own =
      inventory.lots === 0 ? 0 : profitAt(inventory.lots, inventory.value, valueOf(this.#terms.instrument, markTicks, inventory.lots));
    return Math.max(0, this.#pool.available(this.#inventoryProfit(markTicks) - own));
  }

  #inventoryProfit(markTicks: number): number {
    const { accounts } = this.#ledger;
    let profit = 0;
    if (this.#terms.instrument.quantaPerTickLot.denominator !== 1) {
      // Values are rounded: a total over all lots could show a loss that no single liquidation has.
      for (const liquidation of this.liquidations.open) {
        const { lots, value } = this.#inventory(liquidation);
        if (lots !== 0) profit += profitAt(lots, value, valueOf(this.#terms.instrument, markTicks, lots));
      }
      return profit;
    }
    for (const account of [ENGINE_LONG_ACCOUNT, ENGINE_SHORT_ACCOUNT]) {
      const lots = accounts.positionLots[account] as number;
      if (lots !== 0) profit += profitAt(lots, accounts.entryValue[account] as number, valueOf(this.#terms.instrument, markTicks, lots));
    }
    return profit;
  }

  /** Wallet, margin and unrealised profit of an account, quanta. */
  #worth(account: number, markTicks: number): number {
    const position = positionOf(this.#ledger.accounts, account);
    const wallet = this.#ledger.accounts.wallet[account] as number;
    return position.lots === 0 ? wallet : wallet + equityAt(this.#terms, position, markTicks);
  }

  #inventory(liquidation: number): Inventory {
    return { lots: this.liquidations.restLots[liquidation] as number, value: this.liquidations.restValue[liquidation] as number };
  }

  #start(liquidation: number) {
    return this.liquidations.starts[liquidation] as (typeof this.liquidations.starts)[number];
  }
}

/** A policy may be anybody's: what it returns is checked before anything is booked. */
function checkFills(policy: string, lots: number, candidates: AdlCandidates, fills: readonly AdlFill[]): void {
  let sum = 0;
  const seen = new Set<number>();
  for (const fill of fills) {
    const held = candidates.lots[fill.candidate];
    if (held === undefined || seen.has(fill.candidate) || !Number.isSafeInteger(fill.lots) || fill.lots <= 0 || fill.lots > held) {
      throw new Error(`ADL policy ${policy} closes ${fill.lots} lots of candidate ${fill.candidate}, who holds ${held ?? "nothing"}`);
    }
    seen.add(fill.candidate);
    sum += fill.lots;
  }
  const most = candidates.lots.reduce((all, held) => all + held, 0);
  if (sum !== Math.min(lots, most)) throw new Error(`ADL policy ${policy} closes ${sum} lots in all, ${Math.min(lots, most)} were asked`);
}

function addTo(column: number[], row: number, amount: number): void {
  column[row] = (column[row] as number) + amount;
}

function engineAccount(lots: number): number {
  return lots > 0 ? ENGINE_LONG_ACCOUNT : ENGINE_SHORT_ACCOUNT;
}
