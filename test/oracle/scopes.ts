/** MARGIN-3, ACCT-5, ACCT-6: what is margined together, its equity and its requirement. */
import { type Account, cashOf, type Position, settingOf } from "./accounts.ts";
import type { Leg, Scope, Standing } from "./commands.ts";
import { closingFee, initialMargin, maintenance, profit, value } from "./contract.ts";
import { type Exact, most, sum, zero } from "./exact.ts";
import { largestSize } from "./freezing.ts";
import { costInDollars, type Listed, type Market, quantaFor, worth } from "./market.ts";

export const listedOf = (market: Market, instrument: string): Listed => {
  const listed = market.listed[instrument];
  if (listed === undefined) throw new Error(`no instrument ${instrument}`);
  return listed;
};

export const positionOf = (account: Account, instrument: string, leg: Leg | null): Position | undefined =>
  account.positions.find((position) => position.instrument === instrument && position.leg === leg);

export const legsOf = (account: Account): readonly (Leg | null)[] => (account.positionMode === "one-way" ? [null] : ["long", "short"]);

export const leverageOf = (account: Account, instrument: string, leg: Leg | null): Exact =>
  settingOf(account, instrument).leverage[leg ?? "long"];

export const isCross = (account: Account, instrument: string): boolean => account.settings[instrument]?.marginMode === "cross";

/** MARK-5: the profit of closing at the mark. */
export function unrealized(market: Market, position: Position): Exact {
  const { contract, mark } = listedOf(market, position.instrument);
  return profit(contract, position.lots.lessThan(0) ? -1 : 1, position.entry, value(contract, mark, position.lots.abs()));
}

/** MARK-5: mark, last or entry. */
export const valuePrice = (market: Market, listed: Listed): Exact => (market.rules.positionValueAt === "last" ? listed.last : listed.mark);

/** MARK-5: the value of a position with the orders that would increase it to a size. */
export function valueAtSize(market: Market, account: Account, instrument: string, leg: Leg | null, size: Exact): Exact {
  const listed = listedOf(market, instrument);
  if (market.rules.positionValueAt !== "entry") return value(listed.contract, valuePrice(market, listed), size);
  const position = positionOf(account, instrument, leg);
  const more = size.minus((position?.lots ?? zero).abs());
  return (position?.entry ?? zero).plus(value(listed.contract, listed.mark, more));
}

/** MARGIN-2 of a position and, under `tiersIncludeOpenOrders`, the orders that would increase it. */
export function requirement(market: Market, account: Account, instrument: string, leg: Leg | null): Exact {
  const { contract, mark } = listedOf(market, instrument);
  const lots = positionOf(account, instrument, leg)?.lots ?? zero;
  const orders = account.orders.filter((order) => order.instrument === instrument && order.leg === leg);
  const size = market.rules.tiersIncludeOpenOrders ? largestSize(lots, orders) : lots.abs();
  const amount = valueAtSize(market, account, instrument, leg, size);
  const fee = market.rules.maintenanceIncludesClosingFee ? closingFee(contract, value(contract, mark, size)) : zero;
  return maintenance(contract, size, amount).plus(fee);
}

/** MARGIN-1 of a position as it stands, at another leverage if one is given. */
export function positionInitialMargin(market: Market, account: Account, position: Position): Exact {
  const listed = listedOf(market, position.instrument);
  const { positionValueAt, closingFeeInPositionMargin } = market.rules;
  const amount = positionValueAt === "entry" ? position.entry : value(listed.contract, valuePrice(market, listed), position.lots.abs());
  const leverage = leverageOf(account, position.instrument, position.leg);
  const closed = value(listed.contract, listed.mark, position.lots.abs());
  return initialMargin(listed.contract, amount, leverage, closingFeeInPositionMargin, closed);
}

const crossInstruments = (market: Market, account: Account, asset: string): string[] =>
  Object.keys(market.listed).filter((name) => listedOf(market, name).settle === asset && isCross(account, name));

/** ACCT-5: what a cross instrument's unrealised profit counts; hedge legs net first. */
function countedProfit(market: Market, account: Account, instrument: string): Exact {
  const positions = account.positions.filter((position) => position.instrument === instrument);
  const profits = sum(positions.map((position) => unrealized(market, position)));
  if (market.rules.unrealizedProfitAsMargin === "all") return profits;
  const limit = market.rules.unrealizedProfitAsMargin === "none" ? zero : requirementOf(market, account, instrument);
  return profits.lessThan(limit) ? profits : limit;
}

const requirementOf = (market: Market, account: Account, instrument: string): Exact =>
  sum(legsOf(account).map((leg) => requirement(market, account, instrument, leg)));

/** The parts of a cross scope in one asset. */
export interface CrossParts {
  readonly wallet: Exact;
  readonly counted: Exact;
  readonly requirement: Exact;
  readonly initialMargin: Exact;
  readonly frozenIsolated: Exact;
  readonly frozenCross: Exact;
  readonly orderFees: Exact;
}

