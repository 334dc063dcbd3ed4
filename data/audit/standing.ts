/**
 * Where margin scopes stand (MARGIN-3): an isolated position by its margin, cross positions of
 * an account together by its wallet (ACCT-2, ACCT-5) and its other assets (ACCT-6), in the
 * audit's own reading. In hedge mode the legs of a contract are two positions under two numbers (ACCT-4).
 *
 * Isolated orders never hold anything of the wallet of a cross scope: agents have one margin
 * mode everywhere, and holders no orders. What open cross orders add is not in the tables: it
 * counts for what is left to pay with (`Range`), never where a scope fails, since its orders
 * are gone by then (LIQ-2).
 */
import { most, shareOut } from "./exact.ts";
import type { RebuiltRun, Traded } from "./traded.ts";
import { bankruptcyOf, countedOf, fails, limitOf, maintenanceAt, profitOf, requirementOf, valueAt } from "./valuation.ts";

/** Equity and requirement of a scope: quanta, in multi-currency mode millionths of the settlement asset's unit. */
export interface Figures {
  readonly equity: bigint;
  readonly requirement: bigint;
  readonly fails: boolean;
}

/** A position by the number that it stands under. */
export interface Leg {
  readonly traded: Traded;
  readonly number: number;
}

/** What goes with one position of a cross scope when all of it is taken over (MARGIN-5). */
export interface Part extends Leg {
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
interface Judged extends Leg {
  readonly lots: bigint;
  readonly value: bigint;
  readonly profit: bigint;
  readonly requirement: bigint;
  readonly maintenance: bigint;
}

/** The legs of one contract: their profits net before any of them counts (ACCT-5). */
interface Contract {
  readonly profit: bigint;
  readonly counted: bigint;
  readonly requirement: bigint;
}

export class Standing {
  readonly #run: RebuiltRun;

  constructor(run: RebuiltRun) {
    this.#run = run;
  }

  /** Cross positions that an account holds, by instrument, a long leg before a short one. */
  held(account: number): Leg[] {
    return this.legs(account).filter(({ traded, number }) => traded.books.lots[number] !== 0n);
  }

  /** Wherever it margins positions together, likewise. */
  legs(account: number): Leg[] {
    const numbers = this.#run.cash.numbersOf(account);
    return this.#run.instruments.flatMap((traded) =>
      numbers.filter((number) => traded.books.isCross[number] === 1).map((number) => ({ traded, number })),
    );
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
    return this.parts(account, timeUs).find((part) => part.traded === traded && part.number === account)?.margin ?? 0n;
  }

  /** Bankruptcy price of a position, ticks (MARGIN-5); null for a kind of contract that this does not know. */
  limitOf(traded: Traded, account: number, timeUs: number): bigint | null {
    const { books, terms } = traded;
    const lots = books.lots[account] as bigint;
    const value = bankruptcyOf(terms, lots, books.entry[account] as bigint, this.marginOf(traded, account, timeUs));
    return value === null ? null : limitOf(terms, lots, value);
  }

  /**
   * The parts of a cross scope, by number of the instrument: by maintenance margin, where none is required by value, else by lots (MARGIN-5).
   * What is not counted of the net profit of a contract's legs is left with the first of them.
   * @param isSold whether its other assets are sold: then they count for nothing, and the wallet for what it holds (ACCT-6)
   */
  parts(account: number, timeUs: number, isSold = false): Part[] {
    const positions = this.#judged(account, timeUs);
    if (positions.length === 0) return [];
    const contracts = contractsOf(positions);
    const equity = isSold ? this.#cash(account, contracts) : this.#inQuanta(account, this.#cross(account, timeUs).equity);
    const columns = [positions.map(({ maintenance }) => maintenance), positions.map(({ value }) => value)];
    const weights = columns.find((column) => column.some((weight) => weight > 0n)) ?? positions.map(({ lots }) => most(lots, -lots));
    const shares = shareOut(equity, weights);
    return positions.map(({ traded, number, profit }, place) => {
      const share = shares[place] as bigint;
      const isFirst = positions.findIndex((other) => other.traded === traded) === place;
      const contract = contracts.get(traded) as Contract;
      const uncounted = isFirst ? contract.profit - contract.counted : 0n;
      return { traded, number, margin: share - profit, cash: share - profit + uncounted };
    });
  }

