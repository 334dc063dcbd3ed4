/**
 * Assets that accounts hold beside their wallets (ACCT-6): what they count for, and how much
 * of which is sold to make good what is missing, in the audit's own reading.
 */
import type { AssetTerms, CollateralTerms } from "./collateral-terms.ts";
import { type Fraction, least, minus, most, over, plus, quotient, rounded, times, whole, ZERO } from "./exact.ts";
import type { Marks } from "./marks.ts";

/** One sale to the house. */
export interface Sale {
  /** Row of `assets`. */
  readonly asset: number;
  /** Quanta of it, and of the settlement asset. */
  readonly sold: bigint;
  readonly credited: bigint;
}

export class Collateral {
  /** The settlement asset is the first; empty where accounts hold nothing else. */
  readonly terms: CollateralTerms;
  readonly #marks: readonly Marks[];
  /** By asset: what numbers of accounts hold, and the house, quanta. Nothing of the settlement asset. */
  readonly amounts: readonly BigInt64Array[];
  readonly deposited: readonly BigInt64Array[];
  readonly house: bigint[];
  /** 1 for accounts in multi-currency mode: those that put any in. */
  readonly isMulti: Uint8Array;

  /** @param marks by instrument */
  constructor(terms: CollateralTerms, accounts: number, marks: readonly Marks[]) {
    this.terms = terms;
    this.#marks = marks;
    this.amounts = terms.map(() => new BigInt64Array(accounts));
    this.deposited = terms.map(() => new BigInt64Array(accounts));
    this.house = terms.map(() => 0n);
    this.isMulti = new Uint8Array(accounts);
  }

  deposit(account: number, asset: number, quanta: bigint): void {
    for (const column of [this.amounts, this.deposited]) {
      const amounts = column[asset] as BigInt64Array;
      amounts[account] = (amounts[account] as bigint) + quanta;
    }
    this.isMulti[account] = 1;
  }

  /** What an account's wallet, with what counts of its profit, and its other assets count for together, each half to even: millionths. */
  equity(account: number, cash: bigint, timeUs: number): bigint {
    return this.terms.reduce((sum, terms, asset) => {
      const amount = asset === 0 ? cash : (this.amounts[asset]?.[account] as bigint);
      return sum + worthOf(terms, amount, this.#price(asset, timeUs));
    }, 0n);
  }

  /** A requirement in millionths, rounded up. */
  requirement(quanta: bigint): bigint {
    return rounded(times(whole(quanta), this.#price(0, 0)), "up");
  }

  /** Millionths in quanta of the settlement asset. */
  inSettlement(millionths: bigint, towards: "down" | "even"): bigint {
    return rounded(over(whole(millionths), this.#price(0, 0)), towards);
  }

  /**
   * What an account sells for an amount of the settlement asset, the asset worth most first, ties in the order of assets.
   * @param missing quanta; null when all goes
   */
  sales(account: number, missing: bigint | null, timeUs: number): Sale[] {
    const held = this.terms.flatMap((terms, asset) => {
      const amount = asset === 0 ? 0n : (this.amounts[asset]?.[account] as bigint);
      const worth = worthOf(terms, amount, this.#price(asset, timeUs));
      return amount > 0n && worth > 0n ? [{ terms, asset, amount, worth }] : [];
    });
    held.sort((a, b) => (a.worth === b.worth ? a.asset - b.asset : a.worth > b.worth ? -1 : 1));
    const sales: Sale[] = [];
    let hole = missing;
    for (const { terms, asset, amount } of held) {
      if (hole !== null && hole <= 0n) break;
      const each = over(this.#price(asset, timeUs), this.#price(0, timeUs));
      const sale = { asset, ...saleOf(terms, amount, each, hole) };
      if (hole !== null) hole -= sale.credited;
      if (sale.sold > 0n) sales.push(sale);
    }
    return sales;
  }

  /** Takes what was sold from an account to the house. */
  move(account: number, { asset, sold }: Sale): void {
    const amounts = this.amounts[asset] as BigInt64Array;
    amounts[account] = (amounts[account] as bigint) - sold;
    this.house[asset] = (this.house[asset] as bigint) + sold;
  }

  /** Millionths that a quantum is worth, at the latest mark where an index says it. */
  #price(asset: number, timeUs: number): Fraction {
    const { instrument, perQuantum } = this.terms[asset] as AssetTerms;
    if (instrument === null) return perQuantum;
    return times(perQuantum, whole((this.#marks[instrument] as Marks).indexAt(timeUs)));
  }
}

/** What an amount counts for: a debt in full, else slice by slice less haircut; half to even (UNIT-3). */
function worthOf(terms: AssetTerms, amount: bigint, price: Fraction): bigint {
  return rounded(times(amount <= 0n ? whole(amount) : keptOf(terms, amount), price), "even");
}

/** The part of an amount that counts. The last slice has no end. */
function keptOf({ slices }: AssetTerms, amount: bigint): Fraction {
  if (slices.length === 0) return whole(amount);
  let kept = ZERO;
  let from = ZERO;
  slices.forEach(({ upTo, kept: part }, place) => {
    const until = place === slices.length - 1 || upTo === null ? whole(amount) : lesser(upTo, whole(amount));
    const size = minus(until, from);
    if (size.numerator <= 0n) return;
    kept = plus(kept, times(size, part));
    from = until;
  });
  return kept;
}

/** The least that brings what is missing; all, at what it brings half to even, where it does not or nothing is said to be. */
function saleOf(terms: AssetTerms, amount: bigint, each: Fraction, hole: bigint | null): Omit<Sale, "asset"> {
  const brings = (quanta: bigint) => times(keptOf(terms, quanta), each);
  const reaches = (quanta: bigint, wanted: bigint) => minus(brings(quanta), whole(wanted)).numerator >= 0n;
  if (hole === null || !reaches(amount, hole)) return { sold: amount, credited: rounded(brings(amount), "even") };
  let [low, high] = [0n, amount];
  while (high - low > 1n) {
    const middle = quotient(low + high, 2n, "down");
    if (reaches(middle, hole)) high = middle;
    else low = middle;
  }
  return { sold: most(0n, least(high, amount)), credited: hole };
}

function lesser(a: Fraction, b: Fraction): Fraction {
  return a.numerator * b.denominator <= b.numerator * a.denominator ? a : b;
}
