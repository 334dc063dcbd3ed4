/** The rebuilt cash of a run: one wallet an account for all instruments, the house, and the sum of everything (CONS-2). */

export class Cash {
  /** Accounts. */
  readonly count: number;
  /** By account, quanta. */
  readonly wallet: BigInt64Array;
  /** 1 for accounts that may have orders: holders have none. */
  readonly hasOrders: Uint8Array;
  /** Fees less what the house paid, quanta. */
  house = 0n;
  /** Put in from outside, quanta. */
  deposits = 0n;
  /** Wallets and position margins of all instruments, kept at every change, quanta. */
  held = 0n;

  constructor(count: number) {
    this.count = count;
    this.wallet = new BigInt64Array(count);
    this.hasOrders = new Uint8Array(count);
  }

  deposit(account: number, amount: bigint): void {
    this.deposits += amount;
    this.move(account, amount, 0n);
  }

  /** Changes a wallet, and notes what a position margin of that account changed by. */
  move(account: number, wallet: bigint, margin: bigint): void {
    this.wallet[account] = (this.wallet[account] as bigint) + wallet;
    this.held += wallet + margin;
  }
}