  /** What an account with cross positions has left to pay a fee or funding with (ORDER-3); open orders may count more of its profit. */
  remaining(account: number, timeUs: number): Range {
    const wallet = this.#run.cash.walletOf(account);
    const contracts = contractsOf(this.#judged(account, timeUs));
    const left = (cash: bigint) => {
      const { collateral } = this.#run;
      if (collateral === null || !this.isMulti(account)) return cash;
      return collateral.inSettlement(most(0n, collateral.equity(this.#owner(account), cash, timeUs)), "down");
    };
    const counted = left(this.#cash(account, contracts));
    const mostCounted = this.#mayCountMore(account) ? left(this.#cashWithProfit(account, contracts)) : counted;
    return { least: most(0n, most(wallet, counted)), most: most(0n, most(wallet, mostCounted)) };
  }

  /** Equity of a cross scope at most, and exactly where it has no open orders: their fees count against it, and more of its profit may count with them; quanta. */
  mostEquity(account: number, timeUs: number): bigint {
    if (!this.#mayCountMore(account)) return this.#inQuanta(account, this.#cross(account, timeUs).equity);
    const cash = this.#cashWithProfit(account, contractsOf(this.#judged(account, timeUs)));
    return this.#inQuanta(account, this.#worth(account, cash, timeUs));
  }

  /** Whether an account may have orders that the tables of balances do not tell of. */
  hasOrders(account: number): boolean {
    return this.#run.cash.hasOrders[account] === 1;
  }

  /** Whether all assets of an account count together (ACCT-6). */
  isMulti(account: number): boolean {
    return this.#run.collateral?.isMulti[this.#owner(account)] === 1;
  }

  #owner(account: number): number {
    return this.#run.cash.ownerOf(account);
  }

  #mayCountMore(account: number): boolean {
    const { terms } = this.#run.instruments[0] as Traded;
    return this.hasOrders(account) && terms.tiersIncludeOpenOrders && terms.unrealizedProfitAsMargin === "own";
  }

  /** The wallet with what counts of unrealised profit. */
  #cash(account: number, contracts: ReadonlyMap<Traded, Contract>): bigint {
    let cash = this.#run.cash.walletOf(account);
    for (const { counted } of contracts.values()) cash += counted;
    return cash;
  }

  #cashWithProfit(account: number, contracts: ReadonlyMap<Traded, Contract>): bigint {
    let cash = this.#run.cash.walletOf(account);
    for (const { profit } of contracts.values()) cash += profit;
    return cash;
  }

  #cross(account: number, timeUs: number): Figures {
    const contracts = contractsOf(this.#judged(account, timeUs));
    let needed = 0n;
    for (const { requirement } of contracts.values()) needed += requirement;
    const equity = this.#worth(account, this.#cash(account, contracts), timeUs);
    const requirement = this.isMulti(account) ? (this.#run.collateral?.requirement(needed) ?? needed) : needed;
    const { terms } = this.#run.instruments[0] as Traded;
    return { equity, requirement, fails: fails(terms, equity, requirement) };
  }

  /** Cash, in multi-currency mode in millionths with the other assets. */
  #worth(account: number, cash: bigint, timeUs: number): bigint {
    const { collateral } = this.#run;
    return collateral === null || !this.isMulti(account) ? cash : collateral.equity(this.#owner(account), cash, timeUs);
  }

  #inQuanta(account: number, equity: bigint): bigint {
    const { collateral } = this.#run;
    return collateral === null || !this.isMulti(account) ? equity : collateral.inSettlement(equity, "even");
  }

  #judged(account: number, timeUs: number): Judged[] {
    return this.held(account).map(({ traded, number }) => {
      const { books, terms, marks } = traded;
      const lots = books.lots[number] as bigint;
      const entry = books.entry[number] as bigint;
      const value = valueAt(terms, marks.at(timeUs), lots);
      const profit = profitOf(terms, lots, entry, value);
      const requirement = requirementOf(terms, lots, value, entry);
      return { traded, number, lots, value, profit, requirement, maintenance: maintenanceAt(terms, lots, value, entry) };
    });
  }
}

function contractsOf(positions: readonly Judged[]): Map<Traded, Contract> {
  const contracts = new Map<Traded, Contract>();
  for (const { traded, profit: own, requirement: needed } of positions) {
    const before = contracts.get(traded);
    const profit = own + (before?.profit ?? 0n);
    const requirement = needed + (before?.requirement ?? 0n);
    contracts.set(traded, { profit, requirement, counted: countedOf(traded.terms, profit, requirement) });
  }
  return contracts;
}
