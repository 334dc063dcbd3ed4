/**
 * Cash outside positions: one wallet an account, whatever instruments it trades
 * (ACCT-1), and the venue's own. Columns only; the ledgers alone write them.
 */

import { ChangedBlocks } from "./changed-blocks.ts";
import { Legs } from "./legs.ts";

const COLUMNS = ["wallet", "reserved", "deposited"] as const;

/** All cash as plain data. */
export type CashState = { readonly [Name in (typeof COLUMNS)[number]]: Float64Array } & {
  readonly inCross: Uint8Array;
  readonly house: number;
  readonly deposits: bigint;
};

export class Cash {
  /** Whose each number is; cash stands under the account's own. */
  readonly legs: Legs;
  /** Cash in the wallet, quanta. */
  readonly wallet: Float64Array;
  /** Part of the wallet that open orders hold (ORDER-2), quanta. */
  readonly reserved: Float64Array;
  /** Put in at the start, quanta. */
  readonly deposited: Float64Array;
  /** 1 for accounts that margin positions together in some instrument (ACCT-2 cross). */
  readonly inCross: Uint8Array;
  /** Wallets written to since conservation was checked. */
  readonly changed: ChangedBlocks;
  /** Called with an account in cross margin after something of it has changed. */
  readonly onTouched: ((account: number) => void)[] = [];
  /** Of those, whose wallet, positions or orders have changed since they were asked for, each once. */
  #touched: number[] = [];
  readonly #isTouched: Uint8Array;
  /** Cash of the venue itself: fees less what it paid for uncovered losses, quanta. */
  house = 0;
  /** Cash that came from outside so far, quanta: what CONS-2 compares with. A total over accounts knows no limit (UNIT-1). */
  deposits = 0n;

  /** The account of the backstop vault (LIQ-4): the last number, or −1 where the venue has none. */
  readonly vault: number;

  /**
   * @param legs numbers of accounts and of their short legs, or how many accounts there are, all one-way
   * @param hasVault whether the last of them is the backstop vault's
   */
  constructor(legs: Legs | number, hasVault = false) {
    this.legs = typeof legs === "number" ? new Legs(legs) : legs;
    const { count } = this.legs;
    this.vault = hasVault ? count - 1 : -1;
    this.changed = new ChangedBlocks(count);
    this.wallet = new Float64Array(count);
    this.reserved = new Float64Array(count);
    this.deposited = new Float64Array(count);
    this.inCross = new Uint8Array(count);
    this.#isTouched = new Uint8Array(count);
  }

  /** Margins an account's positions together from now on, at least in one instrument. */
  margin(account: number): void {
    this.inCross[account] = 1;
    this.touch(account);
  }

  /** Something that decides about a cross scope has changed; of other accounts nothing is noted. */
  touch(number: number): void {
    const account = this.legs.ownerOf(number);
    if (this.inCross[account] === 0) return;
    for (const listener of this.onTouched) listener(account);
    if (this.#isTouched[account] === 1) return;
    this.#isTouched[account] = 1;
    this.#touched.push(account);
  }

  /** Whose scopes have changed since this was last asked, by number: who was first is nothing that a snapshot knows. */
  takeTouched(): readonly number[] {
    const touched = this.#touched.sort((a, b) => a - b);
    for (const account of touched) this.#isTouched[account] = 0;
    this.#touched = [];
    return touched;
  }

  /** A copy of it all (TIME-4). */
  state(): CashState {
    const { wallet, reserved, deposited, inCross, house, deposits } = this;
    return {
      ...{ wallet: wallet.slice(), reserved: reserved.slice(), deposited: deposited.slice() },
      ...{ inCross: inCross.slice(), house, deposits },
    };
  }

  restore(state: CashState): void {
    for (const name of COLUMNS) this[name].set(state[name]);
    this.changed.all();
    state.inCross.forEach((isCross, account) => {
      if (isCross === 1) this.margin(account);
    });
    this.house = state.house;
    this.deposits = state.deposits;
  }
}
