/** What every benchmark is: options with defaults, a run that measures, and lines for people. */

/** Options as given on the command line: text by name; a switch is "true" or "". */
export type BenchmarkOptions = Readonly<Record<string, string>>;

/** One benchmark of `npm run bench -- NAME`. */
export interface Benchmark<Result> {
  /** Its options and their defaults; "" is left out, and a switch has `false`. */
  readonly options: Readonly<Record<string, string | false>>;
  /** Measures. The result is printed as JSON by `--json`. */
  run(options: BenchmarkOptions): Result | Promise<Result>;
  /** The result in lines for people. */
  lines(result: Result): string[];
}
