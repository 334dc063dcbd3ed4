/**
 * Scopes of a portfolio: what is margined together, its equity and its requirement at any
 * prices (MARGIN-2, MARGIN-3, ACCT-5, ACCT-6).
 */
import { compare, least, minus, negative, plus, type Rational, sign, times, whole, ZERO } from "../../venue/rational.ts";
import { closingFeeRate } from "../margin.ts";
import type { Arithmetic } from "./arithmetic.ts";
import { frozenFor, lotsWithOrders } from "./open-orders.ts";
import type { Market, Portfolio, PortfolioAsset, PortfolioPosition, Sign } from "./portfolio.ts";

/** A position, with the orders that count with it, or such orders alone. */
export interface Leg {
  /** Index of the position, or null for orders alone. */
  readonly position: number | null;
  readonly side: Sign;
  readonly lots: number;
  readonly entryValue: Rational;
  /** Lots that orders add toward tier, maintenance margin and fee (TIER-2). */
  readonly orderLots: number;
}

/** Legs of one contract: they move with one mark, and net first (ACCT-5). */
export interface Group {
  readonly market: number;
  readonly legs: readonly Leg[];
}

/** Cash of one asset in a scope, and the groups that settle in it. */
export interface Pocket {
  readonly asset: number;
  /** Quanta: position margin, or balance less what orders take from it. */
  readonly cash: Rational;
  readonly groups: readonly Group[];
}

/** What is margined together: an isolated position, or the cross positions of an asset, or of all assets. */
export interface Scope {
  readonly kind: "isolated" | "cross";
  readonly pockets: readonly Pocket[];
  /** Assets count together at their index prices less haircuts; amounts are then in the unit of account. */
  readonly multiCurrency: boolean;
}

/** Equity and requirement of a scope: quanta of its asset, or of the unit of account. */
export interface Figures {
  readonly equity: Rational;
  readonly requirement: Rational;
}

/** Marks in ticks, by market. */
export type Prices = (market: number) => Rational;

/** The marks as they are. */
export function marksOf(portfolio: Portfolio): Prices {
  return (market) => whole((portfolio.markets[market] as Market).markTicks);
}

/** All scopes: isolated positions in their order, then cross, by asset. */
export function scopesOf(portfolio: Portfolio): Scope[] {
  const isolated = portfolio.positions.flatMap((position, index) => (position.isolated ? [isolatedScope(portfolio, index)] : []));
  const pockets = portfolio.assets.map((_, asset) => crossPocket(portfolio, asset));
  const cross: Scope[] =
    portfolio.mode === "multi-currency"
      ? [{ kind: "cross", pockets, multiCurrency: true }]
      : pockets.map((pocket) => ({ kind: "cross", pockets: [pocket], multiCurrency: false }));
  return [...isolated, ...cross];
}

/** The portfolio with the orders of a scope cancelled (LIQ-2). */
export function withoutOrders(portfolio: Portfolio, scope: Scope): Portfolio {
  const markets = new Set(scope.pockets.flatMap(({ groups }) => groups.map(({ market }) => market)));
  const settles = new Set(scope.pockets.map(({ asset }) => asset));
  const leg = scope.pockets[0]?.groups[0]?.legs[0]?.side;
  const orders = portfolio.orders.filter((order) => {
    if (scope.kind === "cross") return order.isolated || !settles.has((portfolio.markets[order.market] as Market).asset);
    return !order.isolated || !markets.has(order.market) || (order.leg !== null && order.leg !== leg);
  });
  return { ...portfolio, orders };
}

/** The scope of a portfolio that holds what another one of the same account held: a position, or an asset. */
export function sameScope(portfolio: Portfolio, scope: Scope): Scope {
  if (scope.kind === "isolated") return isolatedScope(portfolio, positionsOf(scope)[0] as number);
  return { ...scope, pockets: scope.pockets.map(({ asset }) => crossPocket(portfolio, asset)) };
}

/** Indexes of the positions of a scope, in their order. */
export function positionsOf(scope: Scope): number[] {
  const found = scope.pockets.flatMap(({ groups }) => groups.flatMap(({ legs }) => legs.map(({ position }) => position)));
  return found.filter((position) => position !== null).sort((a, b) => a - b);
}

