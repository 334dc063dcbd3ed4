/** Every combination of levels. */

/**
 * The full grid: the last factor changes fastest.
 * @param counts how many levels each factor has
 * @returns a level number of each factor, setting by setting
 */
export function gridDesign(counts: readonly number[]): number[][] {
  let settings: number[][] = [[]];
  for (const count of counts) {
    settings = settings.flatMap((setting) => Array.from({ length: count }, (_, level) => [...setting, level]));
  }
  return settings;
}
