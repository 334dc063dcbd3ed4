/**
 * The mark price (MARK-2): what liquidations are judged on, never the last trade alone.
 * A rule is one small function in the table below; its memory is one number.
 */
import { nearestEven } from "../kernel/nearest-even.ts";
import type { MarkRules } from "../venue/rules.ts";

/** What a rule sees at one mark: prices in ticks, 0 where there is none; the funding basis as a part of the index. */
interface Seen {
  readonly elapsedUs: number;
  readonly indexTicks: number;
  readonly midTicks: number;
  readonly lastTicks: number;
  readonly basis: number;
}

type MarkRule = (state: Float64Array, rules: MarkRules, seen: Seen) => number;

const RULES: Readonly<Record<MarkRules["rule"], MarkRule>> = {
  /** The index itself: `index-basis` [S0] for a venue that pays no funding. */
  index: (_state, _rules, { indexTicks }) => indexTicks,

  /** Index + exponential moving average of (mid − index), clamped to a part of the index. */
  "index-ema": (state, rules, seen) => {
    const { indexTicks } = seen;
    const average = movedAverage(state, rules, seen);
    const most = (indexTicks * rules.clamp.numerator) / rules.clamp.denominator;
    return indexTicks + Math.min(most, Math.max(-most, average));
  },

  /** Index × (1 + funding rate × time to funding ÷ interval). */
  "index-basis": (_state, _rules, seen) => byBasis(seen),

  /** The middle one of the price by funding basis, index + moving average of (mid − index), and the last trade (the index while there is none). */
  median: (state, rules, seen) => {
    const { indexTicks, lastTicks } = seen;
    return middle(byBasis(seen), indexTicks + movedAverage(state, rules, seen), lastTicks === 0 ? indexTicks : lastTicks);
  },
};

/** A mark price with its memory; the shadow mark of CASC-1 is a second one. */
export class MarkPrice {
  /** Moving average of (mid − index), ticks: the whole memory of every rule. */
  readonly state: Float64Array = new Float64Array(1);
  readonly #rules: MarkRules;
  readonly #rule: MarkRule;

  constructor(rules: MarkRules) {
    this.#rules = rules;
    this.#rule = RULES[rules.rule];
  }

  /**
   * The next mark, in whole ticks (nearest, ties to even), at least 1.
   * @param elapsedUs since the last mark
   * @param midTicks middle of the book, 0 while it has no price
   * @param lastTicks price of the last trade, 0 while there is none
   * @param basis funding rate × time to funding ÷ interval (MARK-2), a part of the index
   */
  next(elapsedUs: number, indexTicks: number, midTicks: number, lastTicks = 0, basis = 0): number {
    const mark = this.#rule(this.state, this.#rules, { elapsedUs, indexTicks, midTicks, lastTicks, basis });
    return Math.max(1, nearestEven(mark));
  }
}

/** Takes the moving average of (mid − index) one step on; a book without a price counts as the index. */
function movedAverage(state: Float64Array, rules: MarkRules, { elapsedUs, indexTicks, midTicks }: Seen): number {
  const weight = elapsedUs / (rules.averageUs + elapsedUs);
  const average = state[0] as number;
  state[0] = average + weight * ((midTicks === 0 ? indexTicks : midTicks) - indexTicks - average);
  return state[0] as number;
}

function byBasis({ indexTicks, basis }: Seen): number {
  return indexTicks * (1 + basis);
}

function middle(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}
