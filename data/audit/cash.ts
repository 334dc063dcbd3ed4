/**
 * The rebuilt cash of a run: one wallet an account for all instruments, the house, and the sum of everything (CONS-2).
 * In hedge mode the short legs of an account stand under a second number, and their cash under its own (ACCT-4).
 */

export class Cash {
  /** Numbers of accounts and of short legs. */
  readonly count: number;
  /** By account, quanta: nothing under the number of short legs. */
  readonly wallet: BigInt64Array;
  /** Whose wallet each number shares. */
  readonly owner: Int32Array;
  /** 1 for accounts that may have orders: holders have none. */
  readonly hasOrders: Uint8Array;
  /** Since when wallets have owed without a break, by account, microseconds. */
  readonly owing = new Map<number, number>();
  /** The time of the bookings, microseconds. */
  timeUs = Number.NEGATIVE_INFINITY;
  /** Fees less what the house paid, quanta. */
  house = 0n;
  /** Put in from outside, quanta. */
  deposits = 0n;
  /** Wallets and position margins of all instruments, kept at every change, quanta. */
  held = 0n;
  readonly #shortLegs = new Map<number, number>();

  constructor(count: number) {
    this.count = count;
    this.wallet = new BigInt64Array(count);
    this.owner = Int32Array.from({ length: count }, (_, number) => number);
    this.hasOrders = new Uint8Array(count);
  }

  /** Says whose short legs stand under a number. */
  pair(number: number, owner: number): void {
    this.owner[number] = owner;
    this.#shortLegs.set(owner, number);
  }

  ownerOf(number: number): number {
    return this.owner[number] as number;
  }

  /** What there is in the wallet that a number shares, quanta. */
  walletOf(number: number): bigint {
    return this.wallet[this.ownerOf(number)] as bigint;
  }

  /** All numbers of the account that one is of, its own first. */
  numbersOf(number: number): readonly number[] {
    const owner = this.ownerOf(number);
    const short = this.#shortLegs.get(owner);
    return short === undefined ? [owner] : [owner, short];
  }

  deposit(account: number, amount: bigint): void {
    this.deposits += amount;
    this.move(account, amount, 0n);
  }

  /** Changes the wallet that a number shares, and notes what a position margin of that number changed by. */
  move(number: number, wallet: bigint, margin: bigint): void {
    const account = this.ownerOf(number);
    const now = (this.wallet[account] as bigint) + wallet;
    this.wallet[account] = now;
    this.held += wallet + margin;
    if (now >= 0n) {
      if (wallet > 0n) this.owing.delete(account);
    } else if (!this.owing.has(account)) this.owing.set(account, this.timeUs);
  }
}
