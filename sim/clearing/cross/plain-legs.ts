/**
 * What `contract-legs.ts` says of a whole scope at once, for the commonest rules: all
 * profit counts, positions are valued at mark, one asset. Then positions add up one by
 * one, in locals and from columns, which is many times as fast.
 */
import { type TierTable, tierLines } from "../../venue/tiers.ts";
import { closingFeeRate } from "../margin.ts";
import { type CrossPath, worth } from "./path.ts";
import { type CrossScopes, ROW_ENTRY, ROW_JUDGED, ROW_LOTS, ROW_MARKET, ROW_NUMBERS } from "./scopes.ts";
import type { CrossTerms } from "./terms.ts";
import { EDGE_QUANTA } from "./tier-slopes.ts";

/** Numbers of a tier: where it begins and ends, quanta of value or lots; its line; and its slopes with what never goes below zero. */
const FROM = 0;
const UP_TO = 1;
const RATE = 2;
const DEDUCTION = 3;
const LEAST = 4;
const MOST = 5;
/** By how much margin jumps where the tier begins. */
const STEP = 6;
/** What is deducted in proportion to the value, times lots: where bounds are in lots. */
const LOTS_OFF = 7;
const LINE_NUMBERS = 8;

/** Numbers of a market. */
const UNIT = 0;
/** The same, negative for inverse contracts. */
const GAIN = 1;
const FEE = 2;
const LOADING = 3;
const SCALE = 4;
const FIRST_LINE = 5;
const LAST_LINE = 6;
/** 1 where bounds are in value, 0 where they are in lots: what is not needed is multiplied away, for branches cost more. */
const BY_VALUE = 7;
const MARKET_NUMBERS = 8;

export class PlainLegs {
  profit = 0;
  needed = 0;
  down = 0;
  up = 0;
  spread = 0;
  jump = 0;
  /** All that was added up, to bound what doubles lose. */
  size = 0;
  mask = 0;
  readonly #scopes: CrossScopes;
  readonly #path: CrossPath;
  readonly #markets: Float64Array;
  readonly #lines: Float64Array;
  /** Where lines end, side by side. */
  readonly #ends: Float64Array;
  /** Least and greatest slope, margin and jump of a size whose value may go from tier to tier. */
  readonly #asked = new Float64Array(4);

  constructor({ rules, markets }: CrossTerms, scopes: CrossScopes, path: CrossPath) {
    this.#scopes = scopes;
    this.#path = path;
    this.#markets = new Float64Array(markets.length * MARKET_NUMBERS);
    const lines: number[][] = [];
    markets.forEach(({ instrument }, market) => {
      const base = market * MARKET_NUMBERS;
      const unit = path.unitValues[market] as number;
      const own = linesOf(instrument.tiers);
      this.#markets[base + UNIT] = unit;
      this.#markets[base + GAIN] = instrument.kind === "linear" ? unit : -unit;
      this.#markets[base + FEE] = rules.maintenanceIncludesClosingFee ? worth(closingFeeRate({ instrument, rules })) : 0;
      this.#markets[base + LOADING] = path.loadings[market] as number;
      this.#markets[base + SCALE] = path.scales[market] as number;
      this.#markets[base + FIRST_LINE] = lines.length;
      lines.push(...own);
      this.#markets[base + LAST_LINE] = lines.length - 1;
      this.#markets[base + BY_VALUE] = instrument.tiers.boundBy === "value" ? 1 : 0;
    });
    this.#lines = Float64Array.from(lines.flatMap((line) => line.slice(0, LINE_NUMBERS)));
    this.#ends = Float64Array.from(lines, (line) => line[LINE_NUMBERS] as number);
  }