/** Equity and requirement of a scope at some marks. `tier` `lowest` judges every position at its lowest tier's rate (LIQ-3). */
export function figuresOf(
  portfolio: Portfolio,
  scope: Scope,
  prices: Prices,
  arithmetic: Arithmetic,
  tier: "own" | "lowest" = "own",
): Figures {
  let [equity, requirement] = [ZERO, ZERO];
  for (const pocket of scope.pockets) {
    const figures = pocketFigures(portfolio, scope, pocket, prices, arithmetic, tier);
    const asset = portfolio.assets[pocket.asset] as PortfolioAsset;
    equity = plus(equity, scope.multiCurrency ? arithmetic.asValue(effective(asset, figures.equity)) : figures.equity);
    const needed = scope.multiCurrency ? arithmetic.asRequirement(times(figures.requirement, asset.indexPrice)) : figures.requirement;
    requirement = plus(requirement, needed);
  }
  return { equity, requirement };
}

/** Cash with counted profit, and requirement, of one asset in a scope, in its quanta. */
export function pocketFigures(
  portfolio: Portfolio,
  scope: Scope,
  pocket: Pocket,
  prices: Prices,
  arithmetic: Arithmetic,
  tier: "own" | "lowest" = "own",
): Figures {
  let [equity, requirement] = [pocket.cash, ZERO];
  for (const group of pocket.groups) {
    const figures = groupFigures(portfolio, group, prices(group.market), arithmetic, tier);
    equity = plus(equity, counted(portfolio, scope, figures));
    requirement = plus(requirement, figures.requirement);
  }
  return { equity, requirement };
}

/** Unrealised profit, as `equity`, and requirement of the legs of one contract at a mark. */
export function groupFigures(portfolio: Portfolio, group: Group, mark: Rational, arithmetic: Arithmetic, tier: "own" | "lowest"): Figures {
  let [equity, requirement] = [ZERO, ZERO];
  for (const leg of group.legs) {
    equity = plus(equity, profitOfLeg(portfolio, group, leg, mark, arithmetic));
    requirement = plus(requirement, requirementOfLeg(portfolio, group, leg, mark, arithmetic, tier));
  }
  return { equity, requirement };
}

/** The value by which a leg is judged: at mark, last or entry, with the orders that count (MARK-5, TIER-2). */
export function judgedValue(portfolio: Portfolio, group: Group, leg: Leg, mark: Rational, arithmetic: Arithmetic): Rational {
  const { instrument, lastTicks } = portfolio.markets[group.market] as Market;
  const lots = leg.lots + leg.orderLots;
  if (portfolio.rules.positionValueAt === "mark") return arithmetic.value(instrument, mark, lots);
  if (portfolio.rules.positionValueAt === "last") return arithmetic.value(instrument, whole(lastTicks), lots);
  return plus(arithmetic.asValue(leg.entryValue), arithmetic.value(instrument, mark, leg.orderLots));
}

/** Maintenance margin of a leg, without fee. */
export function maintenanceOfLeg(
  portfolio: Portfolio,
  group: Group,
  leg: Leg,
  mark: Rational,
  arithmetic: Arithmetic,
  tier: "own" | "lowest" = "own",
): Rational {
  const { instrument } = portfolio.markets[group.market] as Market;
  return arithmetic.maintenance(instrument.tiers, leg.lots + leg.orderLots, judgedValue(portfolio, group, leg, mark, arithmetic), tier);
}

/** The fee of closing a leg at a mark, with the orders that count. */
export function closingFeeOfLeg(portfolio: Portfolio, group: Group, leg: Leg, mark: Rational, arithmetic: Arithmetic): Rational {
  const { instrument } = portfolio.markets[group.market] as Market;
  const rate = closingFeeRate({ instrument, rules: portfolio.rules });
  return arithmetic.fee(arithmetic.value(instrument, mark, leg.lots + leg.orderLots), rate);
}

/** Profit of closing a leg at a mark (INST-1, INST-2). */
export function profitOfLeg(portfolio: Portfolio, group: Group, leg: Leg, mark: Rational, arithmetic: Arithmetic): Rational {
  const { instrument } = portfolio.markets[group.market] as Market;
  const gain = minus(arithmetic.value(instrument, mark, leg.lots), arithmetic.asValue(leg.entryValue));
  return gainSign(instrument.kind, leg.side) > 0 ? gain : negative(gain);
}

/** 1 where a rising value is a profit: a linear long, an inverse short. */
export function gainSign(kind: "linear" | "inverse", side: Sign): Sign {
  return (side === 1) === (kind === "linear") ? 1 : -1;
}

