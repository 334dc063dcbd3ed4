/**
 * Liquidation of cross scopes (LIQ-1..4): all open orders of the scope go first, then its
 * positions are reduced on the book as the venue has it, and when that cannot help all of
 * them are taken over, each with its part of the equity (MARGIN-5); from there on they go
 * the way of any takeover, in their own instruments.
 */
import { type Failure, takeoverTerms } from "../clearing/liquidation.ts";
import type { LiquidationCause, LiquidationStart } from "../clearing/liquidations.ts";
import { liquidationPrice } from "../clearing/portfolio/liquidation-price.ts";
import { judge, type Reduction } from "../clearing/portfolio/reduction.ts";
import type { Exchange } from "../exchange.ts";
import type { JudgedMark } from "../judged-mark.ts";
import { flattened, refill } from "../kernel/flat-map.ts";
import { BUY, SELL } from "../market/order-book.ts";
import type { Asset } from "../venue/asset.ts";
import type { MarginRules } from "../venue/rules.ts";
import type { Liquidated, Waterfall } from "../waterfall.ts";
import { type Part, partsOf } from "./parts.ts";
import { crossScopeOf, portfolioOf } from "./portfolio-of.ts";
import type { CrossLeg, CrossStanding } from "./standing.ts";
import { CrossWatch } from "./watch.ts";

/** One instrument at its mark. */
export interface Judged {
  readonly exchange: Exchange;
  readonly waterfall: Waterfall;
  readonly mark: JudgedMark;
}

/** What is remembered from mark to mark, as plain data: keys and numbers, one after the other. */
export interface CrossLiquidationsState {
  readonly underWay: Float64Array;
  readonly scopes: Float64Array;
  readonly lastTimeUs: Float64Array;
}

export class CrossLiquidations {
  readonly #asset: Asset;
  readonly #rules: MarginRules;
  readonly #standing: CrossStanding;
  readonly #watch: CrossWatch;
  readonly #instrumentCount: number;
  /** Liquidation of each position of a scope that is being reduced, by account and instrument. */
  readonly #underWay = new Map<number, number>();
  /** First liquidation of each such scope, by account. */
  readonly #scopes = new Map<number, number>();
  /** When a part of the account's positions was closed last (`fraction`). */
  readonly #lastTimeUs = new Map<number, number>();

  constructor(asset: Asset, rules: MarginRules, standing: CrossStanding, exchanges: readonly Exchange[]) {
    this.#asset = asset;
    this.#rules = rules;
    this.#standing = standing;
    this.#instrumentCount = exchanges.length;
    const [first] = exchanges;
    this.#watch = new CrossWatch(standing, (first as Exchange).accounts.cash, exchanges);
  }

  /** Whose scopes fail at the marks; nobody can be deleveraged who is among them (ADL-3). */
  failing(all: readonly Judged[]): Failure[] {
    const failures = this.#watch.failing();
    for (const { account } of failures) this.#mark(all, account, 1);
    return failures;
  }