export function crossParts(market: Market, account: Account, asset: string): CrossParts {
  const cross = crossInstruments(market, account, asset);
  const frozen = account.frozen.filter((entry) => listedOf(market, entry.instrument).settle === asset);
  const frozenCross = frozen.filter((entry) => cross.includes(entry.instrument));
  const frozenIsolated = frozen.filter((entry) => !cross.includes(entry.instrument));
  const positions = account.positions.filter((position) => cross.includes(position.instrument));
  return {
    wallet: cashOf(account, asset),
    counted: sum(cross.map((name) => countedProfit(market, account, name))),
    requirement: sum(cross.map((name) => requirementOf(market, account, name))),
    initialMargin: sum(positions.map((position) => positionInitialMargin(market, account, position))),
    frozenIsolated: sum(frozenIsolated.map((entry) => entry.amount)),
    frozenCross: sum(frozenCross.map((entry) => entry.amount)),
    orderFees: sum(frozenCross.map((entry) => entry.fees)),
  };
}

const assetsOf = (market: Market) => Object.values(market.assets);

/** Equity before order fees: in quanta of the asset, or (multi-currency) in millionths of a dollar. */
export function equityBeforeFees(market: Market, account: Account, asset: string | null): Exact {
  if (asset !== null) {
    const parts = crossParts(market, account, asset);
    return parts.wallet.plus(parts.counted).minus(parts.frozenIsolated);
  }
  return sum(
    assetsOf(market).map((each) => {
      const parts = crossParts(market, account, each.symbol);
      return worth(each, parts.wallet.plus(parts.counted).minus(parts.frozenIsolated));
    }),
  );
}

/** ORDER-2, ACCT-1: what is not needed; `withdrawable` counts no unrealised profit. */
function left(market: Market, account: Account, asset: string | null, withdrawable: boolean): Exact {
  const counted = (parts: CrossParts) => (withdrawable && parts.counted.greaterThan(0) ? zero : parts.counted);
  if (asset !== null) {
    const parts = crossParts(market, account, asset);
    return parts.wallet.plus(counted(parts)).minus(parts.initialMargin).minus(parts.frozenIsolated).minus(parts.frozenCross);
  }
  return sum(
    assetsOf(market).map((each) => {
      const parts = crossParts(market, account, each.symbol);
      const has = worth(each, parts.wallet.plus(counted(parts)).minus(parts.frozenIsolated));
      return has.minus(costInDollars(each, parts.initialMargin.plus(parts.frozenCross)));
    }),
  );
}

export const available = (market: Market, account: Account, asset: string | null): Exact => left(market, account, asset, false);
export const free = (market: Market, account: Account, asset: string | null): Exact => left(market, account, asset, true);

/** The asset an account's cross scope is counted in: its settlement asset, or null for dollars. */
export const scopeAsset = (account: Account, asset: string): string | null => (account.mode === "single-currency" ? asset : null);

/** MARGIN-3: equity against requirement; a requirement of zero is healthy (UNIT-3). */
export function standing(market: Market, account: Account, scope: Scope): Standing {
  const [equity, needed] = scope.kind === "isolated" ? isolated(market, account, scope) : cross(market, account, scope.asset);
  const touches = market.rules.triggerAt === "below" ? equity.lessThan(needed) : equity.lessThanOrEqualTo(needed);
  return { equity: equity.toNumber() + 0, requirement: needed.toNumber() + 0, atRisk: !needed.isZero() && touches };
}

function isolated(market: Market, account: Account, scope: Extract<Scope, { kind: "isolated" }>): [Exact, Exact] {
  const position = positionOf(account, scope.instrument, scope.leg ?? null);
  if (position === undefined) return [zero, zero];
  return [position.margin.plus(unrealized(market, position)), requirement(market, account, scope.instrument, scope.leg ?? null)];
}

function cross(market: Market, account: Account, asset: string | null): [Exact, Exact] {
  if (asset !== null) {
    const parts = crossParts(market, account, asset);
    return [equityBeforeFees(market, account, asset).minus(parts.orderFees), parts.requirement];
  }
  const each = assetsOf(market).map((one) => {
    const parts = crossParts(market, account, one.symbol);
    const equity = worth(one, parts.wallet.plus(parts.counted).minus(parts.frozenIsolated).minus(parts.orderFees));
    return { equity, needed: costInDollars(one, parts.requirement) };
  });
  return [sum(each.map(({ equity }) => equity)), sum(each.map(({ needed }) => needed))];
}

/** ORDER-3, MARK-3: what a cross scope has left to pay with, in quanta of the asset (decisions 13 and 16). */
export function remainingOf(market: Market, account: Account, asset: string): Exact {
  const wallet = cashOf(account, asset);
  const equity = equityBeforeFees(market, account, scopeAsset(account, asset));
  if (account.mode === "single-currency") return most(zero, wallet, equity);
  const one = market.assets[asset] as Market["assets"][string];
  const quanta = quantaFor(one, equity);
  return most(zero, wallet, quanta.floor());
}
