/**
 * Where a scope stands (MARGIN-3): equity against requirement, what is available for
 * orders and what is free to leave (ACCT-1, ACCT-5, ACCT-6).
 */

import type { Ratio } from "../../venue/whole.ts";
import type { Books } from "./books.ts";
import { dollarsUp, quantaDown, worthOf } from "./collateral.ts";
import { initialMarginOf, requirementOf, type Terms, unrealizedProfitOf } from "./exposure.ts";
import { SHORT } from "./holdings.ts";
import type { HouseAsset } from "./setup.ts";

const NONE = -1;

/** Equity and requirement of a scope: quanta of its asset; of a multi-currency account, millionths of a dollar. */
export interface Standing {
  readonly equity: number;
  readonly requirement: number;
  readonly atRisk: boolean;
}

/** Of an account in one asset: sums over its positions and orders, quanta. */
export interface AssetSums {
  /** Unrealised profit of cross positions as the venue counts it (ACCT-5). */
  counted: number;
  /** Requirement and initial margin of cross positions. */
  requirement: number;
  initialMargin: number;
  /** Held by orders, isolated and cross, and the fees within the latter. */
  frozenIsolated: number;
  frozenCross: number;
  feesCross: number;
}

/** Sums up an account in an asset. The record given is overwritten and returned. */
export function sumAsset(books: Books, terms: Terms, account: number, asset: number, sums: AssetSums): AssetSums {
  const { holdings } = books;
  sums.counted = 0;
  sums.requirement = 0;
  sums.initialMargin = 0;
  sums.frozenIsolated = 0;
  sums.frozenCross = 0;
  sums.feesCross = 0;
  for (let row = holdings.first[account] as number; row !== NONE; row = holdings.next[row] as number) {
    if (books.instrumentOf(holdings.instrument[row] as number).asset !== asset) continue;
    if (holdings.isolated[row] === 1) {
      sums.frozenIsolated += holdings.frozen[row] as number;
      continue;
    }
    sums.frozenCross += holdings.frozen[row] as number;
    sums.feesCross += holdings.frozenFees[row] as number;
    sums.requirement += requirementOf(books, terms, row);
    sums.initialMargin += initialMarginOf(books, terms, row);
    sums.counted += countedProfit(books, terms, row);
  }
  return sums;
}

/** Counted profit of a contract, booked on its first row: the legs of one contract net first (ACCT-5). */
function countedProfit(books: Books, terms: Terms, row: number): number {
  const { holdings } = books;
  const account = holdings.account[row] as number;
  const instrument = holdings.instrument[row] as number;
  const other = holdings.find(account, instrument, holdings.leg[row] === SHORT ? 0 : SHORT);
  if (other !== NONE && other < row) return 0;
  const profit = unrealizedProfitOf(books, terms, row) + (other === NONE ? 0 : unrealizedProfitOf(books, terms, other));
  switch (books.setup.rules.unrealizedProfitAsMargin) {
    case "all":
      return profit;
    case "none":
      return Math.min(profit, 0);
    default:
      return Math.min(profit, requirementOf(books, terms, row) + (other === NONE ? 0 : requirementOf(books, terms, other)));
  }
}

/** Answers about scopes. One set of sums is reused, so that asking allocates nothing. */
export class Standings {
  readonly #books: Books;
  readonly #terms: Terms;
  readonly #sums: AssetSums = { counted: 0, requirement: 0, initialMargin: 0, frozenIsolated: 0, frozenCross: 0, feesCross: 0 };

  constructor(books: Books, terms: Terms) {
    this.#books = books;
    this.#terms = terms;
  }

