/**
 * Judges a cross scope exactly, in whole quanta (MARGIN-2, MARGIN-3, ACCT-5, ACCT-6): the
 * arithmetic of the margin calculator (`portfolio/scope.ts`), on columns and without objects.
 */
import { profitOf, valueOf } from "../../venue/instrument.ts";
import { multiplyDivide, OverflowError, type Ratio } from "../../venue/whole.ts";
import type { HaircutSlice } from "../house/setup.ts";
import { carriesNot, compareRatios, type MarginTerms, requirement } from "../margin.ts";
import { type CrossScopes, ROW_ENTRY, ROW_JUDGED, ROW_LOTS, ROW_MARKET, ROW_NUMBERS } from "./scopes.ts";
import type { CrossPrices, CrossTerms } from "./terms.ts";

export class CrossJudge {
  readonly terms: CrossTerms;
  readonly scopes: CrossScopes;
  /** Of the scope judged last: quanta of its asset, or of the unit of account. */
  equity = 0;
  requirement = 0;
  /** The same by asset, in its quanta: cash with counted profit, and requirement. */
  readonly amounts: Float64Array;
  readonly needs: Float64Array;
  readonly #marginTerms: readonly MarginTerms[];

  constructor(terms: CrossTerms, scopes: CrossScopes) {
    this.terms = terms;
    this.scopes = scopes;
    this.amounts = new Float64Array(scopes.assetCount);
    this.needs = new Float64Array(scopes.assetCount);
    this.#marginTerms = terms.markets.map(({ instrument }) => ({ instrument, rules: terms.rules }));
  }

  /** Whether a scope is at risk at some prices (MARGIN-3); one without positions and orders never is. */
  isAtRisk(scope: number, prices: CrossPrices): boolean {
    this.#sumUp(scope, prices);
    const account = this.scopes.accountOf(scope);
    if (this.scopes.multi[account] === 1) this.#convert(prices.indexPrices);
    else {
      const asset = scope - account * this.scopes.assetCount;
      this.equity = this.amounts[asset] as number;
      this.requirement = this.needs[asset] as number;
    }
    if (!Number.isSafeInteger(this.equity)) throw new OverflowError(`account ${account} equity`, this.equity);
    if (!Number.isSafeInteger(this.requirement)) throw new OverflowError(`account ${account} requirement`, this.requirement);
    return carriesNot(this.terms.rules, this.equity, this.requirement);
  }

  /** Cash, counted profit and requirement by asset. */
  #sumUp(scope: number, prices: CrossPrices): void {
    const { scopes, amounts, needs } = this;
    const account = scopes.accountOf(scope);
    const base = account * scopes.assetCount;
    const isMulti = scopes.multi[account] === 1;
    for (let asset = 0; asset < scopes.assetCount; asset++) {
      amounts[asset] = isMulti || base + asset === scope ? (scopes.cash[base + asset] as number) : 0;
      needs[asset] = 0;
    }
    const { rows } = scopes;
    let at = (scopes.first[scope] as number) * ROW_NUMBERS;
    const end = at + (scopes.held[scope] as number) * ROW_NUMBERS;
    while (at < end) {
      const market = rows[at + ROW_MARKET] as number;
      const { instrument, asset } = this.terms.markets[market] as CrossTerms["markets"][number];
      const markTicks = prices.markTicks[market] as number;
      let profit = 0;
      let needed = 0;
      // The legs of one contract net first (ACCT-5).
      for (; at < end && rows[at + ROW_MARKET] === market; at += ROW_NUMBERS) {
        const lots = rows[at + ROW_LOTS] as number;
        const value = valueOf(instrument, markTicks, lots);
        if (lots !== 0) profit += profitOf(instrument, lots, rows[at + ROW_ENTRY] as number, value);
        needed += this.#requirementOf(market, at, value, prices);
      }
      amounts[asset] = (amounts[asset] as number) + this.#counted(profit, needed);
      needs[asset] = (needs[asset] as number) + needed;
    }
  }

  /** @param value of the position without orders, at the mark */
  #requirementOf(market: number, at: number, value: number, prices: CrossPrices): number {
    const { rows } = this.scopes;
    const terms = this.#marginTerms[market] as MarginTerms;
    const { instrument, rules } = terms;
    const held = Math.abs(rows[at + ROW_LOTS] as number);
    const lots = rows[at + ROW_JUDGED] as number;
    const markTicks = prices.markTicks[market] as number;
    const markValue = lots === held ? value : valueOf(instrument, markTicks, lots);
    let judged = markValue;
    if (rules.positionValueAt === "last") judged = valueOf(instrument, prices.lastTicks[market] as number, lots);
    else if (rules.positionValueAt === "entry")
      judged = (rows[at + ROW_ENTRY] as number) + (lots === held ? 0 : valueOf(instrument, markTicks, lots - held));
    return requirement(terms, lots, judged, markValue);
  }

  /** What of a contract's profit is margin (ACCT-5). */
  #counted(profit: number, needed: number): number {
    switch (this.terms.rules.unrealizedProfitAsMargin) {
      case "all":
        return profit;
      case "none":
        return Math.min(profit, 0);
      default:
        return Math.min(profit, needed);
    }
  }

  /** All assets together in the unit of account (ACCT-6). */
  #convert(indexPrices: readonly Ratio[]): void {
    this.equity = 0;
    this.requirement = 0;
    for (let asset = 0; asset < this.scopes.assetCount; asset++) {
      const price = indexPrices[asset] as Ratio;
      const { haircuts } = this.terms.assets[asset] as CrossTerms["assets"][number];
      this.equity += effectiveWorth(this.amounts[asset] as number, price, haircuts);
      this.requirement += multiplyDivide(this.needs[asset] as number, price.numerator, price.denominator, "up");
    }
  }
}

