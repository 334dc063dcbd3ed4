/** Named pipes, of which no reader knows whether they end. */
import { execFileSync } from "node:child_process";

/** Makes a named pipe; there is none on Windows. */
export function makePipe(path: string): void {
  execFileSync("sh", ["-c", 'mkfifo "$0"', path]);
}
