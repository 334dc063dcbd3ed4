/** Places that a command is told to write to: whether they can be written, before any work is done. */
import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { tryDirectory } from "../data/store/make-directories.ts";
import { systemCode, systemProblem } from "../data/store/regular-file.ts";
import { InputError } from "../sim/kernel/input-error.ts";

/** What a place is to become. */
export interface TargetOptions {
  /** What errors name: `--out`. */
  readonly option: string;
  readonly kind: "file" | "directory";
  /** Whether directories that are missing on the way will be made. */
  readonly makesDirectories: boolean;
}

/**
 * Refuses a place that cannot be written. Leaves nothing there.
 * @returns whether something is there already
 * @throws InputError naming option, path and the system's reason
 */
export async function checkTarget(path: string, { option, kind, makesDirectories }: TargetOptions): Promise<boolean> {
  if (path === "") throw new InputError(option, `expected the name of a ${kind}, got an empty one`);
  const existing = await find(path, option);
  if (kind === "file" && existing?.isDirectory() === true) throw new InputError(option, `${path} is a directory`);
  if (kind === "file" && existing !== null && !existing.isFile()) throw new InputError(option, `${path} is no regular file`);
  if (kind === "file" && /[\\/]$/.test(path)) throw new InputError(option, `${path}: expected the name of a file`);
  if (kind === "directory" && existing?.isDirectory() === false) throw new InputError(option, `${path} is a file, expected a directory`);
  const folder = kind === "directory" && existing !== null ? path : await folderOf(path, option, makesDirectories);
  const refuse = (error: unknown) => {
    throw new InputError(option, `${folder} cannot be written: ${systemProblem(error, "it takes no directory")}`);
  };
  await access(folder, constants.W_OK | constants.X_OK).catch(refuse);
  const isToBeMade = kind === "directory" ? existing === null : folder !== dirname(path);
  if (isToBeMade) await tryDirectory(folder).catch(refuse);
  return existing !== null;
}

/** Refusals that lie in the place itself, and not in a disk that is full or broken. */
const REFUSALS = ["EACCES", "EEXIST", "EISDIR", "ELOOP", "ENAMETOOLONG", "ENOENT", "ENOTDIR", "ENOTEMPTY", "EPERM", "EROFS"];

/**
 * What to throw for an error while writing: the system's refusal of the place names option and path, all else stays.
 * @param option empty where it is not known which
 * @param path what was to be written, where the error itself does not say it well
 */
export function writeFailure(error: unknown, option: string, path?: string): unknown {
  if (!REFUSALS.includes(systemCode(error) ?? "")) return error;
  return new InputError(
    option,
    `${path ?? (error as NodeJS.ErrnoException).path} cannot be written: ${systemProblem(error, "no such directory")}`,
  );
}

/** The directory in which a path will be made: its own, or the nearest there is. */
async function folderOf(path: string, option: string, makesDirectories: boolean): Promise<string> {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const found = await find(folder, option);
    if (found?.isDirectory() === true) return folder;
    if (found !== null) throw new InputError(option, `${folder} is a file, expected a directory`);
    if (!makesDirectories || dirname(resolve(folder)) === resolve(folder)) throw new InputError(option, `no such directory: ${folder}`);
  }
}

/** What is at a path, or null when nothing is. */
async function find(path: string, option: string): Promise<Awaited<ReturnType<typeof stat>> | null> {
  try {
    return await stat(path);
  } catch (error) {
    const code = systemCode(error);
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    throw new InputError(option, `${path} cannot be written: ${systemProblem(error)}`);
  }
}
