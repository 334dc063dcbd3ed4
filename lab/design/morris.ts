/**
 * Trajectories for elementary effects: each starts at a random point of a grid and changes one factor after the other, in random
 * order, by the same step (M. D. Morris, "Factorial Sampling Plans for Preliminary Computational Experiments",
 * Technometrics 33 (1991) 161–174, section 3).
 */
import { shuffle } from "../../sim/kernel/distributions.ts";
import { createStream, type RandomStream } from "../../sim/kernel/random.ts";

/** The design asked for. */
export interface MorrisDesign {
  /** how many factors k */
  readonly factors: number;
  /** how many trajectories, each of k + 1 points */
  readonly trajectories: number;
  /** how many values a factor takes, even: 0, 1 / (levels − 1), …, 1; 4 when not given */
  readonly levels?: number;
  /** of the plan */
  readonly seed: number;
}

const DEFAULT_LEVELS = 4;

/**
 * The points of a Morris design in the unit cube: trajectories of k + 1 points of k coordinates. The step is
 * levels / (2 (levels − 1)), up or down, with which every level is as likely as any other. A trajectory does not depend on how
 * many come after it.
 * @throws RangeError naming the number that cannot be used
 */
export function morrisDesign(design: MorrisDesign): number[][][] {
  const { factors, trajectories, levels = DEFAULT_LEVELS } = design;
  if (!Number.isSafeInteger(factors) || factors < 1) throw refused(`${factors} factors: no whole number of at least 1`);
  if (!Number.isSafeInteger(trajectories) || trajectories < 1) throw refused(`${trajectories} trajectories: no whole number of at least 1`);
  if (!Number.isSafeInteger(levels) || levels < 2 || levels % 2 !== 0) throw refused(`${levels} levels: no even number of at least 2`);
  const stream = createStream(design.seed, "design/morris");
  return Array.from({ length: trajectories }, () => trajectory(factors, levels, stream));
}

function trajectory(factors: number, levels: number, stream: RandomStream): number[][] {
  const half = levels / 2;
  // In whole levels: the lower half may step up, the upper half down, and no rounding moves a point off the grid.
  const current = Array.from({ length: factors }, () => stream.below(levels));
  const points = [current.map((level) => level / (levels - 1))];
  for (const factor of shuffle(stream, [...current.keys()])) {
    const level = current[factor] as number;
    current[factor] = level < half ? level + half : level - half;
    points.push(current.map((each) => each / (levels - 1)));
  }
  return points;
}

function refused(reason: string): RangeError {
  return new RangeError(`Cannot make a Morris design of ${reason}`);
}
