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
 * assets, whatever haircuts do (ACCT-6). In doubles, with room for what they lose;
 * judging itself is exact.
 */
import type { HaircutSlice } from "../house/setup.ts";
import { closingFeeRate } from "../margin.ts";
import type { CrossJudge } from "./judge.ts";
import { type CrossPath, worth } from "./path.ts";
import { ROW_ENTRY, ROW_JUDGED, ROW_LOTS, ROW_MARKET, ROW_NUMBERS } from "./scopes.ts";
import type { CrossTerms } from "./terms.ts";
import { TierSlopes } from "./tier-slopes.ts";

/** More than the roundings of a position now and later come to together, quanta of its asset. */
const ROW_QUANTA = 10;
/** The same of an asset, in the unit of account. */
const ASSET_QUANTA = 6;
/** More than doubles lose, as a part of what is added up. */
const DOUBLE_ERROR = 1e-11;

export class CrossReach {
  /** Of the scope measured last: see above. Quanta of its asset, or of the unit of account. */
  down = 0;
  up = 0;
  spread = 0;
  reserve = 0;
  /** Whether a smaller box might give a longer reach. */
  isWide = false;
  /** Bits of the coordinates, modulo 32, that matter to it. */
  mask = 0;
  readonly #judge: CrossJudge;
  readonly #path: CrossPath;
  readonly #tiers: readonly TierSlopes[];
  readonly #feeRates: Float64Array;
  /** Least part of another quantum of an asset that counts, over all its slices. */
  readonly #keptLeast: Float64Array;
  /** Of the legs of one contract: slopes of profit and requirement at the mark, of requirement at the last price; profit, requirement and all its jumps. */
  #profitSlope = 0;
  #needLeast = 0;
  #needMost = 0;
  #lastLeast = 0;
  #lastMost = 0;
  #profit = 0;
  #needed = 0;
  #jumps = 0;
  /** What an asset's quanta may be worth at least and at most within the box; 1 in single-currency mode. */
  #worthLeast = 1;
  #worthMost = 1;

