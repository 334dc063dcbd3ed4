/** The calculator's answer to a question, in natural units (what `breakwater margin` prints). */
import { BOOKED, ticksOfValue } from "../../sim/clearing/portfolio/arithmetic.ts";
import { bankruptcyPrice } from "../../sim/clearing/portfolio/bankruptcy-price.ts";
import { liquidationPrice, type SolvedPrice } from "../../sim/clearing/portfolio/liquidation-price.ts";
import { frozenFor } from "../../sim/clearing/portfolio/open-orders.ts";
import {
  ACCOUNT_QUANTUM,
  type Market,
  type Portfolio,
  type PortfolioAsset,
  type PortfolioPosition,
} from "../../sim/clearing/portfolio/portfolio.ts";
import { initialMarginOfLeg, type Judgement, judge, tierNumberOf } from "../../sim/clearing/portfolio/reduction.ts";
import {
  closingFeeOfLeg,
  type Figures,
  figuresOf,
  type Group,
  judgedValue,
  type Leg,
  maintenanceOfLeg,
  marksOf,
  positionsOf,
  profitOfLeg,
  type Scope,
  scopesOf,
} from "../../sim/clearing/portfolio/scope.ts";
import { InputError } from "../../sim/kernel/input-error.ts";
import { formatWhole } from "../../sim/venue/decimal.ts";
import {
  compare,
  over,
  parseRational,
  plus,
  type Rational,
  sign,
  times,
  toNumber,
  toSignificant,
  whole,
} from "../../sim/venue/rational.ts";
import { OverflowError } from "../../sim/venue/whole.ts";
import { compileMargin } from "./compile-margin.ts";
import type { MarginDocument } from "./margin-schema.ts";

/** What becomes of a scope (LIQ-3). */
export type MarginStatus = Judgement["status"];

/** A position in the answer. Amounts are in the settlement asset. */
export interface PositionAnswer {
  readonly instrument: string;
  readonly side: "long" | "short";
  readonly size: string;
  readonly marginMode: "isolated" | "cross";
  /** Average opening price: harmonic for an inverse contract (INST-3). */
  readonly entryPrice: string;
  /** The value by which it is judged (`positionValueAt`). */
  readonly value: string;
  readonly unrealizedProfit: string;
  readonly tier: number;
  readonly initialMargin: string;
  /** Without fee. */
  readonly maintenanceMargin: string;
  readonly closingFee: string;
  readonly requirement: string;
  /** Equity / requirement: its own when isolated, its scope's when cross; null when nothing is required. */
  readonly marginRatio: number | null;
  readonly liquidationPrice: string | null;
  readonly liquidationPriceTick: string | null;
  readonly bankruptcyPrice: string | null;
  readonly bankruptcyPriceTick: string | null;
  /** What becomes of its scope. */
  readonly status: MarginStatus;
}

/** A cross scope in the answer: amounts in its asset, or in dollars for a multi-currency account. */
export interface ScopeAnswer {
  readonly asset: string;
  readonly equity: string;
  readonly initialMargin: string;
  /** What open orders freeze (ORDER-2). */
  readonly orderMargin: string;
  readonly requirement: string;
  readonly marginRatio: number | null;
  readonly status: MarginStatus;
}

/** A reduction in the answer. */
export interface ReductionAnswer {
  readonly instrument: string;
  readonly side: "long" | "short";
  readonly size: string;
}

/** The whole answer. */
export interface MarginAnswer {
  readonly positions: readonly PositionAnswer[];
  /**
   * The cross scope with the lowest ratio, and over all scopes, isolated ones too, the
   * worst status and the next reductions, the lowest ratio first.
   */
  readonly account: ScopeAnswer & { readonly reductions: readonly ReductionAnswer[]; readonly scopes: readonly ScopeAnswer[] };
}

/** Digits of the two solved prices. */
const PRICE_DIGITS = 12;
const STATUSES: readonly MarginStatus[] = ["healthy", "partial", "full"];

/** A scope with all that is said of it. */
interface JudgedScope {
  readonly scope: Scope;
  readonly figures: Figures;
  readonly judgement: Judgement;
}

