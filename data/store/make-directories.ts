/** Directories to write into. */
import { mkdir, mkdtemp, rmdir, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";

/**
 * Makes a directory and those it stands in, one by one: told to make all of a path, Node never ends where a file system,
 * such as /proc, takes none.
 * @throws Error as the system
 */
export async function makeDirectories(directory: string): Promise<void> {
  const path = resolve(directory);
  if (await isMade(path)) return;
  await makeDirectories(dirname(path));
  await mkdir(path).catch(async (error: unknown) => {
    if (!(await isMade(path))) throw error;
  });
}

async function isMade(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isDirectory(),
    (error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw error;
      // A root that is not there has nothing to be made in.
      if (dirname(path) === path) throw error;
      return false;
    },
  );
}

/**
 * Makes a directory in another and takes it away again: of no other question a file system such as /proc says that it takes none.
 * @throws Error as the system
 */
export async function tryDirectory(folder: string): Promise<void> {
  await rmdir(await mkdtemp(join(folder, ".breakwater-")));
}
