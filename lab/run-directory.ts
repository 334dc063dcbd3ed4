/**
 * A run's directory appears whole or not at all: it is written beside its final place
 * and renamed when done. An interruption leaves nothing under the final name.
 */
import { existsSync, renameSync, rmSync } from "node:fs";
import { access, constants, lstat, mkdir, readFile, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { makeDirectories, tryDirectory } from "../data/store/make-directories.ts";
import { InputError } from "../sim/index.ts";

/** Exit code of a program that an interruption ended. */
const EXIT_INTERRUPTED = 130;
/** So often at most what is made again while it is removed is removed again, and so long it is waited for, milliseconds. */
const REMOVALS_MOST = 50;
const REMADE_WITHIN_MS = 20;
/** The database may still be writing a file while its directory is removed: then it is tried again. */
const REMOVE = { recursive: true, force: true, maxRetries: 5, retryDelay: 20 } as const;

/**
 * Refuses a directory that is there already, unless it is a run's and may be replaced,
 * and one that cannot be written: before anything is simulated.
 * @throws InputError naming the directory
 */
export async function checkTarget(directory: string, overwrite: boolean): Promise<void> {
  if (directory.trim() === "") throw new InputError("--out", "expected the name of a directory, got an empty one");
  if (await exists(directory)) {
    if (!overwrite) throw new InputError(directory, "exists already: choose another --out, or pass --overwrite to replace a run");
    if (!(await isRun(directory))) throw new InputError(directory, "is not the directory of a run: not replaced");
  }
  const problem = await whyNotWritable(besideOf(directory, "partial"));
  if (problem !== null) throw new InputError(directory, `cannot be written: ${problem}`);
}

/** What the system says to making a directory: its code, or null. Leaves nothing there. */
async function whyNotWritable(directory: string): Promise<string | null> {
  const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code ?? String(error);
  let parent = dirname(directory);
  for (;;) {
    try {
      if (!(await stat(parent)).isDirectory()) return "ENOTDIR";
      await access(parent, constants.W_OK | constants.X_OK);
      break;
    } catch (error) {
      if (codeOf(error) !== "ENOENT" || parent === dirname(parent)) return codeOf(error);
      parent = dirname(parent);
    }
  }
  const problem = await lstat(directory).then(
    () => null,
    (error) => (codeOf(error) === "ENOENT" ? null : codeOf(error)),
  );
  return problem ?? (await tryDirectory(parent).then(() => null, codeOf));
}

/**
 * Lets `write` fill a directory, then puts it in place. A run that is replaced is moved
 * aside first and removed last, so that at no moment half a run stands under the name.
 * @param write gets the path of an empty directory beside the final one
 * @throws what `write` throws, after removing what was written
 */
export async function writeWhole(directory: string, overwrite: boolean, write: (partial: string) => Promise<void>): Promise<void> {
  await checkTarget(directory, overwrite);
  const target = resolve(directory);
  const partial = besideOf(directory, "partial");
  const replaced = besideOf(directory, "replaced");
  const undo = () => {
    if (existsSync(replaced) && !existsSync(target)) renameSync(replaced, target);
    removeSurely(partial);
  };
  const release = onInterrupt(undo);
  try {
    await makeDirectory(partial, directory);
    await write(partial);
    if (overwrite && (await exists(target))) await rename(target, replaced);
    await rename(partial, target);
    await rm(replaced, REMOVE);
  } catch (error) {
    undo();
    throw error;
  } finally {
    release();
  }
}

/**
 * Makes a directory that is not there, and those it stands in.
 * @throws InputError naming what was asked for, and the system's code
 */
export async function makeDirectory(path: string, asked: string): Promise<void> {
  try {
    await makeDirectories(dirname(path));
    await mkdir(path);
  } catch (error) {
    throw new InputError(asked, `cannot be written: ${(error as NodeJS.ErrnoException).code ?? String(error)}`);
  }
}

/** A hidden directory beside the final one, of this process alone. */
function besideOf(directory: string, purpose: string): string {
  const target = resolve(directory);
  return join(dirname(target), `.${basename(target)}.${purpose}-${process.pid}`);
}

/**
 * Removes a directory at once. What the system was told to make or write before, in a thread of
 * its own, may still come about: so it is looked for once more after a while.
 */
function removeSurely(directory: string): void {
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  let time = 0;
  do {
    time += 1;
    try {
      rmSync(directory, REMOVE);
    } catch (error) {
      if (time === REMOVALS_MOST) throw error;
    }
    Atomics.wait(sleeper, 0, 0, REMADE_WITHIN_MS);
  } while (existsSync(directory));
}

/** Whether a directory holds the manifest of a run, and not some other program's. */
async function isRun(directory: string): Promise<boolean> {
  try {
    const manifest = JSON.parse(await readFile(join(directory, "manifest.json"), "utf8")) as Record<string, unknown>;
    return ["breakwater", "digest", "formatVersion", "scenario"].every((field) => field in manifest);
  } catch {
    return false;
  }
}

/** Cleans up before an interruption ends the process. Until something is written the default, which ends it at once, is right. */
function onInterrupt(clean: () => void): () => void {
  const stop = () => {
    clean();
    process.exit(EXIT_INTERRUPTED);
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  return () => {
    process.off("SIGINT", stop);
    process.off("SIGTERM", stop);
  };
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
