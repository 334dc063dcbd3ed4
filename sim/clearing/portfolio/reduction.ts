/** What a liquidation would do to a scope first: nothing, a partial reduction, or all of it (LIQ-2, LIQ-3). */
import {
  compare,
  fraction,
  minus,
  over,
  parseRational,
  plus,
  type Rational,
  rounded,
  sign,
  times,
  whole,
  ZERO,
} from "../../venue/rational.ts";
import { type TierTable, tierNumber, tierOf } from "../../venue/tiers.ts";
import { scale } from "../../venue/whole.ts";
import { leastLots } from "../least-lots.ts";
import { initialMargin } from "../margin.ts";
import { BOOKED, exactValue } from "./arithmetic.ts";
import { failsAt } from "./liquidation-price.ts";
import { bookedEntry } from "./open-orders.ts";
import type { Market, Portfolio, PortfolioAsset, PortfolioPosition } from "./portfolio.ts";
import {
  figuresOf,
  type Group,
  judgedValue,
  type Leg,
  maintenanceOfLeg,
  marksOf,
  positionsOf,
  profitOfLeg,
  type Scope,
  sameScope,
  withoutOrders,
} from "./scope.ts";

/** Lots to close of a position. */
export interface Reduction {
  readonly position: number;
  readonly lots: number;
}

/** The price at which lots of a position would be closed, in ticks. */
export type FillTicks = (position: number) => number;

/** What is done to a scope, and with what: `full` when nothing of it remains. */
export interface Judgement {
  readonly status: "healthy" | "partial" | "full";
  /** The next step; after its fills the scope is judged again. */
  readonly reductions: readonly Reduction[];
}

/**
 * What LIQ-3 would do to a scope at the current marks, judged after its orders are
 * cancelled (LIQ-2). A cross scope first offsets a pair long and short in one contract,
 * then reduces its losing position with the largest maintenance margin, the first of equals.
 * @param fillTicks where the least reduction that is enough would trade; left out: at the mark
 */
export function judge(portfolio: Portfolio, scope: Scope, fillTicks: FillTicks | null = null): Judgement {
  const cancelled = withoutOrders(portfolio, scope);
  const own = sameScope(cancelled, scope);
  const figures = figuresOf(cancelled, own, marksOf(cancelled), BOOKED);
  if (!failsAt(cancelled, figures)) return { status: "healthy", reductions: [] };
  if (cancelled.rules.partialLiquidation === "full" || sign(figures.equity) <= 0) return everything(cancelled, own);
  const pair = own.kind === "cross" ? pairOf(own) : null;
  if (pair !== null) return judgementOf(cancelled, own, pair);
  const { group, leg } = firstToReduce(cancelled, own);
  const position = leg.position as number;
  const lots = lotsToClose(cancelled, own, group, leg, fillTicks);
  return lots === "everything" ? everything(cancelled, own) : judgementOf(cancelled, own, [{ position, lots: Math.min(lots, leg.lots) }]);
}

/** How much of the chosen position is closed, by the venue's scheme. */
function lotsToClose(portfolio: Portfolio, scope: Scope, group: Group, leg: Leg, fillTicks: FillTicks | null): number | "everything" {
  const market = portfolio.markets[group.market] as Market;
  const tier = tierNumberOf(portfolio, group, leg);
  switch (portfolio.rules.partialLiquidation) {
    case "tier-step":
      if (failsAt(portfolio, figuresOf(portfolio, scope, marksOf(portfolio), BOOKED, "lowest"))) return "everything";
      return tier <= 2 ? leg.lots : excessOver(market, tier - 2, leg.lots);
    case "ladder":
      return tier === 1 ? leg.lots : excessOver(market, tier - 1, leg.lots);
    case "fraction":
      return isAboveFraction(portfolio, market, leg.lots) ? scale(leg.lots, portfolio.rules.fraction.part, "up") : leg.lots;
    case "just-enough":
      return leastThatLeaves(portfolio, scope, group, leg, passes, fillTicks);
    case "to-initial":
      return leastThatLeaves(portfolio, scope, group, leg, coversInitialMargin, fillTicks);
    default:
      return "everything";
  }
}

/** What exceeds the largest size of a tier at the mark; all of it where nothing or no more does. */
function excessOver(market: Market, tier: number, lots: number): number {
  const { instrument, markTicks } = market;
  const { boundBy, tiers } = instrument.tiers;
  const upTo = tiers[tier - 1]?.upTo ?? 0;
  if (boundBy === "lots") return lots > upTo ? lots - upTo : lots;
  const most = Number(rounded(over(whole(upTo), exactValue(instrument, whole(markTicks), 1)), "down"));
  return lots > most ? lots - most : lots;
}

