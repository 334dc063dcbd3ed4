/**
 * Which cross scopes fail at new marks (LIQ-1), found without walking all of them: what has
 * changed since the last marks is told to the trigger index, which then knows.
 */
import type { Cash } from "../clearing/cash.ts";
import { CrossTriggerIndex } from "../clearing/cross/cross-trigger-index.ts";
import { CrossScopes } from "../clearing/cross/scopes.ts";
import type { CrossPrices } from "../clearing/cross/terms.ts";
import type { Failure } from "../clearing/liquidation.ts";
import type { CrossStanding, CrossVenue } from "./standing.ts";

export class CrossWatch {
  readonly #standing: CrossStanding;
  readonly #cash: Cash;
  readonly #venues: readonly CrossVenue[];
  /** Made when the first scope is to be watched. It holds nothing that would not follow from the accounts (TIME-4). */
  #index: CrossTriggerIndex | null = null;

  constructor(standing: CrossStanding, cash: Cash, venues: readonly CrossVenue[]) {
    this.#standing = standing;
    this.#cash = cash;
    this.#venues = venues;
  }

  /** Accounts whose cross scope fails at the marks, as they stand: lowest ratio first, then account. */
  failing(): Failure[] {
    const touched = this.#cash.takeTouched();
    // What trades and funding have left owing since the marks before.
    for (const account of touched) this.#standing.makeGood(account);
    if (this.#index === null && touched.length === 0) return [];
    const prices = this.#prices();
    if (this.#index === null) {
      const scopes = new CrossScopes(this.#cash.wallet.length, this.#standing.collateral?.count ?? 1);
      for (const account of touched) this.#fill(scopes, account);
      this.#index = new CrossTriggerIndex(this.#standing.terms, scopes, prices);
    } else {
      for (const account of touched) {
        this.#fill(this.#index.scopes, account);
        this.#index.update(account * this.#index.scopes.assetCount);
      }
    }
    const { scopes } = this.#index;
    return this.#index.move(prices).map((scope) => {
      const account = scopes.accountOf(scope);
      const { equity, requirement } = this.#standing.figures(account);
      return { account, equity, requirement };
    });
  }

  #fill(scopes: CrossScopes, account: number): void {
    const scope = account * scopes.assetCount;
    scopes.multi[account] = this.#standing.isMulti(account) ? 1 : 0;
    scopes.cash.set([this.#standing.cash(account), ...this.#standing.otherAssets(account)], scope);
    scopes.setPositions(scope, this.#standing.positions(account));
  }

  #prices(): CrossPrices {
    return {
      markTicks: Float64Array.from(this.#venues, ({ markTicks }) => markTicks),
      // Last trades are not asked for: no run values positions by them.
      lastTicks: new Float64Array(this.#venues.length).fill(1),
      indexPrices: this.#standing.indexPrices,
    };
  }
}
