/**
 * How far prices may go before a cross scope can be at risk: a bound from below on what
 * its slack, equity less requirement, becomes. While every coordinate (`path.ts`) stays
 * within a box, slack has, coordinate by coordinate, a slope between two bounds, and may
 * fall besides by a reserve: jumps of flat tiers at edges within the box, and roundings.
 * So with the common move changed by m and no rest by more than r per unit of its scale,
 *
 *     slack ≥ slack now − reserve + m × (down if m < 0, up if m > 0) − r × spread
 *
 * whatever profit counts (ACCT-5), whichever tiers apply (TIER-1, TIER-2) and, across
 * assets, whatever haircuts do (ACCT-6). In doubles, slack itself too, with room for what
 * they lose; judging is exact.
 */
import type { HaircutSlice } from "../house/setup.ts";
import { ContractLegs } from "./contract-legs.ts";
import { type CrossPath, worth } from "./path.ts";
import { PlainLegs } from "./plain-legs.ts";
import { type CrossScopes, ROW_MARKET, ROW_NUMBERS } from "./scopes.ts";
import type { CrossTerms } from "./terms.ts";

/** More than the roundings of a position now and later come to together, quanta of its asset. */
const ROW_QUANTA = 16;
/** The same of an asset, in the unit of account. */
const ASSET_QUANTA = 8;
/** More than doubles lose, as a part of what is added up. */
const DOUBLE_ERROR = 1e-11;

/** Whether an amount that counts only below zero stays below it, above it, or may do either. */
type Side = "below" | "above" | "either";

export class CrossReach {
  /** Of the scope measured last: see above. Quanta of its asset, or of the unit of account. */
  slack = 0;
  down = 0;
  up = 0;
  spread = 0;
  reserve = 0;
  /** Whether a smaller box might give flatter slopes; the reserve may be smaller in any case. */
  isWide = false;
  /** Bits of the coordinates, modulo 32, that matter to it. */
  mask = 0;
  readonly #terms: CrossTerms;
  readonly #scopes: CrossScopes;
  readonly #path: CrossPath;
  readonly #legs: ContractLegs;
  /** For the commonest rules. */
  readonly #plain: PlainLegs | null;
  /** Least part of another quantum of an asset that counts, over all its slices. */
  readonly #keptLeast: Float64Array;
  /** By asset: cash with counted profit, and requirement, quanta. */
  readonly #amounts: Float64Array;
  readonly #needs: Float64Array;
  /** What an asset's quanta may be worth at least and at most within the box; 1 in single-currency mode. */
  #worthLeast = 1;
  #worthMost = 1;

  constructor(terms: CrossTerms, scopes: CrossScopes, path: CrossPath) {
    this.#terms = terms;
    this.#scopes = scopes;
    this.#path = path;
    this.#legs = new ContractLegs(terms, scopes, path);
    const isPlain = terms.rules.unrealizedProfitAsMargin === "all" && terms.rules.positionValueAt === "mark";
    this.#plain = isPlain ? new PlainLegs(terms, scopes, path) : null;
    this.#keptLeast = Float64Array.from(terms.assets, ({ haircuts }) => Math.min(1, ...haircuts.map(({ haircut }) => 1 - worth(haircut))));
    this.#amounts = new Float64Array(scopes.assetCount);
    this.#needs = new Float64Array(scopes.assetCount);
  }

  /**
   * Measures a scope at the prices of now.
   * @param box how far common move and scaled rests may go, each
   */
  measure(scope: number, box: number): void {
    const scopes = this.#scopes;
    const account = scopes.accountOf(scope);
    const isMulti = scopes.multi[account] === 1;
    this.slack = isMulti ? 0 : (scopes.cash[scope] as number);
    this.reserve = Math.abs(this.slack) * DOUBLE_ERROR;
    this.down = 0;
    this.up = 0;
    this.spread = 0;
    this.mask = 0;
    this.isWide = false;
    this.#worthLeast = 1;
    this.#worthMost = 1;
    const { rows } = scopes;
    const start = (scopes.first[scope] as number) * ROW_NUMBERS;
    const end = start + (scopes.held[scope] as number) * ROW_NUMBERS;
    if (this.#plain !== null && !isMulti) {
      this.#addPlain(this.#plain, start, end, box);
      return;
    }
    if (isMulti) this.#startAssets(account);
    for (let at = start; at < end; ) {
      const market = rows[at + ROW_MARKET] as number;
      at = this.#legs.sum(at, end, box);
      if (isMulti) this.#addContractOfMany(market, box);
      else this.#addContract(market, box);
    }
    if (isMulti) for (let asset = 0; asset < scopes.assetCount; asset++) this.#addAsset(asset);
  }

