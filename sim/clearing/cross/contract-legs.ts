/**
 * The legs of one contract in a cross scope, in doubles: their profit and requirement now,
 * and between which slopes these go while prices keep to a box (MARGIN-2, TIER-2, MARK-5).
 */
import { closingFeeRate } from "../margin.ts";
import { type CrossPath, worth } from "./path.ts";
import { type CrossScopes, ROW_ENTRY, ROW_JUDGED, ROW_LOTS, ROW_MARKET, ROW_NUMBERS } from "./scopes.ts";
import type { CrossTerms } from "./terms.ts";
import { TierSlopes } from "./tier-slopes.ts";

export class ContractLegs {
  /** Quanta; the requirement next to a tier edge perhaps that of its other side. */
  profit = 0;
  needed = 0;
  /** Quanta per unit of the mark's coordinate. */
  profitSlope = 0;
  needLeast = 0;
  needMost = 0;
  /** Of the requirement, per unit of the last price's coordinate; 0 where it is not taken of that. */
  lastLeast = 0;
  lastMost = 0;
  /** By how much the requirement may jump, upwards, and in all. */
  jump = 0;
  jumps = 0;
  /** All that was added up, to bound what doubles lose. */
  size = 0;
  legs = 0;
  readonly #scopes: CrossScopes;
  readonly #path: CrossPath;
  readonly #tiers: readonly TierSlopes[];
  readonly #feeRates: Float64Array;
  readonly #isLinear: Uint8Array;
  readonly #valueAt: CrossTerms["rules"]["positionValueAt"];

  constructor({ rules, markets }: CrossTerms, scopes: CrossScopes, path: CrossPath) {
    this.#scopes = scopes;
    this.#path = path;
    this.#tiers = markets.map(({ instrument }) => new TierSlopes(instrument.tiers));
    this.#feeRates = Float64Array.from(markets, ({ instrument }) =>
      rules.maintenanceIncludesClosingFee ? worth(closingFeeRate({ instrument, rules })) : 0,
    );
    this.#isLinear = Uint8Array.from(markets, ({ instrument }) => (instrument.kind === "linear" ? 1 : 0));
    this.#valueAt = rules.positionValueAt;
  }

  /**
   * Adds up the legs from a place in the rows on.
   * @returns the place after them
   */
  sum(from: number, end: number, box: number): number {
    const { rows } = this.#scopes;
    const market = rows[from + ROW_MARKET] as number;
    this.profit = 0;
    this.needed = 0;
    this.profitSlope = 0;
    this.needLeast = 0;
    this.needMost = 0;
    this.lastLeast = 0;
    this.lastMost = 0;
    this.jump = 0;
    this.jumps = 0;
    this.size = 0;
    this.legs = 0;
    let at = from;
    for (; at < end && rows[at + ROW_MARKET] === market; at += ROW_NUMBERS) {
      this.#add(market, rows[at + ROW_LOTS] as number, rows[at + ROW_ENTRY] as number, rows[at + ROW_JUDGED] as number, box);
    }
    return at;
  }

  #add(market: number, lots: number, entry: number, judged: number, box: number): void {
    const unit = this.#path.unitValues[market] as number;
    const coordinate = this.#path.at[market] as number;
    const held = Math.abs(lots);
    const slope = lots > 0 === (this.#isLinear[market] === 1) ? held * unit : -held * unit;
    this.profitSlope += slope;
    this.profit += slope * coordinate + (slope > 0 ? -entry : entry);
    const fee = (this.#feeRates[market] as number) * judged * unit;
    this.needLeast += fee;
    this.needMost += fee;
    this.needed += fee * coordinate;
    this.size += Math.abs(entry) + judged * unit * coordinate;
    this.legs += 1;
    if (judged > 0) this.#addMaintenance(market, judged, held, entry, box);
  }

  #addMaintenance(market: number, judged: number, held: number, entry: number, box: number): void {
    const path = this.#path;
    const isAtLast = this.#valueAt === "last";
    const isAtEntry = this.#valueAt === "entry";
    const place = isAtLast ? path.firstLast + market : market;
    // At entry only the orders' part of the value moves.
    const fixed = isAtEntry ? entry : 0;
    const moving = (isAtEntry ? judged - held : judged) * (path.unitValues[market] as number);
    const coordinate = path.at[place] as number;
    const width = path.width(place, box);
    const value = fixed + moving * coordinate;
    const tiers = this.#tiers[market] as TierSlopes;
    tiers.ask(judged, value, fixed + moving * Math.max(0, coordinate - width), fixed + moving * (coordinate + width));
    this.jump += tiers.jump;
    this.jumps += tiers.jumps;
    this.needed += tiers.margin;
    this.size += Math.abs(value);
    if (isAtLast) {
      this.lastLeast += tiers.least * moving;
      this.lastMost += tiers.most * moving;
    } else {
      this.needLeast += tiers.least * moving;
      this.needMost += tiers.most * moving;
    }
  }
}