/** What an amount of an asset counts for in the unit of account: slices less their haircuts, debts in full (ACCT-6). */
export function effective(asset: PortfolioAsset, amount: Rational): Rational {
  const full = times(amount, asset.indexPrice);
  if (sign(amount) <= 0) return full;
  let lost = ZERO;
  let floor = ZERO;
  for (const { upTo, haircut } of asset.haircuts) {
    const top = upTo === null ? amount : least(amount, whole(upTo));
    if (compare(top, floor) > 0) lost = plus(lost, times(minus(top, floor), haircut));
    if (upTo === null) return minus(full, times(lost, asset.indexPrice));
    floor = whole(upTo);
  }
  const last = asset.haircuts.at(-1);
  if (last !== undefined && compare(amount, floor) > 0) lost = plus(lost, times(minus(amount, floor), last.haircut));
  return minus(full, times(lost, asset.indexPrice));
}

function requirementOfLeg(
  portfolio: Portfolio,
  group: Group,
  leg: Leg,
  mark: Rational,
  arithmetic: Arithmetic,
  tier: "own" | "lowest",
): Rational {
  const maintenance = maintenanceOfLeg(portfolio, group, leg, mark, arithmetic, tier);
  if (!portfolio.rules.maintenanceIncludesClosingFee) return maintenance;
  return plus(maintenance, closingFeeOfLeg(portfolio, group, leg, mark, arithmetic));
}

/** What of a contract's unrealised profit is margin (ACCT-5). */
function counted(portfolio: Portfolio, scope: Scope, { equity: profit, requirement }: Figures): Rational {
  if (scope.kind === "isolated" || portfolio.rules.unrealizedProfitAsMargin === "all") return profit;
  return least(profit, portfolio.rules.unrealizedProfitAsMargin === "none" ? ZERO : requirement);
}

function isolatedScope(portfolio: Portfolio, index: number): Scope {
  const position = portfolio.positions[index] as PortfolioPosition;
  const group = { market: position.market, legs: [legOf(portfolio, index)] };
  const { asset } = portfolio.markets[position.market] as Market;
  return { kind: "isolated", pockets: [{ asset, cash: whole(position.margin), groups: [group] }], multiCurrency: false };
}

function crossPocket(portfolio: Portfolio, asset: number): Pocket {
  let cash = whole((portfolio.assets[asset] as PortfolioAsset).balance);
  const groups: Group[] = [];
  portfolio.markets.forEach((market, index) => {
    if (market.asset !== asset) return;
    for (const leg of legsWithOrders(portfolio, index)) {
      const frozen = frozenFor(portfolio, index, leg);
      const isolated = portfolio.orders.some((order) => order.market === index && order.leg === leg && order.isolated);
      cash = minus(cash, whole(isolated ? frozen.total : frozen.fees));
    }
    const legs = crossLegs(portfolio, index);
    if (legs.length > 0) groups.push({ market: index, legs });
  });
  return { asset, cash, groups };
}

function crossLegs(portfolio: Portfolio, market: number): Leg[] {
  const legs = portfolio.positions.flatMap((position, index) =>
    position.market === market && !position.isolated ? [legOf(portfolio, index)] : [],
  );
  if (!portfolio.rules.tiersIncludeOpenOrders) return legs;
  for (const leg of legsWithOrders(portfolio, market)) {
    const orders = portfolio.orders.filter((order) => order.market === market && order.leg === leg);
    if (
      orders.some(({ isolated }) => isolated) ||
      portfolio.positions.some((held) => held.market === market && (leg === null || held.side === leg))
    )
      continue;
    const orderLots = lotsWithOrders(portfolio, market, leg);
    if (orderLots > 0) legs.push({ position: null, side: leg ?? 1, lots: 0, entryValue: ZERO, orderLots });
  }
  return legs;
}

/** The legs for which a market has orders: null in one-way mode. */
function legsWithOrders(portfolio: Portfolio, market: number): (Sign | null)[] {
  return [...new Set(portfolio.orders.filter((order) => order.market === market).map(({ leg }) => leg))];
}

function legOf(portfolio: Portfolio, index: number): Leg {
  const { market, side, lots, entryValue } = portfolio.positions[index] as PortfolioPosition;
  const orderLots = portfolio.rules.tiersIncludeOpenOrders ? lotsWithOrders(portfolio, market, portfolio.hedge ? side : null) - lots : 0;
  return { position: index, side, lots, entryValue, orderLots };
}
