/**
 * A run's directory appears whole or not at all: it is written beside its final place
 * and renamed when done. An interruption leaves nothing under the final name.
 */
import { rmSync } from "node:fs";
import { access, mkdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { InputError } from "../sim/index.ts";

/** Exit code of a program that an interruption ended. */
const EXIT_INTERRUPTED = 130;
/** The database may still be writing a file while its directory is removed: then it is tried again. */
const REMOVE = { recursive: true, force: true, maxRetries: 5, retryDelay: 20 } as const;

/**
 * Refuses a directory that is there already, unless it is a run's and may be replaced.
 * @throws InputError naming the directory
 */
export async function checkTarget(directory: string, overwrite: boolean): Promise<void> {
  if (!(await exists(directory))) return;
  if (!overwrite) throw new InputError(directory, "exists already: choose another --out, or pass --overwrite to replace a run");
  if (!(await exists(join(directory, "manifest.json")))) throw new InputError(directory, "is not the directory of a run: not replaced");
}

/**
 * Lets `write` fill a directory, then puts it in place.
 * @param write gets the path of an empty directory beside the final one
 * @throws what `write` throws, after removing what was written
 */
export async function writeWhole(directory: string, overwrite: boolean, write: (partial: string) => Promise<void>): Promise<void> {
  await checkTarget(directory, overwrite);
  const target = resolve(directory);
  const partial = join(dirname(target), `.${basename(target)}.partial-${process.pid}`);
  const release = onInterrupt(() => rmSync(partial, REMOVE));
  try {
    await rm(partial, REMOVE);
    await mkdir(partial, { recursive: true });
    await write(partial);
    if (overwrite) await rm(target, { recursive: true, force: true });
    await rename(partial, target);
  } catch (error) {
    await rm(partial, REMOVE);
    throw error;
  } finally {
    release();
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