  #addPlain(plain: PlainLegs, start: number, end: number, box: number): void {
    plain.sum(start, end, box);
    this.slack += plain.profit - plain.needed;
    this.reserve += plain.jump + (ROW_QUANTA * (end - start)) / ROW_NUMBERS + plain.size * DOUBLE_ERROR;
    this.down = plain.down;
    this.up = plain.up;
    this.spread = plain.spread;
    this.mask = plain.mask;
  }

  /** A contract of a scope of one asset. */
  #addContract(market: number, box: number): void {
    const legs = this.#legs;
    const mode = this.#terms.rules.unrealizedProfitAsMargin;
    this.reserve += legs.jump + ROW_QUANTA * legs.legs + legs.size * DOUBLE_ERROR;
    if (mode === "all") {
      this.slack += legs.profit - legs.needed;
      this.#addNeed(market, legs.profitSlope, legs.profitSlope);
    } else if (mode === "none") {
      this.slack += Math.min(legs.profit, 0) - legs.needed;
      const side = this.#side(legs.profit, Math.abs(legs.profitSlope) * this.#path.width(market, box));
      this.#addNeed(market, leastSlope(legs.profitSlope, side), mostSlope(legs.profitSlope, side));
    } else this.#addSelfCarried(market, box);
  }

  /** Where a contract's profit counts up to its own requirement, it adds min(profit − requirement, 0): nothing where it carries itself. */
  #addSelfCarried(market: number, box: number): void {
    const legs = this.#legs;
    const least = legs.profitSlope - legs.needMost;
    const most = legs.profitSlope - legs.needLeast;
    const last = this.#path.firstLast + market;
    const lastSteepest = Math.max(Math.abs(legs.lastLeast), Math.abs(legs.lastMost));
    const change = Math.max(Math.abs(least), Math.abs(most)) * this.#path.width(market, box) + lastSteepest * this.#path.width(last, box);
    this.slack += Math.min(legs.profit - legs.needed, 0);
    const side = this.#side(legs.profit - legs.needed, change + legs.jumps);
    this.#add(market, leastSlope(least, side), mostSlope(most, side));
    if (last !== market) this.#add(last, leastSlope(-legs.lastMost, side), mostSlope(-legs.lastLeast, side));
  }

  /** A contract of a scope of all assets: profit counts less haircut, requirement in full. */
  #addContractOfMany(market: number, box: number): void {
    const legs = this.#legs;
    const mode = this.#terms.rules.unrealizedProfitAsMargin;
    const { asset } = this.#terms.markets[market] as CrossTerms["markets"][number];
    this.#weigh(asset, box);
    this.reserve += (legs.jump + ROW_QUANTA * legs.legs + legs.size * DOUBLE_ERROR) * this.#worthMost;
    const limit = mode === "none" ? 0 : mode === "own" ? legs.needed : Number.POSITIVE_INFINITY;
    this.#amounts[asset] = (this.#amounts[asset] as number) + Math.min(legs.profit, limit);
    this.#needs[asset] = (this.#needs[asset] as number) + legs.needed;
    let least = legs.profitSlope;
    let most = least;
    if (mode === "none") {
      const side = this.#side(legs.profit, Math.abs(least) * this.#path.width(market, box));
      least = leastSlope(least, side);
      most = mostSlope(most, side);
    } else if (mode === "own") {
      least = Math.min(least, legs.needLeast);
      most = Math.max(most, legs.needMost);
    }
    const worthMost = this.#worthMost;
    const worthLeast = this.#worthLeast * (this.#keptLeast[asset] as number);
    const lastLeast = mode === "own" ? Math.min(0, legs.lastLeast) * worthMost : 0;
    const lastMost = mode === "own" ? Math.max(0, legs.lastMost) * worthMost : 0;
    this.#addNeed(market, least * (least < 0 ? worthMost : worthLeast), most * (most > 0 ? worthMost : worthLeast), lastLeast, lastMost);
  }

  /** Adds slopes of counted profit less those of requirement, at what its asset is worth. */
  #addNeed(market: number, least: number, most: number, lastLeast = 0, lastMost = 0): void {
    const { needLeast, needMost, lastLeast: lastNeedLeast, lastMost: lastNeedMost } = this.#legs;
    this.#add(market, least - this.#atMost(needMost), most - this.#atLeast(needLeast));
    const last = this.#path.firstLast + market;
    if (last !== market) this.#add(last, lastLeast - this.#atMost(lastNeedMost), lastMost - this.#atLeast(lastNeedLeast));
  }

  /** What an amount of the asset may be worth at least and at most within the box. */
  #atLeast(amount: number): number {
    return amount * (amount < 0 ? this.#worthMost : this.#worthLeast);
  }

  #atMost(amount: number): number {
    return amount * (amount > 0 ? this.#worthMost : this.#worthLeast);
  }

  #side(amount: number, change: number): Side {
    const room = change + ROW_QUANTA * this.#legs.legs + this.#legs.size * DOUBLE_ERROR;
    if (amount + room < 0) return "below";
    if (amount - room > 0) return "above";
    this.isWide = true;
    return "either";
  }

  #startAssets(account: number): void {
    const { assetCount, cash } = this.#scopes;
    for (let asset = 0; asset < assetCount; asset++) {
      this.#amounts[asset] = cash[account * assetCount + asset] as number;
      this.#needs[asset] = 0;
    }
  }

  /** An asset's index price: it moves what the asset counts for, less what is required in it. */
  #addAsset(asset: number): void {
    const amount = this.#amounts[asset] as number;
    const needed = this.#needs[asset] as number;
    const counted = keptOf(amount, (this.#terms.assets[asset] as CrossTerms["assets"][number]).haircuts);
    const place = this.#path.firstAsset + asset;
    const slope = (counted - needed) * (this.#path.startIndex[asset] as number);
    const price = (this.#path.startIndex[asset] as number) * (this.#path.at[place] as number);
    this.slack += (counted - needed) * price;
    this.reserve += ASSET_QUANTA + (Math.abs(amount) + Math.abs(needed)) * price * DOUBLE_ERROR;
    this.#add(place, slope, slope);
  }

  /** How much a quantum of an asset may be worth while its index price keeps to the box. */
  #weigh(asset: number, box: number): void {
    const place = this.#path.firstAsset + asset;
    const price = this.#path.startIndex[asset] as number;
    const width = this.#path.width(place, box);
    this.#worthLeast = price * Math.max(0, (this.#path.at[place] as number) - width);
    this.#worthMost = price * ((this.#path.at[place] as number) + width);
    this.isWide = true;
  }

  #add(place: number, least: number, most: number): void {
    const loading = this.#path.loadings[place] as number;
    this.down += loading * (loading > 0 ? most : least);
    this.up += loading * (loading > 0 ? least : most);
    this.spread += (this.#path.scales[place] as number) * Math.max(Math.abs(least), Math.abs(most));
    this.mask |= 1 << (place & 31);
  }
}

/** Slopes of min(amount, 0), from those of the amount. */
function leastSlope(slope: number, side: Side): number {
  if (side === "below") return slope;
  return side === "above" ? 0 : Math.min(0, slope);
}

function mostSlope(slope: number, side: Side): number {
  if (side === "below") return slope;
  return side === "above" ? 0 : Math.max(0, slope);
}

/** What of an amount counts, in its quanta (ACCT-6). */
function keptOf(amount: number, haircuts: readonly HaircutSlice[]): number {
  let kept = amount;
  let from = 0;
  for (let index = 0; index < haircuts.length && from < amount; index++) {
    const { upTo, haircut } = haircuts[index] as HaircutSlice;
    const until = index === haircuts.length - 1 ? amount : Math.min(amount, upTo);
    if (until > from) kept -= (until - from) * worth(haircut);
    from = Math.max(from, until);
  }
  return kept;
}
