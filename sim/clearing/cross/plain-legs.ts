/**
 * What `contract-legs.ts` says of a whole scope at once, for the commonest rules: all
 * profit counts, positions are valued at mark, one asset. Then positions add up one by
 * one, in locals and from columns, which is many times as fast.
 */
import { tierLines } from "../../venue/tiers.ts";
import { closingFeeRate } from "../margin.ts";
import { type CrossPath, worth } from "./path.ts";
import { type CrossScopes, ROW_ENTRY, ROW_JUDGED, ROW_LOTS, ROW_MARKET, ROW_NUMBERS } from "./scopes.ts";
import type { CrossMarket, CrossTerms } from "./terms.ts";
import { EDGE_QUANTA, TierSlopes } from "./tier-slopes.ts";

/** Numbers of a tier: where it begins and ends, quanta of value or lots; its line; and its slopes with what never goes below zero. */
const FROM = 0;
const UP_TO = 1;
const RATE = 2;
const DEDUCTION = 3;
const LEAST = 4;
const MOST = 5;
/** By how much margin jumps where the tier begins. */
const STEP = 6;
const LINE_NUMBERS = 8;

/** Numbers of a market. */
const UNIT = 0;
/** The same, negative for inverse contracts. */
const GAIN = 1;
const FEE = 2;
const LOADING = 3;
const SCALE = 4;
const FIRST_LINE = 5;
const KIND = 6;
const MARKET_NUMBERS = 8;

/** Kinds of tables: bounds in value; bounds in lots, margin in proportion to the value; and the rest. */
const BY_VALUE = 0;
const BY_LOTS = 1;
const OTHER = 2;

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
  readonly #tiers: readonly TierSlopes[];
  readonly #markets: Float64Array;
  readonly #lines: Float64Array;
  /** Least and greatest slope, margin and jump of a size whose value may go from tier to tier. */
  readonly #asked = new Float64Array(4);

  constructor({ rules, markets }: CrossTerms, scopes: CrossScopes, path: CrossPath) {
    this.#scopes = scopes;
    this.#path = path;
    this.#tiers = markets.map(({ instrument }) => new TierSlopes(instrument.tiers));
    this.#markets = new Float64Array(markets.length * MARKET_NUMBERS);
    const lines: number[] = [];
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
      this.#markets[base + KIND] = own === null ? OTHER : instrument.tiers.boundBy === "value" ? BY_VALUE : BY_LOTS;
      if (own !== null) lines.push(...own);
    });
    this.#lines = Float64Array.from(lines);
  }

  /** Adds up the positions in a part of the rows. */
  sum(start: number, end: number, box: number): void {
    const { rows } = this.#scopes;
    const coordinates = this.#path.at;
    const markets = this.#markets;
    const lines = this.#lines;
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
      const kind = markets[base + KIND] as number;
      const slope = (rows[at + ROW_LOTS] as number) * (markets[base + GAIN] as number);
      const judged = lots * (markets[base + UNIT] as number);
      const value = judged * coordinate;
      const width = judged * box * (Math.abs(loading) + scale) + EDGE_QUANTA;
      const tiered = kind === BY_LOTS ? lots : value;
      let line = (markets[base + FIRST_LINE] as number) | 0;
      let least: number;
      let most: number;
      let margin: number;
      if (kind !== OTHER) while (tiered > (lines[line + UP_TO] as number)) line += LINE_NUMBERS;
      if (kind === BY_LOTS) {
        least = (lines[line + RATE] as number) - (lines[line + DEDUCTION] as number) / Math.max(1, lots);
        most = least;
        margin = least * value;
      } else if (kind === BY_VALUE && value - width > (lines[line + FROM] as number) && value + width < (lines[line + UP_TO] as number)) {
        least = lines[line + LEAST] as number;
        most = lines[line + MOST] as number;
        margin = Math.max(0, (lines[line + RATE] as number) * value - (lines[line + DEDUCTION] as number));
      } else {
        this.#ask(market, lots, value, width);
        least = asked[0] as number;
        most = asked[1] as number;
        margin = asked[2] as number;
        jump += asked[3] as number;
      }
      profit += slope * coordinate + (slope > 0 ? -entry : entry);
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

  /** @param width that a value may go either way */
  #ask(market: number, lots: number, value: number, width: number): void {
    const base = market * MARKET_NUMBERS;
    if (this.#markets[base + KIND] === OTHER) {
      const tiers = this.#tiers[market] as TierSlopes;
      tiers.ask(lots, value, 0, 0);
      this.#asked[0] = tiers.least;
      this.#asked[1] = tiers.most;
      this.#asked[2] = tiers.margin;
      this.#asked[3] = 0;
      return;
    }
    const lines = this.#lines;
    let line = this.#markets[base + FIRST_LINE] as number;
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

/** The numbers of a table's tiers, one after the other; null where margin is neither by value nor in proportion to it. */
function linesOf(table: CrossMarket["instrument"]["tiers"]): number[] | null {
  if (table.boundBy === "value") {
    const lines = tierLines(table, 1);
    return lines.flatMap(({ from, upTo, rate, deduction }, index) => {
      const before = lines[index - 1];
      const step = before === undefined ? 0 : (rate - before.rate) * from - (deduction - before.deduction);
      // Of a value whose part is less than the deduction nothing is required. Below the first tier there is nothing.
      const [least, most] = deduction > 0 ? [Math.min(0, rate), Math.max(0, rate)] : [rate, rate];
      return [index === 0 ? Number.NEGATIVE_INFINITY : from, upTo, rate, deduction, least, most, step, 0];
    });
  }
  if (table.scheme === "marginal" && table.tiers.some(({ deduction }) => deduction !== null)) return null;
  let off = 0;
  return table.tiers.flatMap(({ upTo, maintenanceMarginRate }, index) => {
    const before = table.tiers[index - 1];
    const rate = worth(maintenanceMarginRate);
    if (table.scheme === "marginal" && before !== undefined) off += before.upTo * (rate - worth(before.maintenanceMarginRate));
    const isLast = index === table.tiers.length - 1;
    return [0, isLast ? Number.POSITIVE_INFINITY : upTo, rate, off, rate, rate, 0, 0];
  });
}
