/** One sweep at a time in a directory: two would remove each other's runs. */
import { createHash, randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { copyFile, constants as files, link, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { InputError } from "../../sim/index.ts";
import { isRunning, ownStart } from "./process-start.ts";

/** Within the directory, while a sweep is at work in it; what taking it needs for a moment has a name that begins so. */
export const LOCK_FILE = "sweep.lock";

/** A directory that this process has. */
export interface SweepLock {
  /** Gives it back. */
  release(): Promise<void>;
  /** Gives it back at once, where nothing can be waited for. */
  drop(): void;
}

/**
 * Takes a directory for this process. What a process left that is gone is taken over.
 * @throws InputError when another process has it, or one of another machine may have
 */
export async function lockSweep(directory: string): Promise<SweepLock> {
  const file = join(directory, LOCK_FILE);
  await take(file, `${`${hostname()} ${process.pid} ${ownStart()}`.trimEnd()}\n`);
  const drop = () => rmSync(file, { force: true });
  return {
    drop,
    async release() {
      await removeLeftovers(file);
      drop();
    },
  };
}

/**
 * Makes a lock, or replaces that of a process that is gone. Whoever replaces one must have the lock of doing so, whose name
 * comes from what is replaced: of several who find the same process gone one does, and the others find its lock.
 */
async function take(file: string, mine: string): Promise<void> {
  while (!(await isPlaced(file, mine, placeNew))) {
    const theirs = await readLock(file);
    if (theirs === null) continue;
    refuseLiving(file, theirs);
    const succession = `${file}.${createHash("sha256").update(theirs).digest("hex").slice(0, 16)}`;
    await take(succession, mine);
    try {
      // Nobody else can have replaced it since; somebody may have before.
      if ((await readLock(file)) === theirs && (await isPlaced(file, mine, replace))) return;
    } finally {
      await rm(succession, { force: true });
    }
  }
}

/** Puts a file in its place that was written elsewhere first, so that nobody finds it half written. Returns whether it is there. */
async function isPlaced(file: string, content: string, place: (from: string, to: string) => Promise<boolean>): Promise<boolean> {
  const written = `${file}.${randomUUID()}`;
  try {
    await writeFile(written, content);
    return await place(written, file);
  } finally {
    await rm(written, { force: true });
  }
}

/** Refusals of file systems that have no hard links. */
const NO_LINKS = ["EPERM", "ENOSYS", "ENOTSUP", "EOPNOTSUPP", "EINVAL"];

async function placeNew(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to).catch((error: NodeJS.ErrnoException) => {
      if (!NO_LINKS.includes(error.code ?? "")) throw error;
      return copyFile(from, to, files.COPYFILE_EXCL);
    });
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Not there any more: another has taken the lock and removed what it found beside it.
    if (code === "EEXIST" || code === "ENOENT") return false;
    throw error;
  }
}

async function replace(from: string, to: string): Promise<boolean> {
  await rename(from, to);
  return true;
}

async function readLock(file: string): Promise<string | null> {
  return await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
}

function refuseLiving(file: string, content: string): void {
  // Without a process: cut short by a power loss.
  const [host = "", pid = "", start = ""] = content.trim().split(" ");
  if (host === "" || (host === hostname() && !isRunning(Number(pid), start))) return;
  throw new InputError(
    dirname(file),
    `another sweep is at work here (process ${pid} on ${host}): wait for it, or remove ${LOCK_FILE} if it is gone`,
  );
}

/** What processes left that ended while they took the lock. Those that are taking it find it taken. */
async function removeLeftovers(file: string): Promise<void> {
  const names = await readdir(dirname(file)).catch(() => []);
  for (const name of names) if (name.startsWith(`${basename(file)}.`)) await rm(join(dirname(file), name), { force: true });
}
