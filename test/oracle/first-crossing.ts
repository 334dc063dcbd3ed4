/** Where a function that is made of straight pieces first stops being positive. */
import { type Exact, exact } from "./exact.ts";

/** Pieces are split until they are this narrow, as a part of where they lie. */
const NARROW = exact("1e-32");
const NEARLY_ZERO = exact("1e-50");

type Course = (at: Exact) => Exact;

const between = (from: Exact, to: Exact, part: number | string): Exact => from.plus(to.minus(from).times(part));

/** Straight between two places, judged at three odd places within. */
function isStraight(course: Course, from: Exact, to: Exact): boolean {
  const [start, end] = [course(from), course(to)];
  const scale = start.abs().plus(end.abs()).plus(1);
  return ["0.2718281828", "0.5772156649", "0.8346268417"].every((part) =>
    course(between(from, to, part))
      .minus(between(start, end, part))
      .abs()
      .lessThanOrEqualTo(scale.times(NEARLY_ZERO)),
  );
}

/** The first place from `from` towards `to`, both left out, at which the course is not positive; null: none. */
function within(course: Course, from: Exact, to: Exact): Exact | null {
  const near = to.minus(from).abs().lessThanOrEqualTo(to.abs().plus(from.abs()).times(NARROW));
  // Just inside the ends: at an end itself the value may belong to the neighbouring piece.
  const [start, end] = [between(from, to, "1e-40"), between(from, to, exact(1).minus("1e-40").toString())];
  if (near || isStraight(course, start, end)) {
    if (course(start).lessThanOrEqualTo(0)) return from;
    return course(end).lessThanOrEqualTo(0) ? bisect(course, start, end) : null;
  }
  const middle = between(from, to, "0.5");
  return within(course, from, middle) ?? (course(middle).lessThanOrEqualTo(0) ? middle : within(course, middle, to));
}

function bisect(course: Course, positive: Exact, not: Exact): Exact {
  let [low, high] = [positive, not];
  for (let step = 0; step < 120; step++) {
    const middle = between(low, high, "0.5");
    if (course(middle).greaterThan(0)) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * The first place from `from` on, going up to infinity or down to zero (neither counts), at which the course
 * is not positive. Known breaks, jumps above all, must be named; kinks are found.
 */
export function firstCrossing(course: Course, from: Exact, direction: "up" | "down", breaks: readonly Exact[]): Exact | null {
  if (course(from).lessThanOrEqualTo(0)) return from;
  const ahead = breaks.filter((at) => (direction === "up" ? at.greaterThan(from) : at.lessThan(from) && at.greaterThan(0)));
  ahead.sort((a, b) => (direction === "up" ? a.comparedTo(b) : b.comparedTo(a)));
  let at = from;
  for (const next of [...ahead, ...farEnds(ahead[ahead.length - 1] ?? from, direction)]) {
    const found = within(course, at, next);
    if (found !== null) return found;
    if (course(next).lessThanOrEqualTo(0)) return next;
    at = next;
  }
  return null;
}

/** Beyond the last break: towards infinity, or as near to zero as matters. */
function farEnds(last: Exact, direction: "up" | "down"): Exact[] {
  const steps = [1, 2, 4, 8, 16, 30];
  return steps.map((power) => last.times(exact(10).pow(direction === "up" ? power : -power)));
}