  /** Liquidates a scope that fails, if it still does when its orders are gone (LIQ-2): reduced first, as far as the venue has it (LIQ-3), else taken over. */
  liquidate(account: number, all: readonly Judged[]): void {
    for (const { venue, number } of this.#standing.of(account)) (all[venue.number] as Judged).exchange.cancelAll(number);
    while (this.#standing.figures(account).atRisk) {
      const reductions = this.#reductions(account, all);
      if (reductions === null) {
        this.#takeOver(account, all);
        return;
      }
      if (this.#take(account, reductions, all)) continue;
      // What the book does not offer is tried again at the next mark, unless the vault has it.
      const parts = partsOf(this.#standing, account);
      if (!parts.every(({ venue, position }) => (all[venue.number] as Judged).waterfall.backstopTakes(position))) return;
      this.#takeOver(account, all);
      return;
    }
    this.#end(account, all);
  }

  /** After all that failed was liquidated: ends the liquidations of those who pass. */
  finish(all: readonly Judged[]): void {
    for (const account of this.#scopes.keys()) if (!this.#standing.figures(account).atRisk) this.#end(account, all);
  }

  state(): CrossLiquidationsState {
    return { underWay: flattened(this.#underWay), scopes: flattened(this.#scopes), lastTimeUs: flattened(this.#lastTimeUs) };
  }

  restore({ underWay, scopes, lastTimeUs }: CrossLiquidationsState): void {
    refill(this.#underWay, underWay);
    refill(this.#scopes, scopes);
    refill(this.#lastTimeUs, lastTimeUs);
  }

  /** What is closed of a scope next, positions numbered as those it holds; null when all is taken over. */
  #reductions(account: number, all: readonly Judged[]): readonly Reduction[] | null {
    const held = this.#standing.held(account);
    if (this.#rules.partialLiquidation === "full" || held.some(({ venue }) => !mayReduce(all[venue.number] as Judged))) return null;
    if (this.#rules.partialLiquidation === "fraction" && this.#isCoolingDown(account, all)) return null;
    const portfolio = portfolioOf(this.#asset, this.#rules, this.#standing, account);
    const parts = partsOf(this.#standing, account);
    const fillTicks = (position: number) => offeredTicks(all, parts[position] as Part) || (parts[position] as Part).venue.markTicks;
    const { status, reductions } = judge(portfolio, crossScopeOf(portfolio), fillTicks);
    return status === "partial" ? reductions : null;
  }

  /** Carries reductions out, a pair by offsetting it; returns whether anything could be done. */
  #take(account: number, reductions: readonly Reduction[], all: readonly Judged[]): boolean {
    const parts = partsOf(this.#standing, account);
    const [first, second] = reductions.map(({ position }) => parts[position] as Part);
    if (first !== undefined && second !== undefined && first.venue === second.venue) {
      this.#offset(account, [first, second], (reductions[0] as Reduction).lots, all);
      return true;
    }
    return reductions.reduce((found, { lots }, place) => {
      const { venue, number } = parts[(reductions[place] as Reduction).position] as Part;
      return this.#sell(account, venue.number, number, lots, found, all) || found;
    }, false);
  }

  /** Closes a long and a short leg of one contract against each other at the mark: nobody else takes part, and there is no fee (LIQ-3). */
  #offset(account: number, legs: readonly [Part, Part], lots: number, all: readonly Judged[]): void {
    const { exchange, waterfall, mark } = all[legs[0].venue.number] as Judged;
    const rows = legs.map((leg) => this.#underWayIn(account, leg, all)) as [number, number];
    waterfall.offset(rows, [legs[0].number, legs[1].number], lots);
    for (const { number } of legs) exchange.watch(number);
    this.#lastTimeUs.set(account, mark.timeUs);
  }

  /** Takes lots of a position off the book until they are closed, the scope passes or the book ends; returns whether it found any. */
  #sell(account: number, instrument: number, number: number, lots: number, found: boolean, all: readonly Judged[]): boolean {
    const { exchange, mark } = all[instrument] as Judged;
    let left = lots;
    while (left > 0 && ((left === lots && !found) || this.#standing.figures(account).atRisk)) {
      const part = partsOf(this.#standing, account).find((one) => one.venue.number === instrument && one.number === number) as Part;
      const liquidation = this.#underWayIn(account, part, all);
      const bestTicks = offeredTicks(all, part);
      if (bestTicks === 0) break;
      const side = part.position.lots > 0 ? 1 : -1;
      const taken = Math.min(left, exchange.book.firstLots(side > 0 ? BUY : SELL));
      exchange.reduce(liquidation, number, side * taken, bestTicks);
      this.#lastTimeUs.set(account, mark.timeUs);
      left -= taken;
    }
    return left < lots;
  }

  /** Takes over all positions of a scope; its cash is split among them before the first of them goes. */
  #takeOver(account: number, all: readonly Judged[]): void {
    const standing = this.#standing;
    // What is noted is judged with what other assets count for; what is taken over is what they sold for.
    const rows = partsOf(standing, account).map((part) => this.#underWayIn(account, part, all));
    standing.sellAll(account);
    const parts = partsOf(standing, account, standing.cash(account) + standing.figures(account).counted);
    this.#end(account, all);
    this.#mark(all, account, 1);
    for (const { venue, number, cash } of parts) (all[venue.number] as Judged).exchange.ledger.entrust(number, cash);
    parts.forEach(({ venue, number, position }, place) => {
      const { waterfall, mark } = all[venue.number] as Judged;
      waterfall.takeOver(rows[place] as number, number, mark, position);
    });
    this.#mark(all, account, 0);
  }

  /** The liquidation of a position of a scope: the one that goes on, or a new one. */
  #underWayIn(account: number, part: Part, all: readonly Judged[]): number {
    const key = this.#keyOf(part);
    const known = this.#underWay.get(key);
    if (known !== undefined) return known;
    const { waterfall, mark } = all[part.venue.number] as Judged;
    const liquidation = waterfall.start(part.number, mark, this.#liquidated(account, part, all));
    this.#underWay.set(key, liquidation);
    if (!this.#scopes.has(account)) this.#scopes.set(account, liquidation);
    return liquidation;
  }

  /** What is noted of one position of a scope: those after the first have its cause. */
  #liquidated(account: number, part: Part, all: readonly Judged[]): Liquidated {
    const { equity, requirement } = this.#standing.figures(account);
    const held = this.#standing.held(account);
    const portfolio = portfolioOf(this.#asset, this.#rules, this.#standing, account);
    const place = held.findIndex(({ venue, number }) => venue === part.venue && number === part.number);
    const first = this.#scopes.get(account);
    const { cause, parent } =
      first === undefined
        ? this.#causeOf(account, all)
        : ((all[part.venue.number] as Judged).waterfall.liquidations.starts[first] as LiquidationStart);
    return {
      position: part.position,
      liquidationTicks: liquidationPrice(portfolio, crossScopeOf(portfolio), place).ticks ?? 0,
      equity,
      requirement,
      bankruptcyTicks: takeoverTerms(part.venue.terms, part.position).limitTicks,
      cause,
      parent,
      ...(first === undefined ? {} : { scope: first }),
    };
  }

  /** Why a scope fails, over all its instruments (CASC-1), and for an induced one by whom (CASC-2). */
  #causeOf(account: number, all: readonly Judged[]): { cause: LiquidationCause; parent: number } {
    const legs = this.#standing.of(account);
    const passes = (otherwise: Parameters<CrossStanding["figures"]>[1]) => !this.#standing.figures(account, otherwise).atRisk;
    const paid = legs.reduce((sum, { venue, number }) => sum + ((all[venue.number] as Judged).mark.fundingPaid?.(number) ?? 0), 0);
    if (paid > 0 && passes({ cash: paid })) return { cause: "funding", parent: -1 };
    // Whoever has turned to the other side since is not what was closed.
    const reopened = (leg: CrossLeg) => {
      const closed = (all[leg.venue.number] as Judged).waterfall.closedSince(leg.number);
      return closed === null || closed.lots * leg.lots < 0 ? null : closed;
    };
    if (legs.some((leg) => reopened(leg) !== null)) {
      const cash = legs.reduce((sum, leg) => sum + (reopened(leg)?.margin ?? 0), 0);
      if (passes({ reopened, cash })) return { cause: "adl", parent: -1 };
    }
    const levied = (instrument: number) =>
      legs.reduce((sum, { venue, number }) => (venue.number === instrument ? sum + leviedIn(all, venue.number, number) : sum), 0);
    if (legs.some(({ venue }) => levied(venue.number) > 0) && passes({ profit: levied })) return { cause: "levy", parent: -1 };
    const shadow = (instrument: number) => (all[instrument] as Judged).mark.shadowMarkTicks;
    return passes({ markTicks: shadow }) ? { cause: "induced", parent: this.#parentOf(account, all) } : { cause: "direct", parent: -1 };
  }

  /** The liquidation whose displacement costs a scope most, then the latest, then the lowest number; −1 for none (CASC-2). */
  #parentOf(account: number, all: readonly Judged[]): number {
    let best = { liquidation: -1, cost: 0, timeUs: 0 };
    for (const { venue, lots } of this.#standing.held(account)) {
      const { mark, waterfall } = all[venue.number] as Judged;
      const adverse = lots > 0 ? -1 : 1;
      const liquidation = mark.strongest(adverse);
      if (liquidation < 0) continue;
      const { timeUs } = waterfall.liquidations.starts[liquidation] as LiquidationStart;
      const { numerator, denominator } = venue.terms.instrument.quantaPerTickLot;
      const cost = (mark.strongestTicks(adverse) * Math.abs(lots) * numerator) / denominator;
      const isSooner = timeUs > best.timeUs || (timeUs === best.timeUs && liquidation < best.liquidation);
      if (cost > best.cost || (cost === best.cost && cost > 0 && isSooner)) best = { liquidation, cost, timeUs };
    }
    return best.liquidation;
  }

  #isCoolingDown(account: number, all: readonly Judged[]): boolean {
    const last = this.#lastTimeUs.get(account);
    return last !== undefined && (all[0] as Judged).mark.timeUs - last < this.#rules.fraction.coolDownUs;
  }

  /** The liquidation of a scope is over, or goes on as takeovers. */
  #end(account: number, all: readonly Judged[]): void {
    this.#mark(all, account, 0);
    this.#scopes.delete(account);
    for (const leg of this.#standing.of(account)) {
      const key = this.#keyOf(leg);
      const liquidation = this.#underWay.get(key);
      if (liquidation === undefined) continue;
      const { waterfall, mark } = all[leg.venue.number] as Judged;
      waterfall.liquidations.endTimeUs[liquidation] = mark.timeUs;
      this.#underWay.delete(key);
    }
  }

  /** Says of all of an account's cross positions whether they are being liquidated. */
  #mark(all: readonly Judged[], account: number, inLiquidation: 0 | 1): void {
    for (const { venue, number } of this.#standing.of(account))
      (all[venue.number] as Judged).exchange.accounts.inLiquidation[number] = inLiquidation;
  }

  #keyOf({ venue, number }: Pick<Part, "venue" | "number">): number {
    return number * this.#instrumentCount + venue.number;
  }
}

function leviedIn(all: readonly Judged[], instrument: number, number: number): number {
  return (all[instrument] as Judged).waterfall.leviedSince(number);
}

function mayReduce({ waterfall, mark }: Judged): boolean {
  return waterfall.mayReduce(mark);
}

/** The best price that the book offers a position to close at, no worse than its bankruptcy price; 0 for none. */
function offeredTicks(all: readonly Judged[], { venue, position }: Part): number {
  const { bidTicks, askTicks } = (all[venue.number] as Judged).exchange.book;
  const { limitTicks } = takeoverTerms(venue.terms, position);
  if (position.lots > 0) return bidTicks >= limitTicks ? bidTicks : 0;
  return askTicks <= limitTicks ? askTicks : 0;
}
