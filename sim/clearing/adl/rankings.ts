/** The rankings of both sides of an instrument, made when they are first needed. */
import type { AdlRules } from "../../venue/rules.ts";
import type { Accounts } from "../accounts.ts";
import type { Inventory } from "../insurance-fund.ts";
import type { MarginTerms } from "../margin.ts";
import type { ScopeOfCandidate } from "./candidates.ts";
import type { AdlPolicy } from "./policy.ts";
import { AdlRanking, type RankedFills } from "./ranking.ts";

export class Rankings {
  readonly #make: (side: 1 | -1) => AdlRanking;
  #longs: AdlRanking | null = null;
  #shorts: AdlRanking | null = null;

  private constructor(make: (side: 1 | -1) => AdlRanking) {
    this.#make = make;
  }

  /**
   * Null for a policy that is no queue.
   * @param scopeOf the scope of a cross position; null where all are isolated
   */
  static of(
    accounts: Accounts,
    terms: MarginTerms,
    rules: Pick<AdlRules, "eligible">,
    { needs, scoreOf }: AdlPolicy,
    scopeOf: ((number: number) => ScopeOfCandidate) | null = null,
  ): Rankings | null {
    if (scoreOf === undefined) return null;
    const rankings = new Rankings((side) => new AdlRanking(accounts, terms, rules, { needs, scoreOf }, side, scopeOf));
    // A cross scope may change in any instrument.
    accounts.cash.onTouched.push((account) => {
      for (const number of accounts.cash.legs.numbersOf(account)) rankings.changed(number);
    });
    return rankings;
  }

  /** Forgets all: a new mark, or time has passed. */
  clear(): void {
    this.#longs?.clear();
    this.#shorts?.clear();
  }

  /** The position of an account or its margin has changed. */
  changed(account: number): void {
    this.#longs?.changed(account);
    this.#shorts?.changed(account);
  }

  /** As `AdlRanking.choose`, of the side opposite to an inventory. */
  choose(inventory: Inventory, markTicks: number, bankrupt: number | null = null): RankedFills {
    if (inventory.lots > 0) {
      this.#shorts ??= this.#make(-1);
      return this.#shorts.choose(inventory, markTicks, bankrupt);
    }
    this.#longs ??= this.#make(1);
    return this.#longs.choose(inventory, markTicks, bankrupt);
  }
}
