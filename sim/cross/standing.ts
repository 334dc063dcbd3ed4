/**
 * Where the cross scope of an account stands over all instruments (MARGIN-3, ACCT-5): its
 * equity and requirement, what is left for orders (ORDER-2), and what it can still pay
 * (ORDER-3). Everything follows from wallets, positions, open orders and marks; nothing is
 * remembered.
 */
import type { Accounts } from "../clearing/accounts.ts";
import type { ScopeOfCandidate } from "../clearing/adl/candidates.ts";
import type { Cash } from "../clearing/cash.ts";
import { CrossJudge } from "../clearing/cross/judge.ts";
import { type CrossPosition, CrossScopes } from "../clearing/cross/scopes.ts";
import type { CrossTerms } from "../clearing/cross/terms.ts";
import { initialMargin, type MarginTerms } from "../clearing/margin.ts";
import { frozenFor, lotsWithOrders, type OpenOrder } from "../clearing/order-margin.ts";
import { valueOf } from "../venue/instrument.ts";
import type { MarginRules } from "../venue/rules.ts";
import { multiplyDivide, type Ratio } from "../venue/whole.ts";
import type { Collateral, Conversion } from "./collateral.ts";

/** Prices where there is one asset: its own unit is that of account. */
const ONE: readonly Ratio[] = [{ numerator: 1, denominator: 1 }];

/** One instrument as cross scopes see it. */
export interface CrossVenue {
  /** Number of the instrument. */
  readonly number: number;
  readonly terms: MarginTerms;
  readonly accounts: Accounts;
  readonly markTicks: number;
  /** Orders of an account that rest and may open a position, oldest first. */
  openOrders(account: number): OpenOrder[];
}

/** Where an account has, or may have, a cross position: in hedge mode two in an instrument (ACCT-4). */
export interface CrossLeg {
  readonly venue: CrossVenue;
  /** What it goes by there: the account's own number, or that of its short legs. */
  readonly number: number;
  /** Negative when short, lots. */
  readonly lots: number;
  readonly entryValue: number;
}

/** Equity and requirement of a scope, quanta. */
export interface CrossFigures {
  readonly equity: number;
  readonly requirement: number;
  readonly atRisk: boolean;
  /** Unrealised profit, as far as it is margin, within the equity (ACCT-5). */
  readonly counted: number;
}

/** What would be otherwise, to find out why a scope fails (CASC-1). */
export interface Otherwise {
  /** By number of the instrument: other marks. */
  readonly markTicks?: (instrument: number) => number;
  /** Cash that it would have besides, quanta. */
  readonly cash?: number;
  /** What of a leg would not have been closed: more lots and their entry value. */
  readonly reopened?: (leg: CrossLeg) => { readonly lots: number; readonly entryValue: number } | null;
  /** By number of the instrument: unrealised profit that it would have besides, quanta. */
  readonly profit?: (instrument: number) => number;
}

/** An order about to be placed: with the number of the one that it would replace, else one that no order has. */
export interface PlannedOrder extends OpenOrder {
  readonly instrument: number;
  /** The account's number, or that of its short legs. */
  readonly number: number;
}

export class CrossStanding {
  readonly #rules: MarginRules;
  readonly #cash: Cash;
  #venues: readonly CrossVenue[] = [];
  readonly collateral: Collateral | null;
  /** One scope, filled anew for every question. */
  readonly #scope: CrossScopes;
  #judge: CrossJudge | null = null;
  #markTicks = new Float64Array(0);
  /** Last trades are not asked for: no run values positions by them. */
  #lastTicks = new Float64Array(0);
  #sold: (account: number, conversions: readonly Conversion[]) => void = () => {};

  /** @param collateral null where accounts hold nothing but the settlement asset */
  constructor(rules: MarginRules, cash: Cash, collateral: Collateral | null = null) {
    this.#rules = rules;
    this.#cash = cash;
    this.collateral = collateral;
    this.#scope = new CrossScopes(1, collateral?.count ?? 1);
  }

  /**
   * Says what all instruments are, by number.
   * @param sold books what an account sold to the house
   */
  connect(venues: readonly CrossVenue[], sold: (account: number, conversions: readonly Conversion[]) => void = () => {}): void {
    this.#venues = venues;
    this.#judge = new CrossJudge(this.terms, this.#scope);
    this.#markTicks = new Float64Array(venues.length);
    this.#lastTicks = new Float64Array(venues.length).fill(1);
    this.#sold = sold;
  }

