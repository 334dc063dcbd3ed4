/**
 * Replicating until the mean is known well enough (Y. S. Chow and H. Robbins, "On the asymptotic theory of fixed-width
 * sequential confidence intervals", Annals of Mathematical Statistics 36 (1965) 457–462; A. M. Law, "Simulation Modeling
 * and Analysis", 9.4.1).
 *
 * The rule is judged after every single replication, in the order of their numbers, whatever the order and the
 * batches in which they finish: runs beyond the stopping point do not exist for it.
 */
import { DEFAULT_CONFIDENCE, type Interval, requireConfidence } from "./interval.ts";
import { studentHalfWidth } from "./student-interval.ts";

/** When it is enough. */
export interface StoppingRule {
  /** the half-width to reach: in the metric's unit, or as a share of the mean's size */
  readonly halfWidth: { readonly absolute: number } | { readonly relative: number };
  readonly confidence?: number;
  /** values before the first judgement, at least 2; 10 when not given: of few values the deviation is often too small by chance */
  readonly least?: number;
  /** replications after which it ends in any case */
  readonly most: number;
}

/** Where it stands. */
export interface StoppingState {
  /** `running`: more replications are wanted; `reached`: the target is; `most`: it is not, after all replications allowed */
  readonly status: "running" | "reached" | "most";
  /** replications judged so far, numbers 0 to this less one, failed ones included */
  readonly replications: number;
  /** how many of them have a value */
  readonly values: number;
  /** of those values; null without any */
  readonly mean: number | null;
  /** null below two values */
  readonly halfWidth: number | null;
  readonly interval: Interval | null;
}

const DEFAULT_LEAST = 10;

/** Takes the results of replications as they come, and says when it is enough. */
export class SequentialStopping {
  readonly #rule: Required<StoppingRule>;
  /** came before their turn */
  readonly #waiting = new Map<number, number | null>();
  #status: StoppingState["status"] = "running";
  #replications = 0;
  #values = 0;
  #mean = 0;
  /** sum of squared deviations from the mean (Welford's recurrence: no digits lost, and one fixed order of sums) */
  #squares = 0;

  /** @throws RangeError naming the part of the rule that cannot be used */
  constructor(rule: StoppingRule) {
    this.#rule = requireRule({ confidence: DEFAULT_CONFIDENCE, ...rule, least: rule.least ?? Math.min(DEFAULT_LEAST, rule.most) });
  }

  /**
   * Takes the result of a replication; one beyond the stopping point changes nothing.
   * @param replication its number, counted from 0
   * @param value its metric; null for a run that failed, which counts as a replication but has no value
   * @returns where it stands now
   * @throws RangeError for a number that is none or came before, and for a value that is no finite number
   */
  add(replication: number, value: number | null): StoppingState {
    if (!Number.isSafeInteger(replication) || replication < 0)
      throw new RangeError(`Cannot judge replication ${replication}: no whole number of at least 0`);
    if (value !== null && !Number.isFinite(value)) throw new RangeError(`Cannot judge replication ${replication}: its value is ${value}`);
    if (this.#waiting.has(replication) || replication < this.#replications)
      throw new RangeError(`Cannot judge replication ${replication}: it came before`);
    this.#waiting.set(replication, value);
    for (;;) {
      const next = this.#waiting.get(this.#replications);
      if (next === undefined || this.#status !== "running") return this.state();
      this.#waiting.delete(this.#replications);
      this.#judge(next);
    }
  }

  /** Where it stands: the same for the same results, in whatever order they came. */
  state(): StoppingState {
    const halfWidth = this.#halfWidth();
    return {
      status: this.#status,
      replications: this.#replications,
      values: this.#values,
      mean: this.#values === 0 ? null : this.#mean,
      halfWidth,
      interval: halfWidth === null ? null : { low: this.#mean - halfWidth, high: this.#mean + halfWidth },
    };
  }

  #judge(value: number | null): void {
    this.#replications++;
    if (value !== null) {
      this.#values++;
      const deviation = value - this.#mean;
      this.#mean += deviation / this.#values;
      this.#squares += deviation * (value - this.#mean);
    }
    if (this.#reached()) this.#status = "reached";
    else if (this.#replications >= this.#rule.most) this.#status = "most";
  }

  #reached(): boolean {
    const { halfWidth: target, least } = this.#rule;
    // Failed runs say nothing: without enough values there is nothing to judge.
    if (this.#values < least) return false;
    const halfWidth = this.#halfWidth();
    if (halfWidth === null) return false;
    return halfWidth <= ("absolute" in target ? target.absolute : target.relative * Math.abs(this.#mean));
  }

  #halfWidth(): number | null {
    if (this.#values < 2) return null;
    return studentHalfWidth(Math.sqrt(this.#squares / (this.#values - 1)), this.#values, this.#rule.confidence);
  }
}

function requireRule(rule: Required<StoppingRule>): Required<StoppingRule> {
  const { halfWidth, least, most } = rule;
  const target = "absolute" in halfWidth ? halfWidth.absolute : halfWidth.relative;
  if (!(target > 0 && target < Number.POSITIVE_INFINITY)) throw new RangeError(`Cannot stop at a half-width of ${target}: not above 0`);
  requireConfidence(rule.confidence);
  if (!Number.isSafeInteger(most) || most < 2)
    throw new RangeError(`Cannot stop after at most ${most} replications: no whole number of at least 2`);
  if (!Number.isSafeInteger(least) || least < 2 || least > most)
    throw new RangeError(`Cannot stop after at least ${least} replications: no whole number from 2 to ${most}`);
  return rule;
}
