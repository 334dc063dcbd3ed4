/** Liquidity droughts: times in which those who quote show less than they would, here and on the markets outside, and the way back from them. */

/** One drought; times are microseconds since the Unix epoch. */
export interface Drought {
  readonly fromUs: number;
  readonly untilUs: number;
  /** How long the depth takes to come back after it, microseconds; 0: at once. */
  readonly recoveryUs: number;
  /** Part of the ordinary depth that is left, 0 to 1. */
  readonly depth: number;
}

/** Part of the ordinary depth that is shown at a time: that of the hardest drought about; 1 outside of all. */
export function depthAt(droughts: readonly Drought[], timeUs: number): number {
  let shown = 1;
  for (const { fromUs, untilUs, recoveryUs, depth } of droughts) {
    if (timeUs < fromUs || timeUs >= untilUs + recoveryUs) continue;
    const back = timeUs < untilUs ? 0 : (timeUs - untilUs) / recoveryUs;
    shown = Math.min(shown, depth + (1 - depth) * back);
  }
  return shown;
}