/** What an amount counts for in the unit of account, half to even: slices less their haircuts, debts in full (ACCT-6). */
function effectiveWorth(amount: number, price: Ratio, haircuts: readonly HaircutSlice[]): number {
  if (amount <= 0 || haircuts.length === 0) return multiplyDivide(amount, price.numerator, price.denominator, "half-even");
  // Kept part of the amount as an exact fraction; rare enough for BigInt.
  let numerator = 0n;
  let denominator = 1n;
  let from = 0;
  haircuts.forEach(({ upTo, haircut }, index) => {
    const until = index === haircuts.length - 1 ? amount : Math.min(amount, upTo);
    if (until <= from) return;
    const kept = BigInt(haircut.denominator) - BigInt(haircut.numerator);
    const slice = BigInt(haircut.denominator);
    if (slice === denominator) numerator += BigInt(until - from) * kept;
    else {
      numerator = numerator * slice + BigInt(until - from) * kept * denominator;
      denominator *= slice;
    }
    from = until;
  });
  return halfEven(numerator * BigInt(price.numerator), denominator * BigInt(price.denominator));
}

/** Of a fraction that is not negative. */
function halfEven(numerator: bigint, denominator: bigint): number {
  const quotient = numerator / denominator;
  const twice = 2n * (numerator % denominator);
  const isUp = twice > denominator || (twice === denominator && quotient % 2n !== 0n);
  return Number(isUp ? quotient + 1n : quotient);
}

/** Scopes that failed, with equity and requirement; sorted by `order`. */
export class Failures {
  readonly #failed: { readonly scope: number; readonly equity: number; readonly requirement: number }[] = [];

  /** Adds what a judge has just found at risk. */
  add(scope: number, { equity, requirement }: CrossJudge): void {
    this.#failed.push({ scope, equity, requirement });
  }

  /** Lowest ratio first, then account number, then asset (LIQ-1). */
  order(): number[] {
    this.#failed.sort((a, b) => compareRatios(a.equity, a.requirement, b.equity, b.requirement) || a.scope - b.scope);
    return this.#failed.map(({ scope }) => scope);
  }
}

/** The obvious way: every scope is judged. What the index must agree with, and is compared with. */
export function walkAll(judge: CrossJudge, prices: CrossPrices): number[] {
  const failures = new Failures();
  for (let scope = 0; scope < judge.scopes.count; scope++) {
    if (judge.scopes.held[scope] !== 0 && judge.isAtRisk(scope, prices)) failures.add(scope, judge);
  }
  return failures.order();
}
