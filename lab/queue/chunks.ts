/** How many runs go into one job. */

/** A job is to take about so long: what a killed worker loses, against what a job costs. */
const JOB_SECONDS = 5;
/** Few enough that a job's data stay small. */
export const RUNS_MOST = 50;
/** Towards the end jobs shrink, so that no thread is left with a long one while others have none. */
const SHARES_PER_THREAD = 3;

/**
 * The size of the next job, 1 to 50 and no more than there are.
 * @param left runs that are in no job yet, at least 1
 * @param threads of all workers
 * @param secondsEach of a run so far; null while none is known: then single runs find out
 */
export function chunkSize(left: number, threads: number, secondsEach: number | null): number {
  if (secondsEach === null) return 1;
  const byTime = Math.floor(JOB_SECONDS / Math.max(secondsEach, JOB_SECONDS / RUNS_MOST));
  const byShare = Math.ceil(left / (SHARES_PER_THREAD * Math.max(1, threads)));
  return Math.max(1, Math.min(RUNS_MOST, byTime, byShare, left));
}

/** The time of a run, from those that were done: later ones count for more, since settings differ. */
export class RunTime {
  private value: number | null = null;

  /** Of a run on one thread; null before the first. */
  get secondsEach(): number | null {
    return this.value;
  }

  /** Takes a run into account. */
  add(seconds: number): void {
    this.value = this.value === null ? seconds : 0.9 * this.value + 0.1 * seconds;
  }
}
