/**
 * What `contract-legs.ts` says of a whole scope at once, for the commonest rules: all
 * profit counts, positions are valued at mark, one asset. Then positions add up one by
 * one, in locals, which is several times as fast.
 */
import { tierLines } from "../../venue/tiers.ts";
import { closingFeeRate } from "../margin.ts";
import { type CrossPath, worth } from "./path.ts";
import { type CrossScopes, ROW_ENTRY, ROW_JUDGED, ROW_LOTS, ROW_MARKET, ROW_NUMBERS } from "./scopes.ts";
import type { CrossTerms } from "./terms.ts";
import { EDGE_QUANTA, TierSlopes } from "./tier-slopes.ts";

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
  readonly #feeRates: Float64Array;
  readonly #gains: Float64Array;
  /** Tables bounded by value, as lines one after the other: from, up to, rate, deduction; the first of each market. */
  readonly #lines: Float64Array;
  readonly #firstLine: Int32Array;

  constructor({ rules, markets }: CrossTerms, scopes: CrossScopes, path: CrossPath) {
    this.#scopes = scopes;
    this.#path = path;
    this.#tiers = markets.map(({ instrument }) => new TierSlopes(instrument.tiers));
    this.#feeRates = Float64Array.from(markets, ({ instrument }) =>
      rules.maintenanceIncludesClosingFee ? worth(closingFeeRate({ instrument, rules })) : 0,
    );
    this.#gains = Float64Array.from(markets, ({ instrument }) => (instrument.kind === "linear" ? 1 : -1));
    this.#firstLine = new Int32Array(markets.length + 1);
    const lines: number[] = [];
    markets.forEach(({ instrument: { tiers } }, market) => {
      if (tiers.boundBy === "value") for (const line of tierLines(tiers, 1)) lines.push(line.from, line.upTo, line.rate, line.deduction);
      this.#firstLine[market + 1] = lines.length;
    });
    this.#lines = Float64Array.from(lines);
  }

  /** Adds up the positions in a part of the rows. */
  sum(start: number, end: number, box: number): void {
    const { rows } = this.#scopes;
    const { at: coordinates, unitValues, loadings, scales } = this.#path;
    const [feeRates, gains, lines, firstLine] = [this.#feeRates, this.#gains, this.#lines, this.#firstLine];
    let [profit, needed, down, up, spread, jump, size, mask] = [0, 0, 0, 0, 0, 0, 0, 0];
    for (let at = start; at < end; at += ROW_NUMBERS) {
      const market = rows[at + ROW_MARKET] as number;
      const lots = rows[at + ROW_LOTS] as number;
      const entry = rows[at + ROW_ENTRY] as number;
      const judged = (rows[at + ROW_JUDGED] as number) * (unitValues[market] as number);
      const coordinate = coordinates[market] as number;
      const loading = loadings[market] as number;
      const scale = scales[market] as number;
      const width = box * (Math.abs(loading) + scale);
      const slope = lots * (unitValues[market] as number) * (gains[market] as number);
      const value = judged * coordinate;
      let least = Number.POSITIVE_INFINITY;
      let most = Number.NEGATIVE_INFINITY;
      let margin = 0;
      const firstOfNext = firstLine[market + 1] as number;
      let line = firstLine[market] as number;
      if (line === firstOfNext) {
        const tiers = this.#tiers[market] as TierSlopes;
        tiers.ask(rows[at + ROW_JUDGED] as number, value, 0, 0);
        least = tiers.least;
        most = tiers.most;
        margin = tiers.margin;
      }
      const lowest = value - judged * width - EDGE_QUANTA;
      const highest = value + judged * width + EDGE_QUANTA;
      for (let isFirst = true; line < firstOfNext; line += 4) {
        const from = lines[line] as number;
        if ((lines[line + 1] as number) < lowest) continue;
        if (from > highest) break;
        const rate = lines[line + 2] as number;
        const deduction = lines[line + 3] as number;
        if (value > from || isFirst) margin = Math.max(0, rate * value - deduction);
        // Of a value whose part is less than the deduction nothing is required.
        least = Math.min(least, deduction > 0 ? Math.min(0, rate) : rate);
        most = Math.max(most, deduction > 0 ? Math.max(0, rate) : rate);
        if (!isFirst) {
          const step = (rate - (lines[line - 2] as number)) * from - (deduction - (lines[line - 1] as number));
          if (from >= value - EDGE_QUANTA) jump += Math.max(0, step);
          if (from <= value + EDGE_QUANTA) jump += Math.max(0, -step);
        }
        isFirst = false;
      }
      const fee = feeRates[market] as number;
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
}
