/**
 * Accounts as one instrument knows them: the position each has in it, isolated or cross
 * (ACCT-2), in hedge mode each leg under a number of its own (ACCT-4, `legs.ts`), and the
 * wallet that it shares with all other instruments. Columns only; the ledger alone writes them.
 */
import { Cash } from "./cash.ts";
import { ChangedBlocks } from "./changed-blocks.ts";

/** The liquidation engine's accounts: what it took over from longs and from shorts (LIQ-7). */
export const ENGINE_LONG_ACCOUNT = 0;
export const ENGINE_SHORT_ACCOUNT = 1;
/** The venue's own account: positions nobody else would take (FUND-4). */
export const HOUSE_ACCOUNT = 2;
/** Accounts from here on are traders', but for the last one where the venue has a vault (`Cash.vault`). */
export const FIRST_TRADER_ACCOUNT = 3;

const COLUMNS = [
  ...(["positionLots", "entryValue", "margin", "leverageHundredths", "realizedProfit", "fees"] as const),
  ...(["liquidationCount", "adlCount", "inLiquidation", "isCross"] as const),
] as const;

/** The columns that are of this instrument alone, by name. */
export type AccountsState = { readonly [Name in (typeof COLUMNS)[number]]: Accounts[Name] };

export class Accounts {
  readonly count: number;
  readonly cash: Cash;
  /** Positions written to since conservation was checked. */
  readonly changed: ChangedBlocks;
  /** Cash in the wallet, quanta. */
  readonly wallet: Float64Array;
  /** Part of the wallet that open orders hold (ORDER-2), quanta. */
  readonly reserved: Float64Array;
  /** Position, negative when short, lots. */
  readonly positionLots: Float64Array;
  /** Sum of the booked values the position was built from (INST-3), never negative, quanta. */
  readonly entryValue: Float64Array;
  /** Position margin, without unrealised profit (ACCT-2), quanta; of a cross position 0, but while it is taken over. */
  readonly margin: Float64Array;
  /** Leverage setting, hundredths; 0 for an account that does not trade this instrument. */
  readonly leverageHundredths: Float64Array;
  /** Put in at the start, quanta. */
  readonly deposited: Float64Array;
  /** Profit realised so far, before fees, quanta. */
  readonly realizedProfit: Float64Array;
  /** Fees paid less rebates, quanta. */
  readonly fees: Float64Array;
  readonly liquidationCount: Int32Array;
  readonly adlCount: Int32Array;
  /** 1 while the position is being liquidated or is about to be at this mark. */
  readonly inLiquidation: Uint8Array;
  /** 1 where the account's position here shares the wallet with its other cross positions (ACCT-2, ACCT-3). */
  readonly isCross: Uint8Array;

  /** @param cash that other instruments share; left out: its own */
  constructor(count: number, cash: Cash = new Cash(count)) {
    this.count = count;
    this.cash = cash;
    this.changed = new ChangedBlocks(count);
    this.wallet = cash.wallet;
    this.reserved = cash.reserved;
    this.deposited = cash.deposited;
    this.positionLots = new Float64Array(count);
    this.entryValue = new Float64Array(count);
    this.margin = new Float64Array(count);
    this.leverageHundredths = new Float64Array(count);
    this.realizedProfit = new Float64Array(count);
    this.fees = new Float64Array(count);
    this.liquidationCount = new Int32Array(count);
    this.adlCount = new Int32Array(count);
    this.inLiquidation = new Uint8Array(count);
    this.isCross = new Uint8Array(count);
  }

  /** Copies of the columns of this instrument (TIME-4). */
  state(): AccountsState {
    return Object.fromEntries(COLUMNS.map((name) => [name, this[name].slice()])) as unknown as AccountsState;
  }

  /** Puts them where they stood when `state` was taken. */
  restore(state: AccountsState): void {
    for (const name of COLUMNS) this[name].set(state[name]);
    this.changed.all();
  }

  /** A position is written to: whether its wallet may owe depends on it too. */
  note(number: number): void {
    this.changed.note(number);
    this.cash.changed.note(this.cash.legs.ownerOf(number));
  }

  /** Part of the wallet that is free for new orders, quanta; not of an account with cross positions, which count too. */
  freeQuanta(account: number): number {
    const owner = this.cash.legs.ownerOf(account);
    return (this.wallet[owner] as number) - (this.reserved[owner] as number);
  }
}
