/**
 * The default waterfall: liquidation on the book at the bankruptcy price (LIQ-4), then
 * the backstop vault where there is one (LIQ-4), then the insurance fund (LIQ-6, FUND-4), then auto-deleveraging (ADL-3..6), then the house
 * (FUND-4). Decisions come from `clearing/`; this moves them between
 * book and ledger, one scope after the other, as bounded work at a mark.
 */
import type { AdlClosingsState, Closed } from "./adl-closings.ts";
import { Backstop } from "./backstop.ts";
import { ENGINE_LONG_ACCOUNT, ENGINE_SHORT_ACCOUNT } from "./clearing/accounts.ts";
import type { AdlPolicy } from "./clearing/adl/policy.ts";
import { coverableLots, valueShare } from "./clearing/insurance-fund.ts";
import type { Ledger } from "./clearing/ledger.ts";
import { type Failure, failuresAt, isBreached, positionOf, takeoverTerms } from "./clearing/liquidation.ts";
import { type LiquidationCause, type LiquidationStart, Liquidations } from "./clearing/liquidations.ts";
import { equityAt, isAtRisk, liquidationTicks, type MarginTerms, type Position, profitAt, requirementAt } from "./clearing/margin.ts";
import type { CrossStanding } from "./cross/standing.ts";
import { Deleveraging } from "./deleveraging.ts";
import { addTo, Engine } from "./engine.ts";
import type { Exchange } from "./exchange.ts";
import type { Period } from "./input.ts";
import type { JudgedMark } from "./judged-mark.ts";
import { flattened, refill } from "./kernel/flat-map.ts";
import { Levies, type LeviesState } from "./levies.ts";
import { BUY, SELL } from "./market/order-book.ts";
import type { Record } from "./record.ts";
import { Reductions, type ReductionsState } from "./reductions.ts";
import type { VaultDesk } from "./vault.ts";
import { valueOf } from "./venue/instrument.ts";
import type { VenueRules } from "./venue/rules.ts";
import { compareProducts } from "./venue/whole.ts";

/** What the waterfall tells the agents' link. */
export interface WaterfallListener {
  reduced(account: number, lots: number, priceTicks: number): void;
  liquidated(account: number): void;
  deleveraged(account: number, lots: number, priceTicks: number): void;
  /** All open orders of an account, of other instruments too, are to go (ADL-4). */
  cancelEverywhere(account: number): void;
}

/** What of a venue's rules decides about it. */
export type WaterfallRules = Pick<VenueRules, "adl" | "surplusTo" | "takeoverAt" | "backstop" | "fund"> & {
  /** The house takes all that fails at the mark and keeps it (CASC-3). */
  readonly offBook?: true;
};

/** What a waterfall remembers, as plain data. */
export interface WaterfallState {
  readonly liquidatedLongQuanta: number;
  readonly liquidatedShortQuanta: number;
  /** With the policy's memory: accounts and what it remembers of each, one after the other. */
  readonly deleveraging: { readonly closedQuanta: number; readonly memory: Float64Array; readonly closings: AdlClosingsState };
  /** Liquidations that the engine still holds lots of, and how many there were. */
  readonly open: readonly number[];
  readonly liquidationCount: number;
  readonly reductions: ReductionsState;
  readonly levies: LeviesState;
}

/** What is known of a liquidation at its trigger besides where and when; without a scope it is one by itself. */
export type Liquidated = Pick<LiquidationStart, "position" | "liquidationTicks" | "equity" | "requirement" | "bankruptcyTicks"> &
  Pick<LiquidationStart, "cause" | "parent"> & { readonly scope?: number };

export class Waterfall {
  readonly engine: Engine;
  readonly deleveraging: Deleveraging;
  readonly liquidations: Liquidations;
  /** Value liquidated so far by side of the position, quanta. */
  liquidatedLongQuanta = 0;
  liquidatedShortQuanta = 0;
  readonly #exchange: Exchange;
  readonly #ledger: Ledger;
  readonly #terms: MarginTerms;
  readonly #listener: WaterfallListener;
  readonly #rules: WaterfallRules;
  /** Accounts whose trigger the mark has reached. */
  #candidates: readonly number[] = [];
  readonly #record: Record;
  readonly #reductions: Reductions;
  readonly #levies: Levies;
  /** What takes positions with their margin; null where nothing does. */
  readonly #backstop: Backstop | null;
  readonly #vault: VaultDesk | null;
  /** When ADL is declared. */
  readonly #declared: readonly Period[];