  /** An isolated position. */
  isolated(row: number): Standing {
    const equity = (this.#books.holdings.margin[row] as number) + unrealizedProfitOf(this.#books, this.#terms, row);
    return this.#judge(equity, requirementOf(this.#books, this.#terms, row));
  }

  /** The cross positions of an account: in one asset, or of a multi-currency account in all. */
  cross(account: number, asset: number): Standing {
    if (this.#books.isMulti(account)) return this.#judge(this.#effectiveEquity(account, true), this.#effectiveRequirement(account));
    const sums = this.#sum(account, asset);
    const equity = this.#books.contractCash(account, asset) + sums.counted - sums.frozenIsolated - sums.feesCross;
    return this.#judge(equity, sums.requirement);
  }

  /** What new orders may still use: at least 0 after an order is accepted (ORDER-2). */
  available(account: number, asset: number): number {
    return this.#left(account, asset, false);
  }

  /** What may leave the scope: as `available`, but no unrealised profit counts (ACCT-1). */
  free(account: number, asset: number): number {
    return this.#left(account, asset, true);
  }

  /** Whether cash may leave an asset: something is free, and the cash is not that of isolated orders. */
  mayLeave(account: number, asset: number): boolean {
    if (this.free(account, asset) < 0) return false;
    if (!this.#books.isMulti(account)) return true;
    return this.#books.contractCash(account, asset) - this.#sum(account, asset).frozenIsolated >= 0;
  }

  /** What a cross scope has left to pay a fee or funding with, quanta of an asset, at least 0 (ORDER-3). */
  remaining(account: number, asset: number): number {
    const cash = Math.max(0, this.#books.contractCash(account, asset));
    if (this.#books.isMulti(account)) {
      return Math.max(cash, quantaDown(this.#effectiveEquity(account, false), this.#books.indexPrice[asset] as Ratio));
    }
    const sums = this.#sum(account, asset);
    return Math.max(cash, this.#books.contractCash(account, asset) + sums.counted - sums.frozenIsolated);
  }

  #sum(account: number, asset: number): AssetSums {
    return sumAsset(this.#books, this.#terms, account, asset, this.#sums);
  }

  #judge(equity: number, requirement: number): Standing {
    const { triggerAt } = this.#books.setup.rules;
    const atRisk = requirement !== 0 && (triggerAt === "below" ? equity < requirement : equity <= requirement);
    return { equity, requirement, atRisk };
  }

  #left(account: number, asset: number, withoutProfit: boolean): number {
    if (this.#books.isMulti(account)) return this.#leftInDollars(account, withoutProfit);
    const sums = this.#sum(account, asset);
    const counted = withoutProfit ? Math.min(0, sums.counted) : sums.counted;
    return this.#books.contractCash(account, asset) + counted - sums.initialMargin - sums.frozenIsolated - sums.frozenCross;
  }

  #leftInDollars(account: number, withoutProfit: boolean): number {
    let left = 0;
    for (let asset = 0; asset < this.#books.assetCount; asset++) {
      const sums = this.#sum(account, asset);
      const counted = withoutProfit ? Math.min(0, sums.counted) : sums.counted;
      const needed = sums.initialMargin + sums.frozenCross;
      left += this.#worth(asset, this.#books.contractCash(account, asset) + counted - sums.frozenIsolated);
      left -= dollarsUp(needed, this.#books.indexPrice[asset] as Ratio);
    }
    return left;
  }

  #effectiveEquity(account: number, lessOrderFees: boolean): number {
    let equity = 0;
    for (let asset = 0; asset < this.#books.assetCount; asset++) {
      const sums = this.#sum(account, asset);
      const fees = lessOrderFees ? sums.feesCross : 0;
      equity += this.#worth(asset, this.#books.contractCash(account, asset) + sums.counted - sums.frozenIsolated - fees);
    }
    return equity;
  }

  #effectiveRequirement(account: number): number {
    let needed = 0;
    for (let asset = 0; asset < this.#books.assetCount; asset++) {
      needed += dollarsUp(this.#sum(account, asset).requirement, this.#books.indexPrice[asset] as Ratio);
    }
    return needed;
  }

  #worth(asset: number, quanta: number): number {
    const { haircuts } = this.#books.setup.assets[asset] as HouseAsset;
    return worthOf(quanta, this.#books.indexPrice[asset] as Ratio, haircuts);
  }
}
