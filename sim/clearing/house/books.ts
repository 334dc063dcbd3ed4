/**
 * The books of the clearing house: every balance and position there is, in columns.
 * `ClearingHouse` and the files beside it read them; only bookings write them.
 */

import { OverflowError, type Ratio } from "../../venue/whole.ts";
import { Holdings } from "./holdings.ts";
import { OpenOrders } from "./open-orders.ts";
import type { HouseInstrument, HouseSetup } from "./setup.ts";

/** Wallets of an account in an asset (ACCT-1); a unified wallet is `CONTRACT`. */
export const FUNDING = 0;
export const SPOT = 1;
export const CONTRACT = 2;
/** Number of a wallet. */
export type Wallet = typeof FUNDING | typeof SPOT | typeof CONTRACT;
const WALLETS = 3;

export class Books {
  readonly setup: HouseSetup;
  readonly assetCount: number;
  readonly holdings: Holdings;
  readonly orders: OpenOrders;
  /** Cash of every account, asset and wallet, quanta. */
  readonly cash: Float64Array;
  /** Booked in each pool, and owned by the house in each asset, quanta. */
  readonly pools: Float64Array;
  readonly house: Float64Array;
  /** Put in less taken out, by asset: what CONS-2 compares with. */
  readonly deposits: bigint[];
  readonly markTicks: Float64Array;
  readonly lastTicks: Float64Array;
  /** 1 once a contract has settled. */
  readonly expired: Uint8Array;
  /** 1 in hedge mode (ACCT-4). */
  readonly hedged: Uint8Array;
  /** Dollars of one quantum of each asset (ACCT-6). */
  readonly indexPrice: Ratio[];

  constructor(setup: HouseSetup, indexPrice: readonly Ratio[]) {
    const accountCount = setup.accounts.length;
    this.setup = setup;
    this.assetCount = setup.assets.length;
    this.holdings = new Holdings(accountCount);
    this.orders = new OpenOrders(accountCount);
    this.cash = new Float64Array(accountCount * this.assetCount * WALLETS);
    this.pools = new Float64Array(setup.poolCount);
    this.house = new Float64Array(this.assetCount);
    this.deposits = setup.assets.map(() => 0n);
    this.markTicks = Float64Array.from(setup.instruments, ({ markTicks }) => markTicks);
    this.lastTicks = Float64Array.from(setup.instruments, ({ lastTicks }) => lastTicks);
    this.expired = new Uint8Array(setup.instruments.length);
    this.hedged = new Uint8Array(accountCount);
    this.indexPrice = [...indexPrice];
  }

  instrumentOf(instrument: number): HouseInstrument {
    return this.setup.instruments[instrument] as HouseInstrument;
  }

  /** Place of a wallet in `cash`. */
  walletAt(account: number, asset: number, wallet: Wallet): number {
    return (account * this.assetCount + asset) * WALLETS + wallet;
  }

  /** Cash in the wallet that contracts use, quanta. */
  contractCash(account: number, asset: number): number {
    return this.cash[this.walletAt(account, asset, CONTRACT)] as number;
  }

  /** @throws OverflowError naming the account and the amount (UNIT-1) */
  credit(account: number, asset: number, wallet: Wallet, amount: number): void {
    const at = this.walletAt(account, asset, wallet);
    const sum = (this.cash[at] as number) + amount;
    if (!Number.isSafeInteger(sum)) throw new OverflowError(`account ${account} wallet`, BigInt(this.cash[at] as number) + BigInt(amount));
    this.cash[at] = sum;
  }

  /** @throws OverflowError beyond ±(2^53 − 1) */
  creditHouse(asset: number, amount: number): void {
    const sum = (this.house[asset] as number) + amount;
    if (!Number.isSafeInteger(sum)) throw new OverflowError("the house", sum);
    this.house[asset] = sum;
  }

  /** The pool pays what it has, the house the rest. */
  payFromPool(instrument: number, amount: number): void {
    if (amount === 0) return;
    const { pool, asset } = this.instrumentOf(instrument);
    const paid = Math.min(amount, Math.max(0, this.pools[pool] as number));
    this.pools[pool] = (this.pools[pool] as number) - paid;
    if (paid < amount) this.creditHouse(asset, paid - amount);
  }

  /** Whether an account's assets all count together (ACCT-6). */
  isMulti(account: number): boolean {
    return this.setup.accounts[account] === "multi";
  }
}