/**
 * Answers a question. Pure: the same document always has the same answer.
 * @throws InputError for amounts that are beyond ±(2^53 − 1) quanta
 */
export function answerMargin(document: MarginDocument): MarginAnswer {
  const portfolio = compileMargin(document);
  const scopes = scopesOf(portfolio).map((scope, index) =>
    refusingOverflow(placeOf(scope, index), () => {
      const figures = figuresOf(portfolio, scope, marksOf(portfolio), BOOKED);
      checkAmounts(figures);
      return { scope, figures, judgement: judge(portfolio, scope) };
    }),
  );
  const positions = portfolio.positions.map((_, index) => {
    const own = scopes.find(({ scope }) => positionsOf(scope).includes(index)) as JudgedScope;
    return refusingOverflow(`positions.${index}`, () => positionAnswer(portfolio, own, index));
  });
  const cross = scopes.filter(({ scope }) => scope.kind === "cross");
  const answers = cross.map((judged) => ({ judged, answer: scopeAnswer(portfolio, judged) }));
  const lowest = [...answers].sort((a, b) => compareRatios(a.judged.figures, b.judged.figures))[0]?.answer as ScopeAnswer;
  const status = STATUSES[Math.max(...scopes.map(({ judgement }) => STATUSES.indexOf(judgement.status)))] as MarginStatus;
  return {
    positions,
    account: { ...lowest, status, reductions: reductionsOf(portfolio, scopes), scopes: answers.map(({ answer }) => answer) },
  };
}

function positionAnswer(portfolio: Portfolio, { scope, figures, judgement }: JudgedScope, index: number): PositionAnswer {
  const { market: marketIndex, side, lots, entryValue, isolated } = portfolio.positions[index] as PortfolioPosition;
  const { instrument, asset } = portfolio.markets[marketIndex] as Market;
  const { quantum } = portfolio.assets[asset] as PortfolioAsset;
  const { group, leg } = legOf(scope, index);
  const mark = marksOf(portfolio)(marketIndex);
  const amount = (value: Rational) => formatWhole(value.numerator, quantum);
  const maintenance = maintenanceOfLeg(portfolio, group, leg, mark, BOOKED);
  const fee = closingFeeOfLeg(portfolio, group, leg, mark, BOOKED);
  const liquidation = liquidationPrice(portfolio, scope, index);
  const bankruptcy = bankruptcyPrice(portfolio, scope, index);
  return {
    instrument: instrument.symbol,
    side: side === 1 ? "long" : "short",
    size: formatWhole(lots, instrument.lotSize),
    marginMode: isolated ? "isolated" : "cross",
    entryPrice: inPrice(ticksOfValue(instrument, lots, entryValue), instrument.tickSize),
    value: amount(judgedValue(portfolio, group, { ...leg, orderLots: 0 }, mark, BOOKED)),
    unrealizedProfit: amount(profitOfLeg(portfolio, group, leg, mark, BOOKED)),
    tier: tierNumberOf(portfolio, group, leg),
    initialMargin: amount(whole(initialMarginOfLeg(portfolio, group, leg))),
    maintenanceMargin: amount(maintenance),
    closingFee: amount(fee),
    requirement: amount(portfolio.rules.maintenanceIncludesClosingFee ? plus(maintenance, fee) : maintenance),
    marginRatio: ratioOf(figures),
    liquidationPrice: priceText(liquidation, instrument.tickSize),
    liquidationPriceTick: tickText(liquidation, instrument.tickSize),
    bankruptcyPrice: priceText(bankruptcy, instrument.tickSize),
    bankruptcyPriceTick: tickText(bankruptcy, instrument.tickSize),
    status: judgement.status,
  };
}

