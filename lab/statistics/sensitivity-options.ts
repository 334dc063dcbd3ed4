/** What analyses of sensitivity take besides the design and its results. */

/** How the intervals of sensitivities are made. */
export interface SensitivityOptions {
  /** of the plan; with `name` it fixes every resample */
  readonly seed: number;
  /** the metric, which names the stream of its resamples: `fund.maxDrawdown` */
  readonly name: string;
  readonly confidence?: number;
  readonly resamples?: number;
}
