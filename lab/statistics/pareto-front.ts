/**
 * The settings that no other setting beats (V. Pareto; H. T. Kung, F. Luccio and F. P. Preparata, "On finding the maxima of a
 * set of vectors", Journal of the ACM 22 (1975) 469–476).
 *
 * One point dominates another when it is nowhere greater and somewhere less. Equal points do not dominate each other:
 * all of them are on the front, or none.
 */

/**
 * Which points are on the front when every objective is to be small.
 * @param points one per setting, with the same number of objectives each
 * @returns their indices, ascending
 * @throws RangeError naming the point that has a value that is no finite number, none, or another number of them than the first
 */
export function paretoFront(points: readonly (readonly number[])[]): number[] {
  requirePoints(points);
  // Whoever dominates a point stands before it in this order, so that each is compared with the front alone.
  const order = points.map((_, index) => index).sort((a, b) => compare(points[a] as number[], points[b] as number[]) || a - b);
  const front = points[0]?.length === 2 ? frontOfTwo(points, order) : frontOfMany(points, order);
  return front.sort((a, b) => a - b);
}

/** Two objectives: in ascending order of the first, the second must fall. */
function frontOfTwo(points: readonly (readonly number[])[], order: readonly number[]): number[] {
  const front: number[] = [];
  let last: readonly number[] = [];
  for (const index of order) {
    const point = points[index] as readonly number[];
    if (front.length > 0 && (point[1] as number) >= (last[1] as number) && compare(point, last) !== 0) continue;
    front.push(index);
    last = point;
  }
  return front;
}

function frontOfMany(points: readonly (readonly number[])[], order: readonly number[]): number[] {
  const front: number[] = [];
  for (const index of order) {
    const point = points[index] as readonly number[];
    if (!front.some((other) => dominates(points[other] as readonly number[], point))) front.push(index);
  }
  return front;
}

function dominates(one: readonly number[], other: readonly number[]): boolean {
  let less = false;
  for (let objective = 0; objective < one.length; objective++) {
    const difference = (one[objective] as number) - (other[objective] as number);
    if (difference > 0) return false;
    if (difference < 0) less = true;
  }
  return less;
}

function compare(one: readonly number[], other: readonly number[]): number {
  for (let objective = 0; objective < one.length; objective++) {
    const difference = (one[objective] as number) - (other[objective] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}

function requirePoints(points: readonly (readonly number[])[]): void {
  points.forEach((point, index) => {
    const objectives = (points[0] as readonly number[]).length;
    if (point.length === 0) throw new RangeError(`Cannot find the Pareto front: point ${index} has no objectives`);
    if (point.length !== objectives)
      throw new RangeError(`Cannot find the Pareto front: point ${index} has ${point.length} objectives, point 0 has ${objectives}`);
    const wrong = point.find((value) => !Number.isFinite(value));
    if (wrong !== undefined) throw new RangeError(`Cannot find the Pareto front: point ${index} has the value ${wrong}`);
  });
}