  /** Adds up the positions in a part of the rows. */
  sum(start: number, end: number, box: number): void {
    const { rows } = this.#scopes;
    const coordinates = this.#path.at;
    const markets = this.#markets;
    const lines = this.#lines;
    const ends = this.#ends;
    const asked = this.#asked;
    let profit = 0;
    let needed = 0;
    let down = 0;
    let up = 0;
    let spread = 0;
    let jump = 0;
    let size = 0;
    let mask = 0;
    for (let at = start; at < end; at += ROW_NUMBERS) {
      const market = (rows[at + ROW_MARKET] as number) | 0;
      const entry = rows[at + ROW_ENTRY] as number;
      const lots = rows[at + ROW_JUDGED] as number;
      const base = market * MARKET_NUMBERS;
      const coordinate = coordinates[market] as number;
      const loading = markets[base + LOADING] as number;
      const scale = markets[base + SCALE] as number;
      const fee = markets[base + FEE] as number;
      const byValue = markets[base + BY_VALUE] as number;
      const slope = (rows[at + ROW_LOTS] as number) * (markets[base + GAIN] as number);
      const judged = lots * (markets[base + UNIT] as number);
      const value = judged * coordinate;
      const width = judged * box * (Math.abs(loading) + scale) + EDGE_QUANTA;
      const tiered = byValue * value + (1 - byValue) * lots;
      let tier = (markets[base + FIRST_LINE] as number) | 0;
      const lastTier = (markets[base + LAST_LINE] as number) | 0;
      for (let lower = tier; lower < lastTier; lower++) tier += Number(tiered > (ends[lower] as number));
      const line = tier * LINE_NUMBERS;
      const off = (lines[line + LOTS_OFF] as number) / Math.max(1, lots);
      let least = (lines[line + LEAST] as number) - off;
      let most = (lines[line + MOST] as number) - off;
      let margin = Math.max(0, ((lines[line + RATE] as number) - off) * value - (lines[line + DEDUCTION] as number));
      if (value - width <= (lines[line + FROM] as number) || value + width >= (lines[line + UP_TO] as number)) {
        this.#ask(market, value, width);
        least = asked[0] as number;
        most = asked[1] as number;
        margin = asked[2] as number;
        jump += asked[3] as number;
      }
      // A long's entry is what it paid, a short's what it got.
      profit += slope * coordinate + (1 - 2 * Number(slope > 0)) * entry;
      needed += margin + fee * value;
      const slackLeast = slope - (most + fee) * judged;
      const slackMost = slope - (least + fee) * judged;
      down += loading * (loading > 0 ? slackMost : slackLeast);
      up += loading * (loading > 0 ? slackLeast : slackMost);
      spread += scale * Math.max(Math.abs(slackLeast), Math.abs(slackMost));
      size += Math.abs(entry) + 2 * value;
      mask |= 1 << (market & 31);
    }
    this.profit = profit;
    this.needed = needed;
    this.down = down;
    this.up = up;
    this.spread = spread;
    this.jump = jump;
    this.size = size;
    this.mask = mask;
  }

  /** Of a size with bounds in value. @param width that its value may go either way */
  #ask(market: number, value: number, width: number): void {
    const lines = this.#lines;
    let line = (this.#markets[market * MARKET_NUMBERS + FIRST_LINE] as number) * LINE_NUMBERS;
    while ((lines[line + UP_TO] as number) < value - width) line += LINE_NUMBERS;
    const rate = lines[line + RATE] as number;
    let margin = rate * value - (lines[line + DEDUCTION] as number);
    let least = lines[line + LEAST] as number;
    let most = lines[line + MOST] as number;
    let jump = 0;
    while ((lines[line + UP_TO] as number) <= value + width) {
      line += LINE_NUMBERS;
      const from = lines[line + FROM] as number;
      const step = lines[line + STEP] as number;
      if (value > from) margin = (lines[line + RATE] as number) * value - (lines[line + DEDUCTION] as number);
      least = Math.min(least, lines[line + LEAST] as number);
      most = Math.max(most, lines[line + MOST] as number);
      // Upwards it is met on the way up, downwards on the way down.
      if (from >= value - EDGE_QUANTA) jump += Math.max(0, step);
      if (from <= value + EDGE_QUANTA) jump += Math.max(0, -step);
    }
    this.#asked[0] = least;
    this.#asked[1] = most;
    this.#asked[2] = Math.max(0, margin);
    this.#asked[3] = jump;
  }
}

/** The numbers of a table's tiers, and of each where it ends, quanta of value or lots. */
function linesOf(table: TierTable): number[][] {
  if (table.boundBy === "value") {
    const lines = tierLines(table, 1);
    return lines.map(({ from, upTo, rate, deduction }, index) => {
      const before = lines[index - 1];
      const step = before === undefined ? 0 : (rate - before.rate) * from - (deduction - before.deduction);
      // Below the first tier there is nothing.
      const start = before === undefined ? Number.NEGATIVE_INFINITY : from;
      return [start, upTo, rate, deduction, ...slopesOf(rate, deduction), step, 0, upTo];
    });
  }
  let off = 0;
  return table.tiers.map(({ upTo, maintenanceMarginRate, deduction }, index) => {
    const before = table.tiers[index - 1];
    const rate = worth(maintenanceMarginRate);
    if (before !== undefined) off += before.upTo * (rate - worth(before.maintenanceMarginRate));
    const isMarginal = table.scheme === "marginal";
    // A deduction that the venue gives is in quanta, one in lots in proportion to the value. Lots do not go from tier to tier.
    const given = isMarginal && deduction !== null ? worth(deduction) : 0;
    const lotsOff = isMarginal && deduction === null ? off : 0;
    return [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, rate, given, ...slopesOf(rate, given), 0, lotsOff, upTo];
  });
}

/** Least and greatest slope of what a rate requires less a deduction: of a value whose part is less than that nothing is required. */
function slopesOf(rate: number, deduction: number): readonly [number, number] {
  return deduction > 0 ? [Math.min(0, rate), Math.max(0, rate)] : [rate, rate];
}
