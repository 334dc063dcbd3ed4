/** The oracle's state as plain numbers, and the sums of CONS over it. */
import type { Account } from "./accounts.ts";
import type { OracleHouse } from "./clearing-house.ts";
import type { State, Wallet } from "./commands.ts";
import { type Exact, sum } from "./exact.ts";
import { legsOf, positionOf } from "./scopes.ts";

const WALLETS: readonly Wallet[] = ["funding", "spot", "contract"];

/** @throws for an amount beyond ±(2^53 − 1) (UNIT-1) */
function whole(amount: Exact): number {
  // Adding 0 turns -0 into 0.
  const number = amount.toNumber() + 0;
  if (!Number.isSafeInteger(number)) throw new Error(`${amount} is no safe whole number`);
  return number;
}

export function stateOf(house: OracleHouse): State {
  const { accounts, market } = house;
  const instruments = Object.keys(market.listed);
  const named = <T>(build: (account: Account) => T[]) => accounts.flatMap(build);
  return {
    wallets: named((account) =>
      Object.keys(market.assets).flatMap((asset) =>
        WALLETS.map((wallet) => ({
          account: account.number,
          asset,
          wallet,
          amount: whole(account.wallets[asset]?.[wallet] as Exact),
        })).filter(({ amount }) => amount !== 0),
      ),
    ),
    positions: named((account) =>
      instruments.flatMap((instrument) =>
        legsOf(account).flatMap((leg) => {
          const position = positionOf(account, instrument, leg);
          if (position === undefined) return [];
          const { lots, entry, margin } = position;
          return [{ account: account.number, instrument, leg, lots: whole(lots), entryValue: whole(entry), margin: whole(margin) }];
        }),
      ),
    ),
    orders: named((account) =>
      account.orders.map(({ id, lots }) => ({ account: account.number, order: id, lots: whole(lots) })).sort((a, b) => a.order - b.order),
    ),
    frozen: named((account) =>
      instruments.flatMap((instrument) =>
        legsOf(account).flatMap((leg) =>
          account.frozen
            .filter((entry) => entry.instrument === instrument && entry.leg === leg && !(entry.amount.isZero() && entry.fees.isZero()))
            .map(({ amount, fees }) => ({ account: account.number, instrument, leg, amount: whole(amount), fees: whole(fees) })),
        ),
      ),
    ),
    pools: Object.entries(house.pools)
      .map(([pool, amount]) => ({ pool, amount: whole(amount) }))
      .filter(({ amount }) => amount !== 0),
    house: Object.entries(house.house)
      .map(([asset, amount]) => ({ asset, amount: whole(amount) }))
      .filter(({ amount }) => amount !== 0),
  };
}

/** CONS-1, CONS-2, CONS-3 as a list of what is violated, in words. */
export function violations(house: OracleHouse): string[] {
  const { accounts, market } = house;
  const found: string[] = [];
  const positions = accounts.flatMap((account) => account.positions);
  for (const instrument of Object.keys(market.listed)) {
    const lots = sum(positions.filter((position) => position.instrument === instrument).map((position) => position.lots));
    if (!lots.isZero()) found.push(`CONS-1: the positions in ${instrument} sum to ${lots}`);
  }
  for (const asset of Object.keys(market.assets)) {
    const settled = positions.filter((position) => market.listed[position.instrument]?.settle === asset);
    const cash = sum([
      ...accounts.flatMap((account) => WALLETS.map((wallet) => account.wallets[asset]?.[wallet] as Exact)),
      ...settled.map((position) => position.margin),
      ...[
        ...new Set(
          Object.values(market.listed)
            .filter(({ settle }) => settle === asset)
            .map(({ pool }) => pool),
        ),
      ].map((pool) => house.pools[pool] as Exact),
      house.house[asset] as Exact,
    ]);
    const entries = sum(
      settled.map(({ instrument, lots, entry }) => {
        const linear = market.listed[instrument]?.contract.kind === "linear";
        return lots.greaterThan(0) === linear ? entry.negated() : entry;
      }),
    );
    const outside = house.outside[asset] as Exact;
    if (!cash.plus(entries).equals(outside)) found.push(`CONS-2: ${asset} has ${cash.plus(entries)}, not ${outside}`);
  }
  for (const position of positions)
    if (position.margin.lessThan(0)) found.push(`CONS-3: a margin of ${position.margin} in ${position.instrument}`);
  for (const [pool, amount] of Object.entries(house.pools)) if (amount.lessThan(0)) found.push(`CONS-3: ${pool} has ${amount}`);
  for (const account of accounts) {
    for (const [asset, wallets] of Object.entries(account.wallets)) {
      if (wallets.funding.lessThan(0) || wallets.spot.lessThan(0)) found.push(`CONS-3: account ${account.number} owes ${asset}`);
    }
  }
  return found;
}
