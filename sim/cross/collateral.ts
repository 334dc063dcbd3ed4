/**
 * Assets that accounts hold beside the one that all instruments settle in (ACCT-6): they
 * count at index price less haircut, and make good what the wallet owes. An account that
 * ever held any is in multi-currency mode.
 */

import { sell, worthOf } from "../clearing/house/collateral.ts";
import type { CollateralInput } from "../input.ts";
import { add, multiplyDivide, OverflowError, type Ratio } from "../venue/whole.ts";

/** What is held of it, as plain data (TIME-4). */
export interface CollateralState {
  /** By asset: amounts by account. */
  readonly amounts: readonly Float64Array[];
  readonly deposited: readonly Float64Array[];
  readonly house: Float64Array;
  readonly isMulti: Uint8Array;
}

/** Sums are counted in millionths of a dollar, prices in the same. */
const MILLION = 1_000_000;

/** One sale to the house. */
export interface Conversion {
  /** Number of the asset, from 1: 0 is the settlement asset. */
  readonly asset: number;
  /** Quanta of it, and of the settlement asset. */
  readonly sold: number;
  readonly credited: number;
}

export class Collateral {
  /** The assets besides the settlement asset, which is number 0. */
  readonly assets: CollateralInput["assets"];
  readonly settlement: CollateralInput["settlement"];
  /** 1 for accounts in multi-currency mode. */
  readonly isMulti: Uint8Array;
  /** By asset, from number 1: what accounts hold, quanta. */
  readonly amounts: readonly Float64Array[];
  /** By asset: what they put in at the start, quanta. */
  readonly deposited: readonly Float64Array[];
  /** The venue's own, quanta. */
  readonly house: Float64Array;
  #indexTicks: (instrument: number) => number = () => 0;

  /** @param accountCount numbers of accounts and legs */
  constructor({ assets, settlement }: CollateralInput, accountCount: number) {
    this.assets = assets;
    this.settlement = settlement;
    this.isMulti = new Uint8Array(accountCount);
    this.amounts = assets.map(() => new Float64Array(accountCount));
    this.deposited = assets.map(() => new Float64Array(accountCount));
    this.house = new Float64Array(assets.length);
  }

  /** Says where index prices are. @param indexTicks of an instrument, at the latest mark */
  connect(indexTicks: (instrument: number) => number): void {
    this.#indexTicks = indexTicks;
  }

  /** Assets, with the settlement asset. */
  get count(): number {
    return 1 + this.assets.length;
  }

  /** By asset: millionths of a dollar that a quantum is worth. */
  prices(): Ratio[] {
    return [
      this.settlement.price,
      ...this.assets.map(({ price }): Ratio => {
        if (price.instrument === null) return price.perUnit;
        const numerator = price.perUnit.numerator * this.#indexTicks(price.instrument);
        if (!Number.isSafeInteger(numerator)) throw new OverflowError("the index price of collateral", numerator);
        return { numerator, denominator: price.perUnit.denominator };
      }),
    ];
  }

  /** Pays an amount of an asset in. */
  deposit(account: number, asset: number, quanta: number): void {
    const amounts = this.amounts[asset - 1] as Float64Array;
    amounts[account] = add(amounts[account] as number, quanta, `account ${account} collateral`);
    const deposited = this.deposited[asset - 1] as Float64Array;
    deposited[account] = add(deposited[account] as number, quanta, `account ${account} collateral`);
    this.isMulti[account] = 1;
  }

  /**
   * Sells an account's assets to the house until an amount of the settlement asset has come in, the one worth most first.
   * @param missing quanta; all is sold where it does not suffice
   */
  sell(account: number, missing: number): Conversion[] {
    const conversions: Conversion[] = [];
    const prices = this.prices();
    let hole = missing;
    for (const asset of this.#byWorth(account, prices)) {
      if (hole <= 0) break;
      const amounts = this.amounts[asset - 1] as Float64Array;
      const { haircuts } = this.assets[asset - 1] as CollateralInput["assets"][number];
      const { sold, credited } = sell(amounts[account] as number, haircuts, prices[asset] as Ratio, hole, prices[0] as Ratio);
      if (sold === 0) continue;
      amounts[account] = (amounts[account] as number) - sold;
      this.house[asset - 1] = add(this.house[asset - 1] as number, sold, "the house");
      hole -= credited;
      conversions.push({ asset, sold, credited });
    }
    return conversions;
  }

  /** An amount of the unit of account in quanta of the settlement asset: half to even, a requirement up. */
  inSettlement(millionths: number, rounding: "half-even" | "up" | "down"): number {
    const { numerator, denominator } = this.settlement.price;
    return multiplyDivide(millionths, denominator, numerator, rounding);
  }

  /** @throws Error when an asset is not conserved, or an account owes any (CONS-2, CONS-3) */
  check(): void {
    this.amounts.forEach((amounts, place) => {
      let all = BigInt(this.house[place] as number);
      amounts.forEach((amount, account) => {
        if (amount < 0) throw new Error(`CONS-3 violated: account ${account} holds ${amount} quanta of ${this.#symbolOf(place)}`);
        if (amount !== 0) all += BigInt(amount);
      });
      const missing = all - total(this.deposited[place] as Float64Array);
      if (missing !== 0n) throw new Error(`CONS-2 violated: ${this.#symbolOf(place)} exceeds its deposits by ${missing} quanta`);
    });
  }

  state(): CollateralState {
    return {
      amounts: this.amounts.map((amounts) => amounts.slice()),
      deposited: this.deposited.map((deposited) => deposited.slice()),
      house: this.house.slice(),
      isMulti: this.isMulti.slice(),
    };
  }

  restore({ amounts, deposited, house, isMulti }: CollateralState): void {
    amounts.forEach((own, place) => {
      this.amounts[place]?.set(own);
    });
    this.house.set(house);
    deposited.forEach((own, place) => {
      this.deposited[place]?.set(own);
    });
    this.isMulti.set(isMulti);
  }

  #symbolOf(place: number): string {
    return this.assets[place]?.asset.symbol ?? "";
  }

  /** Assets of an account that are worth anything, largest worth first, ties in the order of assets. */
  #byWorth(account: number, prices: readonly Ratio[]): number[] {
    const worths = this.assets.map(({ haircuts }, place) => {
      const { numerator, denominator } = prices[place + 1] as Ratio;
      const amount = (this.amounts[place] as Float64Array)[account] as number;
      // In dollars a quantum, as the function asks.
      return amount === 0 ? 0 : worthOf(amount, { numerator, denominator: denominator * MILLION }, haircuts);
    });
    return worths
      .map((_, place) => place)
      .filter((place) => (worths[place] as number) > 0)
      .sort((a, b) => (worths[b] as number) - (worths[a] as number) || a - b)
      .map((place) => place + 1);
  }
}

function total(amounts: Float64Array): bigint {
  let sum = 0n;
  for (const amount of amounts) if (amount !== 0) sum += BigInt(amount);
  return sum;
}
