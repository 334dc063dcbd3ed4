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

  /** Instruments in which an account holds a cross position, by number. */
  held(account: number): CrossVenue[] {
    return this.#venues.filter(({ accounts }) => accounts.isCross[account] === 1 && accounts.positionLots[account] !== 0);
  }

  /** Instruments that an account trades in cross margin, by number. */
  of(account: number): CrossVenue[] {
    return this.#venues.filter(({ accounts }) => accounts.isCross[account] === 1);
  }

  /** Positions of a scope, with the orders that count (TIER-2). */
  positions(account: number): CrossPosition[] {
    const positions: CrossPosition[] = [];
    for (const venue of this.of(account)) {
      const { number, accounts } = venue;
      const lots = accounts.positionLots[account] as number;
      const judgedLots = this.#rules.tiersIncludeOpenOrders ? lotsWithOrders(lots, venue.openOrders(account)) : Math.abs(lots);
      if (judgedLots > 0) positions.push({ market: number, lots, entryValue: accounts.entryValue[account] as number, judgedLots });
    }
    return positions;
  }

  /** Cash of a scope: the wallet less what isolated orders hold and the fees of open cross orders (MARGIN-3), quanta. */
  cash(account: number): number {
    let cash = this.#balance(account);
    for (const venue of this.of(account)) cash -= frozenIn(venue, account, venue.openOrders(account)).fees;
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
    for (const { terms, accounts, markTicks } of this.held(account)) {
      grossNotional += valueOf(terms.instrument, markTicks, accounts.positionLots[account] as number);
    }
    return { equity, requirement, grossNotional, apart: equity - this.countedIn(account, instrument) };
  }

  /** Counted profit of one position of a scope by itself (ACCT-5), quanta. */
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
    for (const venue of this.of(account)) {
      const { number, accounts, terms, markTicks } = venue;
      const lots = accounts.positionLots[account] as number;
      if (lots !== 0) {
        left -= initialMargin(terms, valueOf(terms.instrument, markTicks, lots), accounts.leverageHundredths[account] as number);
      }
      const open = venue.openOrders(account);
      const orders = planned?.instrument === number ? [...open.filter(({ order }) => order !== planned.order), planned] : open;
      left -= frozenIn(venue, account, orders).total;
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
    const other =
      profit === undefined
        ? positions
        : positions.map((one) => ({ ...one, entryValue: one.entryValue - Math.sign(one.lots) * profit(one.market) }));
    this.#scope.cash[0] = cash;
    this.#scope.setPositions(0, other);
    const atRisk = judge.isAtRisk(0, this.#prices);
    const { equity, requirement } = judge;
    return { equity, requirement, atRisk, counted: equity - cash };
  }
}

function frozenIn({ terms, accounts, markTicks }: CrossVenue, account: number, orders: readonly OpenOrder[]) {
  const lots = accounts.positionLots[account] as number;
  return frozenFor(terms, lots, accounts.leverageHundredths[account] as number, markTicks, orders);
}