  constructor(judge: CrossJudge, path: CrossPath) {
    const { rules, markets, assets } = judge.terms;
    this.#judge = judge;
    this.#path = path;
    this.#tiers = markets.map(({ instrument }) => new TierSlopes(instrument.tiers));
    this.#feeRates = Float64Array.from(markets, ({ instrument }) =>
      rules.maintenanceIncludesClosingFee ? worth(closingFeeRate({ instrument, rules })) : 0,
    );
    this.#keptLeast = Float64Array.from(assets, ({ haircuts }) => Math.min(1, ...haircuts.map(({ haircut }) => 1 - worth(haircut))));
  }

  /**
   * Measures a scope that has just been judged.
   * @param box how far common move and scaled rests may go, each
   */
  measure(scope: number, box: number): void {
    const { scopes } = this.#judge;
    const account = scopes.accountOf(scope);
    const isMulti = scopes.multi[account] === 1;
    this.down = 0;
    this.up = 0;
    this.spread = 0;
    this.reserve = 0;
    this.mask = 0;
    this.isWide = false;
    this.#worthLeast = 1;
    this.#worthMost = 1;
    const { rows } = scopes;
    let at = (scopes.first[scope] as number) * ROW_NUMBERS;
    const end = at + (scopes.held[scope] as number) * ROW_NUMBERS;
    while (at < end) {
      const market = rows[at + ROW_MARKET] as number;
      this.#clearLegs();
      if (isMulti) this.#weigh((this.#judge.terms.markets[market] as CrossTerms["markets"][number]).asset, box);
      for (; at < end && rows[at + ROW_MARKET] === market; at += ROW_NUMBERS) this.#addLeg(market, at, box);
      if (isMulti) this.#addContractOfMany(market, box);
      else this.#addContract(market, box);
    }
    if (isMulti) for (let asset = 0; asset < scopes.assetCount; asset++) this.#addAsset(asset);
  }

  #clearLegs(): void {
    this.#profitSlope = 0;
    this.#needLeast = 0;
    this.#needMost = 0;
    this.#lastLeast = 0;
    this.#lastMost = 0;
    this.#profit = 0;
    this.#needed = 0;
    this.#jumps = 0;
  }

  #addLeg(market: number, at: number, box: number): void {
    const { terms, scopes } = this.#judge;
    const path = this.#path;
    const lots = scopes.rows[at + ROW_LOTS] as number;
    const entry = scopes.rows[at + ROW_ENTRY] as number;
    const judged = scopes.rows[at + ROW_JUDGED] as number;
    const size = Math.abs(lots);
    const unit = path.unitValues[market] as number;
    const gain = lots > 0 === ((terms.markets[market] as CrossTerms["markets"][number]).instrument.kind === "linear") ? 1 : -1;
    this.#profitSlope += gain * size * unit;
    const profit = gain * (size * unit * (path.at[market] as number) - entry);
    this.#profit += profit;
    const largest = Math.abs(entry) + judged * unit * (path.at[market] as number);
    this.reserve += (ROW_QUANTA + largest * DOUBLE_ERROR) * this.#worthMost;
    const fee = (this.#feeRates[market] as number) * judged * unit;
    this.#needLeast += fee;
    this.#needMost += fee;
    this.#needed += fee * (path.at[market] as number);
    if (judged > 0) this.#addMaintenance(market, judged, size, entry, box);
  }

  #addMaintenance(market: number, judged: number, size: number, entry: number, box: number): void {
    const path = this.#path;
    const unit = path.unitValues[market] as number;
    const { positionValueAt } = this.#judge.terms.rules;
    const place = positionValueAt === "last" ? path.firstLast + market : market;
    // At entry only the orders' part of the value moves.
    const [fixed, moving] = positionValueAt === "entry" ? [entry, (judged - size) * unit] : [0, judged * unit];
    const coordinate = path.at[place] as number;
    const width = this.#width(place, box);
    const value = fixed + moving * coordinate;
    const tiers = this.#tiers[market] as TierSlopes;
    tiers.ask(judged, value, fixed + moving * Math.max(0, coordinate - width), fixed + moving * (coordinate + width));
    if (tiers.isWide) this.isWide = true;
    this.#jumps += tiers.jumps;
    this.#needed += tiers.margin;
    this.reserve += tiers.jump * this.#worthMost;
    if (positionValueAt === "last") {
      this.#lastLeast += tiers.least * moving;
      this.#lastMost += tiers.most * moving;
    } else {
      this.#needLeast += tiers.least * moving;
      this.#needMost += tiers.most * moving;
    }
  }

  /** A contract of a scope of one asset. */
  #addContract(market: number, box: number): void {
    const mode = this.#judge.terms.rules.unrealizedProfitAsMargin;
    const profitSlope = this.#profitSlope;
    if (mode === "none") {
      const counts = this.#side(this.#profit, Math.abs(profitSlope) * this.#width(market, box));
      const [least, most] = hull(profitSlope, counts);
      this.#addNeed(market, least, most, 1, 1);
      return;
    }
    if (mode === "all") {
      this.#addNeed(market, profitSlope, profitSlope, 1, 1);
      return;
    }
    // It adds min(profit − requirement, 0): nothing where it carries itself throughout.
    const slope = Math.max(Math.abs(profitSlope - this.#needMost), Math.abs(profitSlope - this.#needLeast));
    const last = this.#path.firstLast + market;
    const lastSlope = Math.max(Math.abs(this.#lastLeast), Math.abs(this.#lastMost));
    const change = slope * this.#width(market, box) + lastSlope * this.#width(last, box) + this.#jumps;
    const counts = this.#side(this.#profit - this.#needed, change);
    if (counts === "out") {
      this.#add(market, 0, 0);
      if (last !== market) this.#add(last, 0, 0);
    } else if (counts === "in") this.#addNeed(market, profitSlope, profitSlope, 1, 1);
    else {
      this.#add(market, Math.min(0, profitSlope - this.#needMost), Math.max(0, profitSlope - this.#needLeast));
      if (last !== market) this.#add(last, Math.min(0, -this.#lastMost), Math.max(0, -this.#lastLeast));
    }
  }

  /** A contract of a scope of all assets: profit counts less haircut, requirement in full. */
  #addContractOfMany(market: number, box: number): void {
    const mode = this.#judge.terms.rules.unrealizedProfitAsMargin;
    const { asset } = this.#judge.terms.markets[market] as CrossTerms["markets"][number];
    let least = this.#profitSlope;
    let most = least;
    let [lastLeast, lastMost] = [0, 0];
    if (mode === "none") {
      [least, most] = hull(least, this.#side(this.#profit, Math.abs(least) * this.#width(market, box)));
    } else if (mode === "own") {
      least = Math.min(least, this.#needLeast);
      most = Math.max(most, this.#needMost);
      lastLeast = Math.min(0, this.#lastLeast);
      lastMost = Math.max(0, this.#lastMost);
    }
    const [worthLeast, worthMost] = [this.#worthLeast * (this.#keptLeast[asset] as number), this.#worthMost];
    const countedLeast = least * (least < 0 ? worthMost : worthLeast);
    const countedMost = most * (most > 0 ? worthMost : worthLeast);
    this.#addNeed(market, countedLeast, countedMost, this.#worthLeast, worthMost, lastLeast * worthMost, lastMost * worthMost);
  }

  /** Adds slopes of counted profit less those of requirement, at what its asset is worth. */
  #addNeed(market: number, least: number, most: number, worthLeast: number, worthMost: number, lastLeast = 0, lastMost = 0): void {
    const needLeast = this.#needLeast * (this.#needLeast < 0 ? worthMost : worthLeast);
    const needMost = this.#needMost * (this.#needMost > 0 ? worthMost : worthLeast);
    this.#add(market, least - needMost, most - needLeast);
    const last = this.#path.firstLast + market;
    if (last === market) return;
    const lastNeedLeast = this.#lastLeast * (this.#lastLeast < 0 ? worthMost : worthLeast);
    const lastNeedMost = this.#lastMost * (this.#lastMost > 0 ? worthMost : worthLeast);
    this.#add(last, lastLeast - lastNeedMost, lastMost - lastNeedLeast);
  }

  /** Whether an amount that counts below zero only stays below it, above it, or may change. */
  #side(amount: number, change: number): "in" | "out" | "both" {
    const room = change + ROW_QUANTA + Math.abs(amount) * DOUBLE_ERROR + (Math.abs(this.#needed) + Math.abs(this.#profit)) * DOUBLE_ERROR;
    if (amount + room < 0) return "in";
    if (amount - room > 0) return "out";
    this.isWide = true;
    return "both";
  }

  /** An asset's index price: it moves what the asset counts for, less what is required in it. */
  #addAsset(asset: number): void {
    const amount = this.#judge.amounts[asset] as number;
    const counted = keptOf(amount, (this.#judge.terms.assets[asset] as CrossTerms["assets"][number]).haircuts);
    const needed = this.#judge.needs[asset] as number;
    const price = this.#path.startIndex[asset] as number;
    const place = this.#path.firstAsset + asset;
    const slope = (counted - needed) * price;
    this.reserve += ASSET_QUANTA + (Math.abs(amount) + Math.abs(needed)) * price * (this.#path.at[place] as number) * DOUBLE_ERROR;
    this.#add(place, slope, slope);
  }

  /** How much a quantum of an asset may be worth while its index price keeps to the box. */
  #weigh(asset: number, box: number): void {
    const place = this.#path.firstAsset + asset;
    const price = this.#path.startIndex[asset] as number;
    const width = this.#width(place, box);
    this.#worthLeast = price * Math.max(0, (this.#path.at[place] as number) - width);
    this.#worthMost = price * ((this.#path.at[place] as number) + width);
    // A smaller box narrows it.
    this.isWide = true;
  }

  #add(place: number, least: number, most: number): void {
    const loading = this.#path.loadings[place] as number;
    this.down += loading * (loading > 0 ? most : least);
    this.up += loading * (loading > 0 ? least : most);
    this.spread += (this.#path.scales[place] as number) * Math.max(Math.abs(least), Math.abs(most));
    this.mask |= 1 << (place & 31);
  }

  /** How far a coordinate may go while common move and rests keep to the box. */
  #width(place: number, box: number): number {
    const { loadings, scales } = this.#path;
    return box * (Math.abs(loadings[place] as number) + (scales[place] as number));
  }
}

/** Slopes of min(amount, 0). */
function hull(slope: number, side: "in" | "out" | "both"): readonly [number, number] {
  if (side === "in") return [slope, slope];
  return side === "out" ? [0, 0] : [Math.min(0, slope), Math.max(0, slope)];
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
