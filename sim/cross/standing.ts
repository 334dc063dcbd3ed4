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
import type { CrossPrices, CrossTerms } from "../clearing/cross/terms.ts";
import { initialMargin, type MarginTerms } from "../clearing/margin.ts";
import { frozenFor, lotsWithOrders, type OpenOrder } from "../clearing/order-margin.ts";
import { valueOf } from "../venue/instrument.ts";
import type { MarginRules } from "../venue/rules.ts";

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
  /** One scope, filled anew for every question. */
  readonly #scope = new CrossScopes(1, 1);
  #judge: CrossJudge | null = null;
  #prices: CrossPrices = { markTicks: new Float64Array(0), lastTicks: new Float64Array(0), indexPrices: [] };

  constructor(rules: MarginRules, cash: Cash) {
    this.#rules = rules;
    this.#cash = cash;
  }

  /** Says what all instruments are, by number. */
  connect(venues: readonly CrossVenue[]): void {
    this.#venues = venues;
    this.#judge = new CrossJudge(this.terms, this.#scope);
    // Last trades are not asked for: no run values positions by them.
    this.#prices = { ...this.#prices, markTicks: new Float64Array(venues.length), lastTicks: new Float64Array(venues.length).fill(1) };
  }

  /** What cross scopes are judged by: one asset, in which all instruments settle. */
  get terms(): CrossTerms {
    return {
      rules: this.#rules,
      markets: this.#venues.map(({ terms: { instrument } }) => ({ instrument, asset: 0 })),
      assets: [{ haircuts: [] }],
    };
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
  positions(account: number): CrossPosition[] {
    const positions: CrossPosition[] = [];
    for (const { venue, number, lots, entryValue } of this.of(account)) {
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

  /** Equity and requirement of a scope at the marks, or otherwise. */
  figures(account: number, otherwise: Otherwise = {}): CrossFigures {
    return this.#judged(this.positions(account), this.cash(account) + (otherwise.cash ?? 0), otherwise);
  }

  /** What ranks a position of a scope in auto-deleveraging (ADL-3). */
  asCandidate(account: number, instrument: number): ScopeOfCandidate {
    const { equity, requirement } = this.figures(account);
    let grossNotional = 0;
    for (const { venue, lots } of this.held(account)) grossNotional += valueOf(venue.terms.instrument, venue.markTicks, lots);
    return { equity, requirement, grossNotional, apart: equity - this.countedIn(account, instrument) };
  }

  /** Counted profit of a scope's legs in one instrument, which net first (ACCT-5), quanta. */
  countedIn(account: number, instrument: number): number {
    const own = this.positions(account).filter(({ market }) => market === instrument);
    return this.#judged(own, 0, {}).counted;
  }

  /**
   * What of an account is left for new orders, cross or isolated (ORDER-2), quanta: cash and
   * counted profit less initial margins and what orders hold.
   * @param planned a cross order that is to be counted as if it rested
   */
  available(account: number, planned: PlannedOrder | null = null): number {
    let left = this.#balance(account) + this.#judged(this.positions(account), 0, {}).counted;
    for (const leg of this.of(account)) {
      const { venue, number, lots } = leg;
      const { terms, markTicks, accounts } = venue;
      if (lots !== 0) {
        left -= initialMargin(terms, valueOf(terms.instrument, markTicks, lots), accounts.leverageHundredths[number] as number);
      }
      const open = venue.openOrders(number);
      const isPlanned = planned !== null && planned.instrument === venue.number && planned.number === number;
      left -= frozenIn(leg, isPlanned ? [...open.filter(({ order }) => order !== planned.order), planned] : open).total;
    }
    return left;
  }

  /** What a scope has left to pay a fee or funding with (ORDER-3), quanta, at least 0. */
  remaining(account: number): number {
    const cash = Math.max(0, this.#cash.wallet[account] as number);
    const { counted } = this.#judged(this.positions(account), 0, {});
    return Math.max(cash, this.#balance(account) + counted);
  }

  #balance(account: number): number {
    return (this.#cash.wallet[account] as number) - (this.#cash.reserved[account] as number);
  }

  #judged(positions: readonly CrossPosition[], cash: number, { markTicks, profit }: Otherwise): CrossFigures {
    const judge = this.#judge as CrossJudge;
    const { markTicks: marks } = this.#prices;
    for (const venue of this.#venues) marks[venue.number] = markTicks?.(venue.number) ?? venue.markTicks;
    const other = profit === undefined ? positions : withProfit(positions, profit);
    this.#scope.cash[0] = cash;
    this.#scope.setPositions(0, other);
    const atRisk = judge.isAtRisk(0, this.#prices);
    const { equity, requirement } = judge;
    return { equity, requirement, atRisk, counted: equity - cash };
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