function scopeAnswer(portfolio: Portfolio, { scope, figures, judgement }: JudgedScope): ScopeAnswer {
  let [initial, frozen] = [whole(0), whole(0)];
  for (const pocket of scope.pockets) {
    const { indexPrice } = portfolio.assets[pocket.asset] as PortfolioAsset;
    const counted = (quanta: number) => (scope.multiCurrency ? BOOKED.asRequirement(times(whole(quanta), indexPrice)) : whole(quanta));
    for (const group of pocket.groups) {
      for (const leg of group.legs) initial = plus(initial, counted(initialMarginOfLeg(portfolio, group, leg)));
    }
    frozen = plus(frozen, counted(frozenIn(portfolio, pocket.asset)));
  }
  const { symbol, quantum } = portfolio.assets[scope.pockets[0]?.asset ?? 0] as PortfolioAsset;
  const unit = scope.multiCurrency ? ACCOUNT_QUANTUM : quantum;
  const amount = (value: Rational) => formatWhole(value.numerator, unit);
  return {
    asset: scope.multiCurrency ? "USD" : symbol,
    equity: amount(figures.equity),
    initialMargin: amount(initial),
    orderMargin: amount(frozen),
    requirement: amount(figures.requirement),
    marginRatio: ratioOf(figures),
    status: judgement.status,
  };
}

function frozenIn(portfolio: Portfolio, asset: number): number {
  let frozen = 0;
  portfolio.markets.forEach((market, index) => {
    if (market.asset !== asset) return;
    for (const leg of portfolio.hedge ? ([1, -1] as const) : [null]) frozen += frozenFor(portfolio, index, leg).total;
  });
  return frozen;
}

/** The next reductions of all scopes at risk: the lowest ratio first, then as positions stand (LIQ-1). */
function reductionsOf(portfolio: Portfolio, scopes: readonly JudgedScope[]): ReductionAnswer[] {
  const failing = scopes.filter(({ judgement }) => judgement.status !== "healthy");
  failing.sort((a, b) => compareRatios(a.figures, b.figures));
  return failing.flatMap(({ judgement }) =>
    judgement.reductions.map(({ position, lots }) => {
      const { market, side } = portfolio.positions[position] as PortfolioPosition;
      const { instrument } = portfolio.markets[market] as Market;
      return { instrument: instrument.symbol, side: side === 1 ? "long" : "short", size: formatWhole(lots, instrument.lotSize) };
    }),
  );
}

function legOf(scope: Scope, position: number): { group: Group; leg: Leg } {
  for (const { groups } of scope.pockets) {
    for (const group of groups) {
      const leg = group.legs.find((one) => one.position === position);
      if (leg !== undefined) return { group, leg };
    }
  }
  throw new Error(`position ${position} is in no scope`);
}

/** Equity / requirement; null when nothing is required. */
function ratioOf({ equity, requirement }: Figures): number | null {
  return sign(requirement) > 0 ? toNumber(over(equity, requirement)) : null;
}

/** Orders by ratio; without a requirement last. */
function compareRatios(a: Figures, b: Figures): number {
  const [needsA, needsB] = [sign(a.requirement) > 0, sign(b.requirement) > 0];
  if (!needsA || !needsB) return Number(needsB) - Number(needsA);
  return compare(times(a.equity, b.requirement), times(b.equity, a.requirement));
}

function priceText({ exactTicks }: SolvedPrice, tickSize: string): string | null {
  return exactTicks === null ? null : inPrice(exactTicks, tickSize);
}

function inPrice(ticks: Rational, tickSize: string): string {
  return toSignificant(times(ticks, parseRational(tickSize, "tickSize")), PRICE_DIGITS);
}

function tickText({ ticks }: SolvedPrice, tickSize: string): string | null {
  return ticks === null ? null : formatWhole(ticks, tickSize);
}

function placeOf(scope: Scope, index: number): string {
  return scope.kind === "isolated" ? `positions.${positionsOf(scope)[0] ?? index}` : "account";
}

/** @throws OverflowError for totals that no account could hold (UNIT-1) */
function checkAmounts({ equity, requirement }: Figures): void {
  for (const { numerator } of [equity, requirement]) {
    if (numerator > BigInt(Number.MAX_SAFE_INTEGER) || numerator < -BigInt(Number.MAX_SAFE_INTEGER))
      throw new OverflowError("the equity or requirement of a scope", numerator);
  }
}

function refusingOverflow<Result>(where: string, compute: () => Result): Result {
  try {
    return compute();
  } catch (error) {
    throw error instanceof OverflowError ? new InputError(where, error.message) : error;
  }
}
