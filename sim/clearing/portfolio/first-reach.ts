/**
 * Where a scope first reaches its requirement, as one variable moves: equity and
 * requirement are straight lines between break points, at which they may bend or jump.
 */
import { compare, minus, over, plus, type Rational, sign, times, whole, ZERO } from "../../venue/rational.ts";
import type { Figures } from "./scope.ts";

/** What moves: equity and requirement at a positive place, and the places where they bend or jump, sorted. */
export interface Course {
  readonly at: (place: Rational) => Figures;
  readonly breaks: readonly Rational[];
}

/**
 * The first place, from `from` on towards zero or towards infinity, at which equity is at
 * most requirement + `slack`; where the requirement is zero it never is. At a jump the
 * edge counts as reached when what lies right behind it is. Null when there is none.
 * @param towards −1 towards zero, 1 towards infinity; neither end itself is a place
 */
export function firstReach(course: Course, from: Rational, towards: 1 | -1, slack: Rational = ZERO): Rational | null {
  if (hasReached(course.at(from), slack)) return from;
  const ahead = course.breaks.filter((place) => compare(place, from) * towards > 0);
  if (towards < 0) ahead.reverse();
  let near = from;
  for (const far of ahead) {
    const found = reachBetween(course, near, far, towards, slack);
    if (found !== null) return found;
    if (hasReached(course.at(far), slack)) return far;
    near = far;
  }
  return reachBetween(course, near, null, towards, slack);
}

/** Whether equity is at most requirement + slack, with something required. */
export function hasReached({ equity, requirement }: Figures, slack: Rational): boolean {
  return sign(requirement) > 0 && compare(equity, plus(requirement, slack)) <= 0;
}

/**
 * Adds the places where a function that is straight between the breaks crosses zero.
 * @returns all breaks, sorted, each once
 */
export function withCrossings(breaks: readonly Rational[], value: (place: Rational) => Rational): Rational[] {
  const edges: (Rational | null)[] = [ZERO, ...breaks, null];
  const found = [...breaks];
  for (let index = 0; index + 1 < edges.length; index++) {
    const [low, high] = [edges[index] as Rational, edges[index + 1] as Rational | null];
    const { place, slope } = lineOf(value, low, high);
    if (slope.numerator === 0n) continue;
    const root = minus(place, over(value(place), slope));
    if (compare(root, low) > 0 && (high === null || compare(root, high) < 0)) found.push(root);
  }
  return sortedOnce(found);
}

/** Places in rising order, each once, none at or below zero. */
export function sortedOnce(places: readonly Rational[]): Rational[] {
  const sorted = places.filter((place) => sign(place) > 0).sort(compare);
  return sorted.filter((place, index) => index === 0 || compare(place, sorted[index - 1] as Rational) !== 0);
}

function reachBetween(course: Course, near: Rational, far: Rational | null, towards: 1 | -1, slack: Rational): Rational | null {
  const [low, high] = towards > 0 ? [near, far] : [far ?? ZERO, near];
  const [first] = innerPlaces(low, high);
  const { place, slope } = lineOf(
    (at) => {
      const { equity, requirement } = course.at(at);
      return minus(equity, plus(requirement, slack));
    },
    low,
    high,
  );
  // Requirements do not change sign between breaks: zero inside is zero throughout.
  if (sign(course.at(first).requirement) <= 0) return null;
  const inside = course.at(place);
  const gap = minus(inside.equity, plus(inside.requirement, slack));
  const gapNear = plus(gap, times(slope, minus(near, place)));
  const ahead = sign(slope) * towards;
  if (sign(gapNear) < 0) return near;
  if (sign(gapNear) === 0) return ahead <= 0 ? near : null;
  if (ahead >= 0) return null;
  const root = minus(near, over(gapNear, slope));
  if (sign(root) <= 0) return null;
  return far === null || compare(root, far) * towards < 0 ? root : null;
}

/** A place between two, and the slope there. */
function lineOf(value: (place: Rational) => Rational, low: Rational, high: Rational | null): { place: Rational; slope: Rational } {
  const [first, second] = innerPlaces(low, high);
  return { place: first, slope: over(minus(value(second), value(first)), minus(second, first)) };
}

/** Two places strictly between two others, the upper of which may be infinity. */
function innerPlaces(low: Rational, high: Rational | null): [Rational, Rational] {
  if (high === null) return sign(low) > 0 ? [times(low, whole(2)), times(low, whole(3))] : [whole(1), whole(2)];
  const third = over(minus(high, low), whole(3));
  return [plus(low, third), minus(high, third)];
}