  /** What cross scopes are judged by: all instruments settle in asset 0. */
  get terms(): CrossTerms {
    const { collateral } = this;
    return {
      rules: this.#rules,
      markets: this.#venues.map(({ terms: { instrument } }) => ({ instrument, asset: 0 })),
      assets: collateral === null ? [{ haircuts: [] }] : [collateral.settlement, ...collateral.assets],
    };
  }

  /** By asset: what a quantum is worth in the unit of account; read of multi-currency accounts only. */
  get indexPrices(): readonly Ratio[] {
    return this.collateral?.prices() ?? ONE;
  }

  /** Whether all assets of an account count together (ACCT-6). */
  isMulti(account: number): boolean {
    return this.collateral !== null && this.collateral.isMulti[account] === 1;
  }

  /** What an account holds of each asset but the settlement asset, quanta. */
  otherAssets(account: number): number[] {
    return this.collateral?.amounts.map((amounts) => amounts[account] as number) ?? [];
  }

  /** Sells an account's other assets to the house until its wallet owes nothing, or all of them. */
  makeGood(account: number): void {
    this.#sell(account, -(this.#cash.wallet[account] as number));
  }

  /** Sells all its other assets to the house: when its scope is taken over. */
  sellAll(account: number): void {
    this.#sell(account, Number.MAX_SAFE_INTEGER);
  }

  /** Cross positions of an account, by instrument, a long leg before a short one. */
  held(account: number): CrossLeg[] {
    return this.of(account).filter(({ lots }) => lots !== 0);
  }

  /** Whatever an account trades in cross margin, likewise, with a position or without. */
  of(account: number): CrossLeg[] {
    const legs: CrossLeg[] = [];
    const numbers = this.#cash.legs.numbersOf(account);
    for (const venue of this.#venues) {
      const { isCross, positionLots, entryValue } = venue.accounts;
      for (const number of numbers) {
        if (isCross[number] !== 1) continue;
        legs.push({ venue, number, lots: positionLots[number] as number, entryValue: entryValue[number] as number });
      }
    }
    return legs;
  }

  /** Positions of a scope, with the orders that count (TIER-2). */
  positions(account: number, reopened: Otherwise["reopened"] = () => null): CrossPosition[] {
    const positions: CrossPosition[] = [];
    for (const leg of this.of(account)) {
      const { venue, number } = leg;
      const more = reopened(leg);
      const lots = leg.lots + (more?.lots ?? 0);
      const entryValue = leg.entryValue + (more?.entryValue ?? 0);
      const judgedLots = this.#rules.tiersIncludeOpenOrders ? lotsWithOrders(lots, venue.openOrders(number)) : Math.abs(lots);
      if (judgedLots > 0) positions.push({ market: venue.number, lots, entryValue, judgedLots });
    }
    return positions;
  }

  /** Cash of a scope: the wallet less what isolated orders hold and the fees of open cross orders (MARGIN-3), quanta. */
  cash(account: number): number {
    let cash = this.#balance(account);
    for (const leg of this.of(account)) cash -= frozenIn(leg, leg.venue.openOrders(leg.number)).fees;
    return cash;
  }

  /** Equity and requirement of a scope at the marks, or otherwise: in multi-currency mode in millionths of a dollar. */
  figures(account: number, otherwise: Otherwise = {}): CrossFigures {
    const { cash = 0, reopened } = otherwise;
    return this.#judged(account, this.positions(account, reopened), this.cash(account) + cash, otherwise);
  }

  /** The same in quanta of the settlement asset, whatever the mode. */
  settlementFigures(account: number): CrossFigures {
    const figures = this.figures(account);
    if (!this.isMulti(account)) return figures;
    const collateral = this.collateral as Collateral;
    return {
      ...figures,
      equity: collateral.inSettlement(figures.equity, "half-even"),
      requirement: collateral.inSettlement(figures.requirement, "up"),
    };
  }

  /** What ranks a position of a scope in auto-deleveraging (ADL-3). */
  asCandidate(account: number, instrument: number): ScopeOfCandidate {
    const { equity, requirement } = this.settlementFigures(account);
    let grossNotional = 0;
    for (const { venue, lots } of this.held(account)) grossNotional += valueOf(venue.terms.instrument, venue.markTicks, lots);
    return { equity, requirement, grossNotional, apart: equity - this.countedIn(account, instrument) };
  }

