/** When processes started, where the system tells: the number of one that is gone is given to others. */
import { readFileSync } from "node:fs";

/** When this process started, in a form of the system's own; empty where it does not tell. */
export function ownStart(): string {
  return statusOf(process.pid)?.start ?? "";
}

/** Whether a process is running that has this number and started then, as far as the system tells. */
export function isRunning(pid: number, start: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // There, and another user's.
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  const status = statusOf(pid);
  if (status === null) return true;
  return !ENDED.includes(status.state) && (start === "" || start === status.start);
}

/** States of a process that has ended and whose parent has not asked. */
const ENDED = ["Z", "X"];

/** Of Linux (`man proc_pid_stat`): the third field, and the 22nd, in ticks since the machine started. Null elsewhere. */
function statusOf(pid: number): { state: string; start: string } | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is a name in parentheses, which may have any character.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    const [state, start] = [fields[0], fields[19]];
    return state === undefined || start === undefined ? null : { state, start };
  } catch {
    return null;
  }
}
