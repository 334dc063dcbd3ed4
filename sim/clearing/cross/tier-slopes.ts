/**
 * How the maintenance margin of a size can change while its value stays within bounds
 * (TIER-1): the least and the greatest slope, and by how much it can jump.
 */
import { type Tier, type TierLine, type TierTable, tierLines, tierNumber } from "../../venue/tiers.ts";

/** Quanta: a value that lies so near an edge may be judged on either side of it. */
export const EDGE_QUANTA = 2;

export class TierSlopes {
  /** Of the last question: quanta of margin per quantum of value. */
  least = 0;
  most = 0;
  /** Quanta by which the margin may jump up on the way, all jumps together. */
  jump = 0;
  /** All jumps, up and down, together. */
  jumps = 0;
  /** The margin itself, quanta; next to an edge perhaps on its other side. */
  margin = 0;
  readonly #table: TierTable;
  /** Bounds in value: what each tier requires, as a line. */
  readonly #lines: readonly TierLine[] | null;
  /** Bounds in lots: rates, and deductions per lot where slices give them. */
  readonly #rates: Float64Array;
  readonly #off: Float64Array;

  constructor(table: TierTable) {
    this.#table = table;
    this.#lines = table.boundBy === "value" ? tierLines(table, 1) : null;
    this.#rates = Float64Array.from(table.tiers, rateOf);
    this.#off = new Float64Array(table.tiers.length);
    for (let index = 1; index < table.tiers.length; index++) {
      const step = (this.#rates[index] as number) - (this.#rates[index - 1] as number);
      this.#off[index] = (this.#off[index - 1] as number) + (table.tiers[index - 1] as Tier).upTo * step;
    }
  }

  /**
   * Asks about a size whose value is `value` now and may go from `lowest` to `highest`.
   * @param lots positive
   */
  ask(lots: number, value: number, lowest: number, highest: number): void {
    this.jump = 0;
    this.jumps = 0;
    if (this.#lines === null) this.#askByLots(lots, value);
    else this.#askByValue(this.#lines, value, lowest - EDGE_QUANTA, highest + EDGE_QUANTA);
  }

  #askByLots(lots: number, value: number): void {
    const index = tierNumber(this.#table, lots, 0) - 1;
    const rate = this.#rates[index] as number;
    this.least = rate;
    this.most = rate;
    this.margin = rate * value;
    if (this.#table.scheme === "flat") return;
    // A deduction that the venue gives is in quanta, and the margin is never below zero.
    const { deduction } = this.#table.tiers[index] as Tier;
    if (deduction !== null) {
      this.margin = Math.max(0, this.margin - deduction.numerator / deduction.denominator);
      this.least = Math.min(0, rate);
      this.most = Math.max(0, rate);
      return;
    }
    this.least = rate - (this.#off[index] as number) / lots;
    this.most = this.least;
    this.margin = this.least * value;
  }

  #askByValue(lines: readonly TierLine[], value: number, lowest: number, highest: number): void {
    this.least = Number.POSITIVE_INFINITY;
    this.most = Number.NEGATIVE_INFINITY;
    let before: TierLine | null = null;
    for (const line of lines) {
      if (line.upTo < lowest) continue;
      if (line.from > highest) break;
      if (value > line.from || before === null) this.margin = Math.max(0, line.rate * value - line.deduction);
      // Of a value whose part is less than the deduction nothing is required.
      const canBeZero = line.deduction > 0;
      this.least = Math.min(this.least, canBeZero ? Math.min(0, line.rate) : line.rate);
      this.most = Math.max(this.most, canBeZero ? Math.max(0, line.rate) : line.rate);
      if (before !== null) {
        const jump = (line.rate - before.rate) * line.from - (line.deduction - before.deduction);
        this.jumps += Math.abs(jump);
        // Upwards it is met on the way up, downwards on the way down.
        if (line.from >= value - EDGE_QUANTA) this.jump += Math.max(0, jump);
        if (line.from <= value + EDGE_QUANTA) this.jump += Math.max(0, -jump);
      }
      before = line;
    }
  }
}

function rateOf({ maintenanceMarginRate: { numerator, denominator } }: Tier): number {
  return numerator / denominator;
}