  /** Counted profit of a scope's legs in one instrument, which net first (ACCT-5), quanta. */
  countedIn(account: number, instrument: number): number {
    const own = this.positions(account).filter(({ market }) => market === instrument);
    return this.#judged(account, own, 0, {}).counted;
  }

  /**
   * What of an account is left for new orders, cross or isolated (ORDER-2), quanta: cash and
   * counted profit less initial margins and what orders hold. In multi-currency mode
   * effective equity less these.
   * @param planned a cross order that is to be counted as if it rested
   */
  available(account: number, planned: PlannedOrder | null = null): number {
    const counted = this.#judged(account, this.positions(account), 0, {}).counted;
    let needed = 0;
    for (const leg of this.of(account)) {
      const { venue, number, lots } = leg;
      const { terms, markTicks, accounts } = venue;
      if (lots !== 0) {
        needed += initialMargin(terms, valueOf(terms.instrument, markTicks, lots), accounts.leverageHundredths[number] as number);
      }
      const open = venue.openOrders(number);
      const isPlanned = planned !== null && planned.instrument === venue.number && planned.number === number;
      needed += frozenIn(leg, isPlanned ? [...open.filter(({ order }) => order !== planned.order), planned] : open).total;
    }
    const cash = this.#balance(account) + counted;
    if (!this.isMulti(account)) return cash - needed;
    const collateral = this.collateral as Collateral;
    const { numerator, denominator } = collateral.settlement.price;
    const left = this.#judged(account, [], cash, {}).equity - multiplyDivide(needed, numerator, denominator, "up");
    return left < 0 ? -1 : collateral.inSettlement(left, "down");
  }

  /** What a scope has left to pay a fee or funding with (ORDER-3), quanta, at least 0. */
  remaining(account: number): number {
    const cash = Math.max(0, this.#cash.wallet[account] as number);
    const positions = this.positions(account);
    if (this.isMulti(account)) {
      const { equity } = this.#judged(account, positions, this.#balance(account), {});
      return Math.max(cash, (this.collateral as Collateral).inSettlement(Math.max(0, equity), "down"));
    }
    return Math.max(cash, this.#balance(account) + this.#judged(account, positions, 0, {}).counted);
  }

  #balance(account: number): number {
    return (this.#cash.wallet[account] as number) - (this.#cash.reserved[account] as number);
  }

  #judged(account: number, positions: readonly CrossPosition[], cash: number, { markTicks, profit }: Otherwise): CrossFigures {
    const judge = this.#judge as CrossJudge;
    const scope = this.#scope;
    for (const venue of this.#venues) this.#markTicks[venue.number] = markTicks?.(venue.number) ?? venue.markTicks;
    const isMulti = this.isMulti(account);
    scope.multi[0] = isMulti ? 1 : 0;
    scope.cash.fill(0);
    scope.cash[0] = cash;
    if (isMulti) scope.cash.set(this.otherAssets(account), 1);
    scope.setPositions(0, profit === undefined ? positions : withProfit(positions, profit));
    const prices = { markTicks: this.#markTicks, lastTicks: this.#lastTicks, indexPrices: isMulti ? this.indexPrices : ONE };
    const atRisk = judge.isAtRisk(0, prices);
    const { equity, requirement } = judge;
    return { equity, requirement, atRisk, counted: (judge.amounts[0] as number) - cash };
  }

  #sell(account: number, missing: number): void {
    if (missing <= 0 || !this.isMulti(account)) return;
    this.#sold(account, (this.collateral as Collateral).sell(account, missing));
  }
}

/** Positions with more unrealised profit in some instruments: legs of one net, so one of them has it all. */
function withProfit(positions: readonly CrossPosition[], profit: (instrument: number) => number): CrossPosition[] {
  return positions.map((one, place) => {
    const isFirst = positions.findIndex(({ market }) => market === one.market) === place;
    return isFirst ? { ...one, entryValue: one.entryValue - Math.sign(one.lots) * profit(one.market) } : one;
  });
}

function frozenIn({ venue: { terms, accounts, markTicks }, number, lots }: CrossLeg, orders: readonly OpenOrder[]) {
  return frozenFor(terms, lots, accounts.leverageHundredths[number] as number, markTicks, orders);
}
