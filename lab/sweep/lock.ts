/** One sweep at a time in a directory: two would remove each other's runs. */
import { readFile, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { InputError } from "../../sim/index.ts";

/** Within the directory, while a sweep is at work in it. */
export const LOCK_FILE = "sweep.lock";

/**
 * Takes a directory for this process. What a process left that is gone is taken over.
 * @returns gives it back
 * @throws InputError when another process has it, or one of another machine may have
 */
export async function lockSweep(directory: string): Promise<() => Promise<void>> {
  const file = join(directory, LOCK_FILE);
  const mine = `${hostname()} ${process.pid}\n`;
  try {
    await writeFile(file, mine, { flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    const [host = "", pid = ""] = (await readFile(file, "utf8").catch(() => "")).trim().split(" ");
    if (host !== "" && (host !== hostname() || isAlive(Number(pid))))
      throw new InputError(
        directory,
        `another sweep is at work here (process ${pid} on ${host}): wait for it, or remove ${LOCK_FILE} if it is gone`,
      );
    await writeFile(file, mine);
  }
  return () => rm(file, { force: true });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // There, and another user's.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
