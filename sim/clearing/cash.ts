/**
 * Cash outside positions: one wallet an account, whatever instruments it trades
 * (ACCT-1), and the venue's own. Columns only; the ledgers alone write them.
 */

const COLUMNS = ["wallet", "reserved", "deposited"] as const;

/** All cash as plain data. */
export type CashState = { readonly [Name in (typeof COLUMNS)[number]]: Float64Array } & {
  readonly house: number;
  readonly deposits: bigint;
};

export class Cash {
  /** Cash in the wallet, quanta. */
  readonly wallet: Float64Array;
  /** Part of the wallet that open orders hold (ORDER-2), quanta. */
  readonly reserved: Float64Array;
  /** Put in at the start, quanta. */
  readonly deposited: Float64Array;
  /** Cash of the venue itself: fees less what it paid for uncovered losses, quanta. */
  house = 0;
  /** Cash that came from outside so far, quanta: what CONS-2 compares with. A total over accounts knows no limit (UNIT-1). */
  deposits = 0n;

  /** The account of the backstop vault (LIQ-4): the last one, or −1 where the venue has none. */
  readonly vault: number;

  /**
   * @param count accounts
   * @param hasVault whether the last of them is the backstop vault's
   */
  constructor(count: number, hasVault = false) {
    this.vault = hasVault ? count - 1 : -1;
    this.wallet = new Float64Array(count);
    this.reserved = new Float64Array(count);
    this.deposited = new Float64Array(count);
  }

  /** A copy of it all (TIME-4). */
  state(): CashState {
    const { wallet, reserved, deposited, house, deposits } = this;
    return { wallet: wallet.slice(), reserved: reserved.slice(), deposited: deposited.slice(), house, deposits };
  }

  restore(state: CashState): void {
    for (const name of COLUMNS) this[name].set(state[name]);
    this.house = state.house;
    this.deposits = state.deposits;
  }
}