/** The least size that, closed with the liquidation fee paid, leaves enough in a scope. */
function leastThatLeaves(
  portfolio: Portfolio,
  scope: Scope,
  group: Group,
  leg: Leg,
  enough: (after: Portfolio, scope: Scope) => boolean,
  fillTicks: FillTicks | null,
): number {
  const position = leg.position as number;
  const ticks = fillTicks?.(position) ?? (portfolio.markets[group.market] as Market).markTicks;
  const cures = (lots: number) => {
    const after = closed(portfolio, position, lots, ticks);
    return enough(after, sameScope(after, scope));
  };
  return leastLots(leg.lots, largestLots(portfolio, group, leg), cures);
}

/** The largest size of each tier that has one, at the value by which it is judged. */
function largestLots(portfolio: Portfolio, group: Group, leg: Leg): number[] {
  const { instrument, lastTicks, markTicks } = portfolio.markets[group.market] as Market;
  const { boundBy, tiers }: TierTable = instrument.tiers;
  const ticks = portfolio.rules.positionValueAt === "last" ? lastTicks : markTicks;
  const perLot =
    portfolio.rules.positionValueAt === "entry" ? over(leg.entryValue, whole(leg.lots)) : exactValue(instrument, whole(ticks), 1);
  return tiers
    .filter(({ upTo }) => upTo !== Number.MAX_SAFE_INTEGER)
    .map(({ upTo }) => (boundBy === "lots" ? upTo : Number(rounded(over(whole(upTo), perLot), "down"))));
}

/** The portfolio after some of a position was closed at a price and the liquidation fee paid, from its own margin or from the balance. */
function closed(portfolio: Portfolio, index: number, lots: number, ticks: number): Portfolio {
  const position = portfolio.positions[index] as PortfolioPosition;
  const market = portfolio.markets[position.market] as Market;
  const { instrument } = market;
  const price = whole(ticks);
  const part: Leg = { position: index, side: position.side, lots, entryValue: released(position, lots), orderLots: 0 };
  const profit = profitOfLeg(portfolio, { market: position.market, legs: [part] }, part, price, BOOKED);
  const fee = BOOKED.fee(BOOKED.value(instrument, price, lots), instrument.fees.liquidation);
  const gain = Number(minus(profit, fee).numerator);
  const rest: PortfolioPosition = {
    ...position,
    lots: position.lots - lots,
    entryValue: minus(whole(bookedEntry(position)), part.entryValue),
    margin: position.isolated ? position.margin + gain : 0,
  };
  return {
    ...portfolio,
    positions: portfolio.positions.map((one, at) => (at === index ? rest : one)),
    assets: portfolio.assets.map((asset, at) =>
      at === market.asset && !position.isolated ? { ...asset, balance: asset.balance + gain } : asset,
    ),
  };
}

/** The part of the entry value that closing some lots releases (INST-4). */
function released(position: PortfolioPosition, lots: number): Rational {
  const share = times(whole(bookedEntry(position)), fraction(BigInt(lots), BigInt(position.lots)));
  return whole(rounded(share, "half-even"));
}

function passes(portfolio: Portfolio, scope: Scope): boolean {
  return !failsAt(portfolio, figuresOf(portfolio, scope, marksOf(portfolio), BOOKED));
}

function coversInitialMargin(portfolio: Portfolio, scope: Scope): boolean {
  const { equity } = figuresOf(portfolio, scope, marksOf(portfolio), BOOKED);
  let needed = ZERO;
  for (const pocket of scope.pockets) {
    const { indexPrice } = portfolio.assets[pocket.asset] as PortfolioAsset;
    const margins = pocket.groups.flatMap((group) => group.legs.map((leg) => initialMarginOfLeg(portfolio, group, leg)));
    const sum = margins.reduce((total, margin) => plus(total, whole(margin)), ZERO);
    needed = plus(needed, scope.multiCurrency ? BOOKED.asRequirement(times(sum, indexPrice)) : sum);
  }
  return compare(equity, needed) >= 0;
}

