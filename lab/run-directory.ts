/**
 * A run's directory appears whole or not at all: it is written beside its final place
 * and renamed when done. An interruption leaves nothing under the final name.
 */
import { access, mkdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { InputError } from "../sim/index.ts";

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
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  try {
    await write(partial);
    if (overwrite) await rm(target, { recursive: true, force: true });
    await rename(partial, target);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
