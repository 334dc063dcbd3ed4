/** Where the runs of a sweep are done: threads of this process, or workers on many machines. */
import type { RunSchedule } from "./schedule.ts";

/** Does runs. */
export interface RunBackend {
  /**
   * Takes runs from the schedule until it has none left and all that were taken have ended, and tells it of each end.
   * A run that is done lies whole in `runs/<hash>/` of the sweep's directory.
   */
  doAll(schedule: RunSchedule): Promise<void>;
}
