/**
 * Where margin scopes stand (MARGIN-3): an isolated position by its margin, cross positions of
 * an account together by its wallet (ACCT-2, ACCT-5), in the audit's own reading.
 *
 * Isolated orders never hold anything of the wallet of a cross scope: agents have one margin
 * mode everywhere, and holders no orders. What open cross orders add is not in the tables: it
 * counts for what is left to pay with (`Range`), never where a scope fails, since its orders
 * are gone by then (LIQ-2).
 */
import { most, shareOut } from "./exact.ts";
import type { RebuiltRun, Traded } from "./traded.ts";
import { bankruptcyOf, countedOf, fails, limitOf, maintenanceAt, profitOf, requirementOf, valueAt } from "./valuation.ts";

/** Equity and requirement of a scope, quanta. */
export interface Figures {
  readonly equity: bigint;
  readonly requirement: bigint;
  readonly fails: boolean;
}

/** What goes with one position of a cross scope when all of it is taken over (MARGIN-5). */
export interface Part {
  readonly traded: Traded;
  /** As if it were isolated, with the same equity: its part of the equity less its profit. */
  readonly margin: bigint;
  /** Its part of the wallet: that equity less what is counted of its profit. */
  readonly cash: bigint;
}

/** An amount that the tables may not tell exactly. */
export interface Range {
  readonly least: bigint;
  readonly most: bigint;
}

/** A cross position at its mark. */
interface Judged {
  readonly traded: Traded;
  readonly lots: bigint;
  readonly value: bigint;
  readonly profit: bigint;
  readonly counted: bigint;
  readonly requirement: bigint;
  readonly maintenance: bigint;
}

export class Standing {
  readonly #run: RebuiltRun;

  constructor(run: RebuiltRun) {
    this.#run = run;
  }

  /** Instruments in which an account holds a cross position, by number. */
  held(account: number): Traded[] {
    return this.#run.instruments.filter(({ books }) => books.isCross[account] === 1 && books.lots[account] !== 0n);
  }

  /** The scope of an account's position in an instrument, its orders being cancelled. */
  figures(traded: Traded, account: number, timeUs: number): Figures {
    const { books, terms, marks } = traded;
    if (books.isCross[account] === 1) return this.#cross(account, timeUs);
    const lots = books.lots[account] as bigint;
    const entry = books.entry[account] as bigint;
    const value = valueAt(terms, marks.at(timeUs), lots);
    const equity = (books.margin[account] as bigint) + profitOf(terms, lots, entry, value);
    const requirement = requirementOf(terms, lots, value, entry);
    return { equity, requirement, fails: lots !== 0n && fails(terms, equity, requirement) };
  }

  /** The margin that fixes the bankruptcy price of a position (MARGIN-5). */
  marginOf(traded: Traded, account: number, timeUs: number): bigint {
    if (traded.books.isCross[account] !== 1) return traded.books.margin[account] as bigint;
    return this.parts(account, timeUs).find((part) => part.traded === traded)?.margin ?? 0n;
  }

  /** Bankruptcy price of a position, ticks (MARGIN-5); null for a kind of contract that this does not know. */
  limitOf(traded: Traded, account: number, timeUs: number): bigint | null {
    const { books, terms } = traded;
    const lots = books.lots[account] as bigint;
    const value = bankruptcyOf(terms, lots, books.entry[account] as bigint, this.marginOf(traded, account, timeUs));
    return value === null ? null : limitOf(terms, lots, value);
  }

  /** The parts of a cross scope, by number of the instrument: by maintenance margin, where none is required by value, else by lots (MARGIN-5). */
  parts(account: number, timeUs: number): Part[] {
    const positions = this.#judged(account, timeUs);
    if (positions.length === 0) return [];
    const { equity } = this.#cross(account, timeUs);
    const columns = [positions.map(({ maintenance }) => maintenance), positions.map(({ value }) => value)];
    const weights = columns.find((column) => column.some((weight) => weight > 0n)) ?? positions.map(({ lots }) => most(lots, -lots));
    const shares = shareOut(equity, weights);
    return positions.map(({ traded, profit, counted }, place) => {
      const share = shares[place] as bigint;
      return { traded, margin: share - profit, cash: share - counted };
    });
  }

  /** What an account with cross positions has left to pay a fee or funding with (ORDER-3); open orders may count more of its profit. */
  remaining(account: number, timeUs: number): Range {
    const wallet = this.#wallet(account);
    const positions = this.#judged(account, timeUs);
    const sum = (amount: (position: Judged) => bigint) => positions.reduce((all, position) => all + amount(position), wallet);
    const counted = sum((position) => position.counted);
    const mostCounted = this.#mayCountMore(account) ? sum((position) => position.profit) : counted;
    return { least: most(0n, most(wallet, counted)), most: most(0n, most(wallet, mostCounted)) };
  }

  /** Equity of a cross scope at most, and exactly where it has no open orders: their fees count against it, and more of its profit may count with them. */
  mostEquity(account: number, timeUs: number): bigint {
    if (this.#mayCountMore(account)) return this.#judged(account, timeUs).reduce((all, { profit }) => all + profit, this.#wallet(account));
    return this.#cross(account, timeUs).equity;
  }

  /** Whether an account may have orders that the tables of balances do not tell of. */
  hasOrders(account: number): boolean {
    return this.#run.cash.hasOrders[account] === 1;
  }

  #mayCountMore(account: number): boolean {
    const { terms } = this.#run.instruments[0] as Traded;
    return this.hasOrders(account) && terms.tiersIncludeOpenOrders && terms.unrealizedProfitAsMargin === "own";
  }

  #wallet(account: number): bigint {
    return this.#run.cash.wallet[account] as bigint;
  }

  #cross(account: number, timeUs: number): Figures {
    let [equity, requirement] = [this.#wallet(account), 0n];
    for (const position of this.#judged(account, timeUs)) {
      equity += position.counted;
      requirement += position.requirement;
    }
    const { terms } = this.#run.instruments[0] as Traded;
    return { equity, requirement, fails: fails(terms, equity, requirement) };
  }

  #judged(account: number, timeUs: number): Judged[] {
    return this.held(account).map((traded) => {
      const { books, terms, marks } = traded;
      const lots = books.lots[account] as bigint;
      const entry = books.entry[account] as bigint;
      const value = valueAt(terms, marks.at(timeUs), lots);
      const profit = profitOf(terms, lots, entry, value);
      const requirement = requirementOf(terms, lots, value, entry);
      const maintenance = maintenanceAt(terms, lots, value, entry);
      return { traded, lots, value, profit, requirement, maintenance, counted: countedOf(terms, profit, requirement) };
    });
  }
}
