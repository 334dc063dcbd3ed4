/** The rankings of both sides of an instrument, made when they are first needed. */
import type { AdlRules } from "../../venue/rules.ts";
import type { Accounts } from "../accounts.ts";
import type { Inventory } from "../insurance-fund.ts";
import type { MarginTerms } from "../margin.ts";
import type { AdlPolicy } from "./policy.ts";
import { AdlRanking, type RankedFills } from "./ranking.ts";

export class Rankings {
  readonly #make: (side: 1 | -1) => AdlRanking;
  #longs: AdlRanking | null = null;
  #shorts: AdlRanking | null = null;

  private constructor(make: (side: 1 | -1) => AdlRanking) {
    this.#make = make;
  }

  /** Null for a policy that is no queue. */
  static of(accounts: Accounts, terms: MarginTerms, rules: Pick<AdlRules, "eligible">, { needs, scoreOf }: AdlPolicy): Rankings | null {
    if (scoreOf === undefined) return null;
    return new Rankings((side) => new AdlRanking(accounts, terms, rules, { needs, scoreOf }, side));
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
  choose(inventory: Inventory, markTicks: number): RankedFills {
    if (inventory.lots > 0) {
      this.#shorts ??= this.#make(-1);
      return this.#shorts.choose(inventory, markTicks);
    }
    this.#longs ??= this.#make(1);
    return this.#longs.choose(inventory, markTicks);
  }
}