/** Initial margin of a position at the value by which it is judged, without orders (MARGIN-1). */
export function initialMarginOfLeg(portfolio: Portfolio, group: Group, leg: Leg): number {
  const { instrument } = portfolio.markets[group.market] as Market;
  const bare = { ...leg, orderLots: 0 };
  if (leg.lots === 0) return 0;
  const mark = marksOf(portfolio)(group.market);
  const value = Number(judgedValue(portfolio, group, bare, mark, BOOKED).numerator);
  const chosen = leg.position === null ? null : (portfolio.positions[leg.position] as PortfolioPosition).leverageHundredths;
  const leverage = chosen ?? tierOf(instrument.tiers, leg.lots, value).maxLeverageHundredths;
  const markValue = Number(BOOKED.value(instrument, mark, leg.lots).numerator);
  return initialMargin({ instrument, rules: portfolio.rules }, value, leverage, markValue);
}

/** The number of the tier in which a leg stands, with the orders that count. */
export function tierNumberOf(portfolio: Portfolio, group: Group, leg: Leg): number {
  const { instrument } = portfolio.markets[group.market] as Market;
  const value = judgedValue(portfolio, group, leg, marksOf(portfolio)(group.market), BOOKED);
  return tierNumber(instrument.tiers, leg.lots + leg.orderLots, Number(value.numerator));
}

/** Both legs of the first contract, in the order of contracts, held long and short, as far as they offset each other. */
function pairOf(scope: Scope): Reduction[] | null {
  const groups = scope.pockets.flatMap((pocket) => pocket.groups).sort((a, b) => a.market - b.market);
  for (const { legs } of groups) {
    const held = legs.filter(({ position, lots }) => position !== null && lots > 0);
    if (held.length < 2) continue;
    const lots = Math.min(...held.map((leg) => leg.lots));
    return held.map(({ position }) => ({ position: position as number, lots })).sort((a, b) => a.position - b.position);
  }
  return null;
}

/** The losing position with the largest maintenance margin, then in the order of contracts; among all when none loses. */
function firstToReduce(portfolio: Portfolio, scope: Scope): { group: Group; leg: Leg } {
  const held = scope.pockets.flatMap(({ asset, groups }) =>
    groups.flatMap((group) =>
      group.legs
        .filter(({ position }) => position !== null)
        .map((leg) => {
          const mark = marksOf(portfolio)(group.market);
          const { indexPrice } = portfolio.assets[asset] as PortfolioAsset;
          const margin = maintenanceOfLeg(portfolio, group, leg, mark, BOOKED);
          return {
            group,
            leg,
            loses: sign(profitOfLeg(portfolio, group, leg, mark, BOOKED)) < 0,
            margin: scope.multiCurrency ? times(margin, indexPrice) : margin,
          };
        }),
    ),
  );
  const losing = held.filter(({ loses }) => loses);
  const sorted = [...(losing.length > 0 ? losing : held)].sort((a, b) => compare(b.margin, a.margin) || a.group.market - b.group.market);
  return sorted[0] as { group: Group; leg: Leg };
}

function everything(portfolio: Portfolio, scope: Scope): Judgement {
  const reductions = positionsOf(scope).map((position) => ({ position, lots: (portfolio.positions[position] as PortfolioPosition).lots }));
  return { status: "full", reductions };
}

function judgementOf(portfolio: Portfolio, scope: Scope, reductions: readonly Reduction[]): Judgement {
  const remains = positionsOf(scope).some((position) => {
    const lots = reductions.find((one) => one.position === position)?.lots ?? 0;
    return lots < (portfolio.positions[position] as PortfolioPosition).lots;
  });
  return { status: remains ? "partial" : "full", reductions };
}

/** Whether `fraction` takes a part of a position of so many lots only. */
function isAboveFraction(portfolio: Portfolio, market: Market, lots: number): boolean {
  return compare(notionalOf(portfolio, market, lots), parseRational(portfolio.rules.fraction.above, "fraction.above")) > 0;
}

/** Value of a position in its quote asset. */
function notionalOf(portfolio: Portfolio, market: Market, lots: number): Rational {
  const { instrument, asset } = market;
  const { quantum } = portfolio.assets[asset] as PortfolioAsset;
  const size = times(parseRational(instrument.lotSize, "lotSize"), parseRational(instrument.multiplier, "multiplier"));
  if (instrument.kind === "inverse") {
    return times(times(size, parseRational(instrument.faceValue ?? "1", "faceValue")), whole(lots));
  }
  return times(exactValue(instrument, whole(market.markTicks), lots), parseRational(quantum, "quantum"));
}