  /**
   * @param liquidations of all instruments; left out: a list of its own
   * @param declared when auto-deleveraging is, for venues with that trigger (ADL-1)
   * @param vault of a venue that has one
   * @param cross where cross scopes stand; null where no account has cross positions
   */
  constructor(
    exchange: Exchange,
    rules: WaterfallRules,
    policy: AdlPolicy,
    record: Record,
    listener: WaterfallListener,
    liquidations: Liquidations = new Liquidations(),
    declared: readonly Period[] = [],
    vault: VaultDesk | null = null,
    cross: CrossStanding | null = null,
  ) {
    this.#declared = rules.adl.triggers.includes("declared") ? declared : [];
    this.#exchange = exchange;
    this.#ledger = exchange.ledger;
    this.#terms = exchange.terms;
    this.#listener = listener;
    this.#rules = rules;
    this.#record = record;
    this.engine = new Engine(exchange, rules.surplusTo, record, liquidations, vault);
    this.#vault = vault;
    this.#backstop = vault === null || rules.backstop == null ? null : new Backstop(exchange, this.engine, vault, rules.backstop);
    this.liquidations = liquidations;
    this.#levies = new Levies(exchange, record, rules.fund?.residual ?? "house", cross);
    this.#reductions = new Reductions(exchange, this.engine);
    this.deleveraging = new Deleveraging(exchange, this.engine, rules.adl, policy, record, listener, cross);
  }

  /** What it remembers (TIME-4). */
  state(): WaterfallState {
    const { liquidatedLongQuanta, liquidatedShortQuanta, deleveraging } = this;
    const { closedQuanta, memory, closings } = deleveraging;
    return {
      liquidatedLongQuanta,
      liquidatedShortQuanta,
      deleveraging: { closedQuanta, memory: flattened(memory), closings: closings.state() },
      open: this.engine.open.slice(),
      liquidationCount: this.engine.liquidationCount,
      reductions: this.#reductions.state(),
      levies: this.#levies.state(),
    };
  }

  restore(state: WaterfallState): void {
    this.liquidatedLongQuanta = state.liquidatedLongQuanta;
    this.liquidatedShortQuanta = state.liquidatedShortQuanta;
    this.deleveraging.closedQuanta = state.deleveraging.closedQuanta;
    refill(this.deleveraging.memory, state.deleveraging.memory);
    this.deleveraging.closings.restore(state.deleveraging.closings);
    this.engine.open = state.open.slice();
    this.engine.liquidationCount = state.liquidationCount;
    this.#reductions.restore(state.reductions);
    this.#levies.restore(state.levies);
  }

  /** At a new mark, first: what the engine holds already. */
  pursueOpen(mark: JudgedMark): void {
    this.#vault?.standBack();
    this.#levies.begin();
    this.deleveraging.closings.begin();
    this.deleveraging.forget();
    this.#ledger.pool.judge(mark.timeUs);
    for (const liquidation of this.engine.open) this.#pursue(liquidation, mark);
  }

