/** Timing for benchmarks: a warm-up, then median and spread of several runs, in CPU time. */

/** Nanoseconds of one piece of work: median, and smallest to largest of the runs. */
export interface Measurement {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/**
 * Runs something several times after a warm-up.
 * @param pieces of work in one run
 */
export function measure(runs: number, pieces: number, run: () => unknown): Measurement {
  return measureInTurn(runs, pieces, { run }).run;
}

/**
 * Runs several things several times, taking turns after a warm-up of each, so that what
 * disturbs the machine for a while disturbs them alike.
 * @param pieces of work in one run of each
 */
export function measureInTurn<Name extends string>(
  runs: number,
  pieces: number,
  contestants: Readonly<Record<Name, () => unknown>>,
): Record<Name, Measurement> {
  const names = Object.keys(contestants) as Name[];
  const kept: unknown[] = names.map((name) => contestants[name]());
  const times = names.map((): number[] => []);
  for (let index = 0; index < runs; index++) {
    for (const [contestant, name] of names.entries()) {
      const before = process.cpuUsage();
      kept[contestant] = contestants[name]();
      const { user, system } = process.cpuUsage(before);
      times[contestant]?.push(((user + system) * 1000) / pieces);
    }
  }
  return Object.fromEntries(names.map((name, contestant) => [name, spreadOf(times[contestant] ?? [])])) as Record<Name, Measurement>;
}

/** Median, smallest and largest of some times. */
export function spreadOf(times: readonly number[]): Measurement {
  const sorted = [...times].sort((a, b) => a - b);
  return { median: sorted[sorted.length >> 1] as number, least: sorted[0] as number, most: sorted[sorted.length - 1] as number };
}

/** Nanoseconds of CPU time of one piece of work. */
export function timed(pieces: number, run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1000) / pieces;
}

/** Size of the JavaScript heap after a collection, bytes; columns are not in it. */
export function heapBytes(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}
