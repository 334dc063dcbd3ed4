/** The oracle's accounts: plain objects that are copied whole, so that a refused command can be taken back. */
import type { AccountMode, Leg, MarginMode, PositionMode, Side, Wallet } from "./commands.ts";
import { type Exact, exact, zero } from "./exact.ts";

export interface Position {
  readonly instrument: string;
  /** Null in one-way mode. */
  readonly leg: Leg | null;
  /** Signed. */
  lots: Exact;
  entry: Exact;
  /** Zero when cross. */
  margin: Exact;
}

export interface Order {
  readonly id: number;
  readonly instrument: string;
  readonly side: Side;
  readonly leg: Leg | null;
  readonly ticks: Exact;
  lots: Exact;
}

/** ORDER-2: what the orders of an instrument (and leg) hold; `fees` is part of `amount`. */
export interface Frozen {
  readonly instrument: string;
  readonly leg: Leg | null;
  readonly amount: Exact;
  readonly fees: Exact;
}

export interface Setting {
  marginMode: MarginMode;
  /** One-way: both the same. */
  leverage: Record<Leg, Exact>;
}

export interface Account {
  readonly number: number;
  readonly mode: AccountMode;
  positionMode: PositionMode;
  /** By asset. */
  wallets: Record<string, Record<Wallet, Exact>>;
  /** By instrument. */
  settings: Record<string, Setting>;
  positions: Position[];
  orders: Order[];
  frozen: Frozen[];
}

export function newAccount(number: number, mode: AccountMode, assets: readonly string[], instruments: readonly string[]): Account {
  return {
    number,
    mode,
    positionMode: "one-way",
    wallets: Object.fromEntries(assets.map((asset) => [asset, { funding: zero, spot: zero, contract: zero }])),
    settings: Object.fromEntries(instruments.map((name) => [name, { marginMode: "cross", leverage: { long: exact(1), short: exact(1) } }])),
    positions: [],
    orders: [],
    frozen: [],
  };
}

/** A copy that shares no object that changes. */
export function copyOf(account: Account): Account {
  const wallets = Object.entries(account.wallets).map(([asset, wallet]) => [asset, { ...wallet }] as const);
  const settings = Object.entries(account.settings).map(([name, { marginMode, leverage }]) => [
    name,
    { marginMode, leverage: { ...leverage } },
  ]);
  return {
    ...account,
    wallets: Object.fromEntries(wallets),
    settings: Object.fromEntries(settings),
    positions: account.positions.map((position) => ({ ...position })),
    orders: account.orders.map((order) => ({ ...order })),
    frozen: [...account.frozen],
  };
}

/** Cash of the contract wallet. */
export function cashOf(account: Account, asset: string): Exact {
  const wallets = account.wallets[asset];
  if (wallets === undefined) throw new Error(`no asset ${asset}`);
  return wallets.contract;
}

export function settingOf(account: Account, instrument: string): Setting {
  const setting = account.settings[instrument];
  if (setting === undefined) throw new Error(`no instrument ${instrument}`);
  return setting;
}
