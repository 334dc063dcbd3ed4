/** The liquidation price (MARGIN-4): exactly for people, and the first tick at which the engine would judge so. */

import { compare, plus, type Rational, rounded, sign, times, whole } from "../../venue/rational.ts";
import { OverflowError } from "../../venue/whole.ts";
import { BOOKED } from "./arithmetic.ts";
import { courseOf, placeOf } from "./course.ts";
import { type Course, firstReach, hasReached } from "./first-reach.ts";
import type { Market, Portfolio, PortfolioAsset, PortfolioPosition } from "./portfolio.ts";
import { type Figures, figuresOf, gainSign, marksOf, type Prices, positionsOf, type Scope } from "./scope.ts";

/** A price that may not exist. */
export interface SolvedPrice {
  /** In ticks, unrounded; null when there is none. */
  readonly exactTicks: Rational | null;
  /** The tick that the engine would use; null when there is none. */
  readonly ticks: number | null;
}

/** Ticks judged one by one before the search takes strides: only contracts whose value moves by parts of a quantum a tick get so far. */
const SINGLE_STEPS = 4_096;
/** How far booking may shift what a leg has and needs, in quanta of its asset: a few roundings of at most one each. */
const ROUNDING_QUANTA = 8;

/**
 * The first mark, from the current one against the position, at which its scope's ratio
 * reaches 100 %, other marks held: the current mark if it has already. Legs of one contract
 * move together.
 * @param position index of a position of the scope
 */
export function liquidationPrice(portfolio: Portfolio, scope: Scope, position: number): SolvedPrice {
  const { market: index, side } = portfolio.positions[position] as PortfolioPosition;
  const market = portfolio.markets[index] as Market;
  const course = courseOf(portfolio, scope, index, marksOf(portfolio));
  const towards = gainSign(market.instrument.kind, side) === 1 ? -1 : 1;
  const start = placeOf(market, whole(market.markTicks));
  const place = firstReach(course, start, towards);
  const ticks = firstTickAtRisk(portfolio, scope, position, course, towards);
  // Where no price exists, what is worth a quantum or two may still fail by rounding alone: that is no price for anybody.
  if (place === null) return { exactTicks: null, ticks: ticks === market.markTicks ? ticks : null };
  return { exactTicks: placeOf(market, place), ticks };
}

/** Whether a scope fails its requirement: at 100 % or only below it, by the venue; a requirement of zero never (MARGIN-3). */
export function failsAt(portfolio: Portfolio, { equity, requirement }: Figures): boolean {
  if (sign(requirement) <= 0) return false;
  const difference = compare(equity, requirement);
  return portfolio.rules.triggerAt === "below" ? difference < 0 : difference <= 0;
}

/**
 * The first tick at which the booked, whole amounts fail. They differ from the exact ones
 * by a few quanta, so that only ticks near enough to the exact requirement need judging.
 */
function firstTickAtRisk(portfolio: Portfolio, scope: Scope, position: number, course: Course, towards: 1 | -1): number | null {
  const { market: index, side } = portfolio.positions[position] as PortfolioPosition;
  const market = portfolio.markets[index] as Market;
  const held = marksOf(portfolio);
  const slack = slackOf(portfolio, scope);
  const step = -side;
  const fails = (ticks: number) => failsAt(portfolio, figuresOf(portfolio, scope, movedTo(held, index, ticks), BOOKED));
  let ticks = market.markTicks;
  try {
    while (true) {
      const place = firstReach(course, placeOf(market, whole(ticks)), towards, slack);
      if (place === null) return null;
      ticks = Number(rounded(placeOf(market, place), side === 1 ? "down" : "up"));
      for (let steps = 0; ; steps++) {
        if (ticks < 1 || !Number.isSafeInteger(ticks)) return null;
        if (fails(ticks)) return ticks;
        ticks += step;
        if (steps === SINGLE_STEPS) return strideTo(ticks, step, fails);
        if (ticks < 1 || !hasReached(course.at(placeOf(market, whole(ticks))), slack)) break;
      }
      if (ticks < 1) return null;
    }
  } catch (error) {
    // No engine could book amounts at such a price.
    if (error instanceof OverflowError) return null;
    throw error;
  }
}

/** A tick that fails next to one that does not: strides that double, then halves. */
function strideTo(from: number, step: number, fails: (ticks: number) => boolean): number | null {
  let [last, stride] = [from, 1];
  while (!fails(last + step * stride)) {
    last += step * stride;
    stride *= 2;
    if (last + step * stride < 1 || !Number.isSafeInteger(last + step * stride)) return null;
  }
  let [low, high] = [0, stride];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (fails(last + step * middle)) high = middle;
    else low = middle;
  }
  return last + step * high;
}

function movedTo(held: Prices, index: number, ticks: number): Prices {
  const mark = whole(ticks);
  return (market) => (market === index ? mark : held(market));
}

function slackOf(portfolio: Portfolio, scope: Scope): Rational {
  let slack = whole(0);
  for (const pocket of scope.pockets) {
    const legs = pocket.groups.reduce((sum, group) => sum + group.legs.length, 0);
    const quanta = whole(ROUNDING_QUANTA * (legs + 1));
    const { indexPrice } = portfolio.assets[pocket.asset] as PortfolioAsset;
    slack = plus(slack, scope.multiCurrency ? plus(times(quanta, indexPrice), whole(2)) : quanta);
  }
  return positionsOf(scope).length === 0 ? whole(0) : slack;
}
