/** A Latin hypercube: every factor is cut into as many strata as there are settings, and each stratum is met once. */
import { createStream, shuffle } from "../../sim/index.ts";

/**
 * Points in the unit cube, at the middles of their strata. Each dimension is shuffled by a stream of
 * its own name, so that one factor more changes no other's column (TIME-2).
 * @param names of the dimensions, each once
 * @param points how many
 * @returns a number in (0, 1) of each dimension, point by point
 */
export function latinHypercube(names: readonly string[], points: number, seed: number): number[][] {
  const columns = names.map((name) => {
    const strata = Array.from({ length: points }, (_, stratum) => stratum);
    shuffle(createStream(seed, `design/latin-hypercube/${name}`), strata);
    return strata;
  });
  return Array.from({ length: points }, (_, point) => columns.map((strata) => ((strata[point] as number) + 0.5) / points));
}
