/**
 * The mark price (MARK-2): what liquidations are judged on, never the last trade.
 * A rule is one small function in the table below; its memory is one number.
 */
import type { MarkRules } from "../venue/rules.ts";

type MarkRule = (state: Float64Array, rules: MarkRules, elapsedUs: number, indexTicks: number, midTicks: number) => number;

const RULES: Readonly<Partial<Record<MarkRules["rule"], MarkRule>>> = {
  /** The index itself: `index-basis` [S0] for a venue that pays no funding. */
  index: (_state, _rules, _elapsedUs, indexTicks) => indexTicks,

  /** Index + exponential moving average of (mid − index), clamped to a part of the index. */
  "index-ema": (state, rules, elapsedUs, indexTicks, midTicks) => {
    const weight = elapsedUs / (rules.averageUs + elapsedUs);
    const average = state[0] as number;
    state[0] = average + weight * ((midTicks === 0 ? indexTicks : midTicks) - indexTicks - average);
    const most = (indexTicks * rules.clamp.numerator) / rules.clamp.denominator;
    return indexTicks + Math.min(most, Math.max(-most, state[0] as number));
  },
};

/** A mark price with its memory; the shadow mark of CASC-1 is a second one. */
export class MarkPrice {
  /** Moving average of (mid − index), ticks: the whole memory of every rule. */
  readonly state: Float64Array = new Float64Array(1);
  readonly #rules: MarkRules;
  readonly #rule: MarkRule;

  /** @throws Error for a rule that is not simulated yet */
  constructor(rules: MarkRules) {
    const rule = RULES[rules.rule];
    if (rule === undefined) throw new Error(`Cannot simulate: no mark rule ${rules.rule}`);
    this.#rules = rules;
    this.#rule = rule;
  }

  /**
   * The next mark, in whole ticks (nearest, ties to even), at least 1.
   * @param elapsedUs since the last mark
   * @param midTicks middle of the book, 0 while it has no price
   */
  next(elapsedUs: number, indexTicks: number, midTicks: number): number {
    const mark = this.#rule(this.state, this.#rules, elapsedUs, indexTicks, midTicks);
    return Math.max(1, nearestEven(mark));
  }
}

function nearestEven(value: number): number {
  const floor = Math.floor(value);
  const fraction = value - floor;
  if (fraction !== 0.5) return fraction < 0.5 ? floor : floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}