  /** Whose positions fail at the mark; nobody can be deleveraged who is among them (ADL-3). */
  failing(mark: JudgedMark): Failure[] {
    this.#candidates = this.#exchange.triggers.take(mark.markTicks);
    if (this.#candidates.length === 0) return [];
    const { accounts } = this.#ledger;
    const failures = failuresAt(this.#terms, this.#candidates, mark.markTicks, (account) => this.#exchange.judgedPosition(account));
    for (const { account } of failures) accounts.inLiquidation[account] = 1;
    return failures;
  }

  /** After all that failed was liquidated: what is left of the inventory, and triggers where positions now have them. */
  finish(mark: JudgedMark): void {
    this.#reductions.release(mark.markTicks);
    for (const account of this.#candidates) this.#exchange.watch(account);
    this.closeShort(mark);
    this.#vault?.work();
  }

  /**
   * Many small fills may leave the rest of an inventory behind the mark by what rounding
   * took from each: a pool that is short of it deals with that in the same instant too (CONS-3).
   */
  closeShort(mark: JudgedMark): void {
    while (this.#ledger.pool.available < 0) {
      const liquidation = this.engine.open.find((candidate) => this.#isBehind(candidate, mark));
      if (liquidation === undefined) break;
      this.#pursue(liquidation, mark);
    }
    this.engine.sweep();
    this.deleveraging.forget();
  }

  #isBehind(liquidation: number, mark: JudgedMark): boolean {
    const { lots, value } = this.engine.inventory(liquidation);
    return lots !== 0 && isBreached(this.#terms, lots, value, mark.markTicks);
  }

  /** Liquidates one that fails, if it still does when its orders are gone (LIQ-2): reduced first, as far as the venue has it (LIQ-3), else taken over. */
  liquidate(account: number, mark: JudgedMark): void {
    const { accounts } = this.#ledger;
    this.#exchange.cancelAll(account);
    const reduced = this.#reductions.reduce(account, mark.markTicks, this.mayReduce(mark), () => this.#startIsolated(account, mark));
    const waits = reduced === "waits" && !this.backstopTakes(positionOf(accounts, account));
    if (reduced === "takeover" || (reduced === "waits" && !waits)) {
      const liquidation = this.#reductions.of(account) ?? this.#startIsolated(account, mark);
      this.#reductions.end(account);
      this.takeOver(liquidation, account, mark);
    } else if (reduced === "passes") this.#reductions.end(account);
    accounts.inLiquidation[account] = waits ? 1 : 0;
  }

  /** Whether the vault would take a position that waits for the book (LIQ-4). */
  backstopTakes(position: Position): boolean {
    return this.#backstop?.wouldTake(position) === true;
  }

  /** Whether positions are reduced first: not while liquidated parts go to winners at once (ADL-2), and not off the book. */
  mayReduce(mark: JudgedMark): boolean {
    return this.#rules.offBook !== true && !this.#ledger.pool.isDrawnDown && !this.#isDeclared(mark.timeUs);
  }

  /**
   * Takes a whole position over, and takes it as far as this mark lets it go.
   * @param priced the position whose bankruptcy price is meant: of a cross scope with its part of the equity (MARGIN-5)
   */
  takeOver(liquidation: number, account: number, mark: JudgedMark, priced: Position = positionOf(this.#ledger.accounts, account)): void {
    this.#takeOver(liquidation, account, mark, priced);
    if (this.#rules.offBook === true) this.#leaveToHouse(liquidation, mark);
    else {
      this.#net(liquidation);
      this.#pursue(liquidation, mark);
    }
    this.#listener.liquidated(account);
  }

  /** An order of a liquidation's own account traded (LIQ-4). */
  reduced(liquidation: number, lots: number, value: number, fee: number, priceTicks: number): void {
    const { account, position } = this.#startOf(liquidation);
    addTo(this.liquidations.reducedLots, liquidation, Math.abs(lots));
    this.#liquidated(liquidation, position.lots, value, fee);
    this.#listener.reduced(account, lots, priceTicks);
  }

  /**
   * Notes a liquidation at its trigger.
   * @param liquidated what decides about it: of a cross scope, this instrument's part of it
   */
  start(account: number, mark: JudgedMark, liquidated: Liquidated): number {
    const { accounts } = this.#ledger;
    accounts.liquidationCount[account] = (accounts.liquidationCount[account] as number) + 1;
    const { scope, ...rest } = liquidated;
    return this.engine.start({
      account,
      instrument: this.#exchange.number,
      timeUs: mark.timeUs,
      markTicks: mark.markTicks,
      notional: valueOf(this.#terms.instrument, mark.markTicks, liquidated.position.lots),
      booking: this.engine.nextBooking(),
      scope: scope ?? this.liquidations.count,
      ...rest,
    });
  }

  /** What an account was levied here since the mark before, quanta (CASC-1). */
  leviedSince(account: number): number {
    return this.#levies.since(account);
  }

  /** What auto-deleveraging closed of a position here since the mark before, null for nothing (CASC-1). */
  closedSince(account: number): Closed | null {
    return this.deleveraging.closings.since(account);
  }

  #startIsolated(account: number, mark: JudgedMark): number {
    const position = positionOf(this.#ledger.accounts, account);
    const cause = this.#causeOf(account, position, mark);
    return this.start(account, mark, {
      position,
      liquidationTicks: liquidationTicks(this.#terms, position),
      equity: equityAt(this.#terms, position, mark.markTicks),
      requirement: requirementAt(this.#terms, position, mark.markTicks),
      bankruptcyTicks: takeoverTerms(this.#terms, position).limitTicks,
      cause,
      parent: cause === "induced" ? mark.strongest(position.lots > 0 ? -1 : 1) : -1,
    });
  }

  #takeOver(liquidation: number, account: number, mark: JudgedMark, position: Position): void {
    const takeover = takeoverTerms(this.#terms, position, this.#rules.takeoverAt === "mark" ? mark.markTicks : null);
    const { fee, left, shortfall } = this.#ledger.takeOver(account, takeover.value, takeover.fee);
    this.#exchange.rankings?.changed(account);
    this.#liquidated(liquidation, position.lots, valueOf(this.#terms.instrument, mark.markTicks, position.lots), fee);
    this.liquidations.endTimeUs[liquidation] = Number.NaN;
    this.engine.takeOver(liquidation, position.lots, takeover);
    if (shortfall > 0) this.#payFor(liquidation, shortfall);
    else this.engine.leave(liquidation, account, left);
  }

  /**
   * Closes lots of two legs of one account against each other at the mark, for the liquidations of both (LIQ-3, LIQ-4).
   * @param legs numbers of the two
   */
  offset(liquidations: readonly [number, number], legs: readonly [number, number], lots: number): void {
    const value = valueOf(this.#terms.instrument, this.#exchange.markTicks, lots);
    this.#record.offset(this.#exchange.number, liquidations, legs, lots, value);
    legs.forEach((number, place) => {
      const liquidation = liquidations[place] as number;
      const held = this.#ledger.accounts.positionLots[number] as number;
      const closing = held > 0 ? -lots : lots;
      const { shortfall } = this.#ledger.reduce(number, closing, value, 0);
      if (shortfall > 0) this.engine.payShortfall(shortfall);
      addTo(this.liquidations.reducedLots, liquidation, lots);
      this.#liquidated(liquidation, held, value, 0);
      this.#listener.reduced(number, closing, this.#exchange.markTicks);
    });
  }

  /** Counts what was liquidated of a position of a side. */
  #liquidated(liquidation: number, side: number, value: number, fee: number): void {
    addTo(this.liquidations.liquidatedQuanta, liquidation, value);
    addTo(this.liquidations.fee, liquidation, fee);
    if (side > 0) this.liquidatedLongQuanta += value;
    else this.liquidatedShortQuanta += value;
  }

  /** Whether a position fails for the funding it just paid, for what ADL just closed of it, for a levy, for the displacement, or anyhow (CASC-1). */
  #causeOf(account: number, position: Position, mark: JudgedMark): LiquidationCause {
    const paid = mark.fundingPaid?.(account) ?? 0;
    if (paid > 0 && !isAtRisk(this.#terms, { ...position, margin: position.margin + paid }, mark.markTicks)) return "funding";
    const unclosed = this.deleveraging.closings.undone(account, position);
    if (unclosed !== null && !isAtRisk(this.#terms, unclosed, mark.markTicks)) return "adl";
    const levied = this.#levies.since(account);
    if (levied > 0) {
      const entryValue = position.entryValue - Math.sign(position.lots) * levied;
      if (!isAtRisk(this.#terms, { ...position, entryValue }, mark.markTicks)) return "levy";
    }
    return isAtRisk(this.#terms, position, mark.shadowMarkTicks) ? "direct" : "induced";
  }

  /** A takeover first nets against opposite inventory, as far as the pool can pay for a loss in it (LIQ-7). */
  #net(liquidation: number): void {
    const { liquidations } = this;
    for (const other of this.engine.open) {
      const mine = this.engine.inventory(liquidation);
      // Most often all that the engine holds is of one side: nothing to look for.
      if (!this.engine.holdsAgainst(mine.lots)) return;
      const theirs = this.engine.inventory(other);
      if (mine.lots * theirs.lots >= 0) continue;
      const most = Math.min(Math.abs(mine.lots), Math.abs(theirs.lots));
      const myValue = valueShare(mine, most);
      const theirValue = valueShare(theirs, most);
      const profit = profitAt(mine.lots, myValue, theirValue);
      if (profit < 0 && -profit > this.engine.payable(liquidation)) continue;
      const rested = liquidations.order[other] !== 0;
      // Before the release: what is released to nothing no longer knows its order.
      this.#withdraw(other);
      this.engine.release(liquidation, Math.sign(mine.lots) * most, myValue, "netting", theirValue);
      this.engine.release(other, Math.sign(theirs.lots) * most, theirValue, "netting", theirValue);
      addTo(liquidations.marketLots, liquidation, most);
      addTo(liquidations.marketLots, other, most);
      this.engine.gain(liquidation, profit);
      if (rested && liquidations.restLots[other] !== 0) this.#place(other);
    }
  }

  /** Takes an open liquidation as far as this mark lets it go. */
  #pursue(liquidation: number, mark: JudgedMark): void {
    const { liquidations } = this;
    if (this.engine.inventory(liquidation).lots === 0) return;
    const { pool } = this.#ledger;
    pool.judge(mark.timeUs);
    if (pool.isDrawnDown || this.#isDeclared(mark.timeUs)) {
      this.#pursueOffMarket(liquidation, mark);
      return;
    }
    if (!this.#isBehind(liquidation, mark)) {
      if (liquidations.order[liquidation] === 0 || !this.#rests(liquidation)) this.#place(liquidation);
      if (this.#backstop?.wouldTakeRest(liquidation) === true) {
        this.#withdraw(liquidation);
        this.#backstop.takeRest(liquidation);
      }
      return;
    }
    this.#withdraw(liquidation);
    if (!this.#goesStraightToAdl(liquidation, mark)) this.#cover(liquidation);
    if (liquidations.restLots[liquidation] !== 0) this.deleveraging.deleverage(liquidation, mark);
    if (liquidations.restLots[liquidation] !== 0) this.#leaveToHouse(liquidation, mark);
  }

  /** Whether winners come before the pool covers anything: for any mark beyond bankruptcy, or one that is far beyond (ADL-1). */
  #goesStraightToAdl(liquidation: number, { markTicks }: JudgedMark): boolean {
    const { triggers, beyond } = this.#rules.adl;
    if (triggers.includes("negative-equity")) return true;
    if (!triggers.includes("mark-beyond-bankruptcy")) return false;
    const { lots, value } = this.engine.inventory(liquidation);
    const atMark = valueOf(this.#terms.instrument, markTicks, lots);
    return compareProducts(-profitAt(lots, value, atMark), beyond.denominator, atMark, beyond.numerator) >= 0;
  }

  /** Whether auto-deleveraging is declared (ADL-1). */
  #isDeclared(timeUs: number): boolean {
    return this.#declared.some(({ fromUs, untilUs }) => timeUs >= fromUs && timeUs < untilUs);
  }

  /** While ADL is declared or the pool has fallen too far: to winners at once, and no order on the book; what is left waits as long as the mark lets it (ADL-2). */
  #pursueOffMarket(liquidation: number, mark: JudgedMark): void {
    const { restLots } = this.liquidations;
    this.#withdraw(liquidation);
    this.deleveraging.deleverage(liquidation, mark);
    if (restLots[liquidation] !== 0 && this.#isBehind(liquidation, mark)) this.#leaveToHouse(liquidation, mark);
  }

  #place(liquidation: number): void {
    const limitTicks = this.liquidations.limitTicks[liquidation] as number;
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
      const inventory = this.engine.inventory(liquidation);
      if (inventory.lots === 0) return;
      const bookSide = inventory.lots > 0 ? BUY : SELL;
      const bestTicks = bookSide === BUY ? book.bidTicks : book.askTicks;
      if (bestTicks === 0) return;
      const lots = coverableLots(this.#terms.instrument, inventory, bestTicks, book.firstLots(bookSide), this.engine.payable(liquidation));
      if (lots === 0) return;
      this.#exchange.engineOrder(liquidation, engineAccount(inventory.lots), Math.sign(inventory.lots) * lots, bestTicks, false);
    }
  }

  /** What not even ADL could place: the pool, as far as it can, and the house, with levies, pay the loss at mark; the house keeps the position (FUND-4). */
  #leaveToHouse(liquidation: number, mark: JudgedMark): void {
    const inventory = this.engine.inventory(liquidation);
    const value = valueOf(this.#terms.instrument, mark.markTicks, inventory.lots);
    const loss = -profitAt(inventory.lots, inventory.value, value);
    this.engine.release(liquidation, inventory.lots, inventory.value, "house", value);
    this.#ledger.takeIntoHouse(inventory.lots, value);
    addTo(this.liquidations.residualLots, liquidation, Math.abs(inventory.lots));
    this.#payFor(liquidation, loss);
  }

  /** A loss that is nobody's order: the pool pays it as far as it can, then the house, and what levies bring is the house's (FUND-4). */
  #payFor(liquidation: number, loss: number): void {
    const uncovered = this.engine.pay(liquidation, loss);
    if (uncovered > 0) this.engine.socialised(liquidation, this.#levies.levy(liquidation, uncovered));
  }

  #startOf(liquidation: number): LiquidationStart {
    return this.liquidations.starts[liquidation] as LiquidationStart;
  }
}

function engineAccount(lots: number): number {
  return lots > 0 ? ENGINE_LONG_ACCOUNT : ENGINE_SHORT_ACCOUNT;
}
