/** From a design to the settings of a plan: which level of each factor. */
import { InputError } from "../../sim/index.ts";
import type { Plan } from "../plan/plan-schema.ts";
import { SETTINGS_MOST } from "../plan/seeds.ts";
import { gridDesign } from "./grid.ts";
import { latinHypercube } from "./latin-hypercube.ts";
import { listDesign } from "./list.ts";
import { SOBOL_DIMENSIONS_MOST, sobolPoints } from "./sobol.ts";

/** A factor as a design sees it. */
export interface Dimension {
  readonly name: string;
  /** How many levels it has. */
  readonly count: number;
}

/**
 * The settings of a design. A point of the unit cube takes of each factor the level `floor(u × count)`.
 * @returns a level number of each factor, setting by setting
 * @throws InputError when the design does not go with the factors
 */
export function designSettings(design: Plan["design"], dimensions: readonly Dimension[], seed: number): number[][] {
  const counts = dimensions.map(({ count }) => count);
  const levelsAt = (points: number[][]) => points.map((point) => point.map((u, index) => Math.floor(u * (counts[index] as number))));
  switch (design.kind) {
    case "grid": {
      const settings = counts.reduce((product, count) => product * count, 1);
      if (settings > SETTINGS_MOST)
        throw new InputError("factors", `expected at most ${SETTINGS_MOST} settings, got a grid of ${settings}`);
      return gridDesign(counts);
    }
    case "list": {
      const other = counts.findIndex((count) => count !== counts[0]);
      if (other >= 0)
        throw new InputError(
          `factors.${other}`,
          `expected ${counts[0]} values, as many as the first factor of a list, got ${counts[other]}`,
        );
      return counts.length === 0 ? [[]] : listDesign(counts);
    }
    case "latin-hypercube":
      return levelsAt(
        latinHypercube(
          dimensions.map(({ name }) => name),
          design.settings,
          seed,
        ),
      );
    case "sobol":
      if (counts.length > SOBOL_DIMENSIONS_MOST)
        throw new InputError("factors", `expected at most ${SOBOL_DIMENSIONS_MOST} factors of a Sobol design, got ${counts.length}`);
      return levelsAt(sobolPoints(counts.length, design.settings));
  }
}
