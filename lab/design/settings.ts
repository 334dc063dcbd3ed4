/** From a design to the settings of a plan: which level of each factor. */
import { InputError } from "../../sim/index.ts";
import type { Plan } from "../plan/plan-schema.ts";
import { SETTINGS_MOST } from "../plan/seeds.ts";
import { gridDesign } from "./grid.ts";
import { latinHypercube } from "./latin-hypercube.ts";
import { listDesign } from "./list.ts";
import { morrisDesign } from "./morris.ts";
import { saltelliDesign } from "./saltelli.ts";
import { SOBOL_DIMENSIONS_MOST, sobolPoints } from "./sobol.ts";

/** A factor as a design sees it. */
export interface Dimension {
  readonly name: string;
  /** How many levels it has. */
  readonly count: number;
}

/**
 * The settings of a design. A point of the unit cube takes of each factor the level `floor(u × count)`; of a Morris design,
 * whose points lie on both ends too, the nearest of the levels spread evenly from 0 to 1.
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
    case "morris": {
      checkSensitivity(design.kind, counts, design.trajectories * (counts.length + 1));
      const { trajectories, levels } = design;
      return morrisDesign({ factors: counts.length, trajectories, levels, seed })
        .flat()
        .map((point) => point.map((u, index) => Math.round(u * ((counts[index] as number) - 1))));
    }
    case "saltelli": {
      checkSensitivity(design.kind, counts, design.base * (counts.length + 2));
      const most = Math.floor(SOBOL_DIMENSIONS_MOST / 2);
      if (counts.length > most)
        throw new InputError("factors", `expected at most ${most} factors of a Saltelli design, got ${counts.length}`);
      const settings = levelsAt(saltelliDesign(sobolPoints(2 * counts.length, design.base)));
      checkChanging(settings, counts.length);
      return settings;
    }
  }
}

/** Refuses what no sensitivity can be had of: no factor, or one that cannot change. */
function checkSensitivity(kind: string, counts: readonly number[], settings: number): void {
  if (counts.length === 0) throw new InputError("factors", `expected at least one factor of a design of kind ${kind}, got none`);
  const single = counts.indexOf(1);
  if (single >= 0)
    throw new InputError(`factors.${single}`, `expected at least two values, which a design of kind ${kind} goes between, got 1`);
  if (settings > SETTINGS_MOST) throw new InputError("design", `expected at most ${SETTINGS_MOST} settings, got ${settings}`);
}

/** Refuses a Saltelli design too small for some factor: one that is the same in both samples of every row would seem to do nothing. */
function checkChanging(settings: readonly (readonly number[])[], factors: number): void {
  const width = factors + 2;
  for (let factor = 0; factor < factors; factor++) {
    const rows = settings.length / width;
    const changing = Array.from(
      { length: rows },
      (_, row) => settings[row * width]?.[factor] !== settings[row * width + width - 1]?.[factor],
    );
    if (!changing.includes(true))
      throw new InputError(
        "design.base",
        `expected a base in which every factor changes, such as 64: with ${rows} factors.${factor} never does`,
      );
  }
}
