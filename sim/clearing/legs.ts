/**
 * Hedge mode (ACCT-4): a long and a short leg in every instrument, each with size, margin and
 * leverage of its own, over one wallet. Everything that is a position's is kept by number; an
 * account in hedge mode has a second number, for its short legs, after those of all accounts.
 */

const NONE = -1;

export class Legs {
  /** Numbers there are: of accounts, of short legs after them, and then of others. */
  readonly count: number;
  /** Account of each number; null where nobody hedges, and every number is its own. */
  readonly owners: Int32Array | null;
  /** Number of an account's short legs. */
  readonly #shortLegs = new Map<number, number>();

  /**
   * @param hedged accounts in hedge mode, in rising order
   * @param others numbers after all of these
   */
  constructor(accountCount: number, hedged: readonly number[] = [], others = 0) {
    this.count = accountCount + hedged.length + others;
    this.owners = hedged.length === 0 ? null : Int32Array.from({ length: this.count }, (_, number) => number);
    hedged.forEach((account, place) => {
      (this.owners as Int32Array)[accountCount + place] = account;
      this.#shortLegs.set(account, accountCount + place);
    });
  }

  /** The account that a number is of. */
  ownerOf(number: number): number {
    return this.owners === null ? number : (this.owners[number] as number);
  }

  /** Whether an account is in hedge mode. */
  isHedged(account: number): boolean {
    return this.owners !== null && this.#shortLegs.has(account);
  }

  /** Number of an account's short legs; −1 in one-way mode. */
  shortLegOf(account: number): number {
    return this.#shortLegs.get(account) ?? NONE;
  }

  /** All numbers of an account, its own first. */
  numbersOf(account: number): readonly number[] {
    const short = this.owners === null ? NONE : this.shortLegOf(account);
    return short === NONE ? [account] : [account, short];
  }
}
