/** Files that people name: read whole when they are files at all, and what is wrong in words when not. */
import { readFile, stat } from "node:fs/promises";
import { InputError } from "../../sim/kernel/input-error.ts";

/** Largest file that is read into memory; what is packed may unpack to as much. */
export const FILE_BYTES_MOST = 2 ** 31 - 1;

const PROBLEMS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EISDIR: "expected a file, got a directory",
  ELOOP: "a link that leads to itself",
  ENAMETOOLONG: "the name is too long",
  ENOENT: "no such file",
  ENOTDIR: "no such file: a file stands where a directory should",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  ENOSPC: "no space is left on the device",
};

/** The system's code of an error, or null when it is no error of the system. */
export function systemCode(error: unknown): string | null {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return typeof code === "string" && /^E[A-Z0-9]+$/.test(code) ? code : null;
}

/**
 * What a system error means, in words and with its code.
 * @param missing what to call it when there is nothing of the name
 */
export function systemProblem(error: unknown, missing = PROBLEMS["ENOENT"] as string): string {
  const code = systemCode(error);
  if (code === "ENOENT") return missing;
  if (code === null) return `cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  return PROBLEMS[code] === undefined ? `the system refuses (${code})` : `${PROBLEMS[code]} (${code})`;
}

/**
 * The bytes of a regular file. A pipe or a device, which may never end, is refused.
 * @param name what errors name
 * @param missing what to call it when there is nothing of the name
 * @throws InputError in one line when it cannot be read
 */
export async function readRegularFile(file: string, name = file, missing?: string): Promise<Buffer> {
  await checkRegularFile(file, name, missing);
  try {
    return await readFile(file);
  } catch (error) {
    throw new InputError(name, systemProblem(error, missing));
  }
}

/** Refuses what is no regular file, or too large, without opening it. */
export async function checkRegularFile(file: string, name = file, missing?: string): Promise<void> {
  let found: Awaited<ReturnType<typeof stat>>;
  try {
    found = await stat(file);
  } catch (error) {
    throw new InputError(name, systemProblem(error, missing));
  }
  if (found.isDirectory()) throw new InputError(name, "expected a file, got a directory");
  if (!found.isFile()) throw new InputError(name, "expected a file, got a pipe, a socket or a device");
  if (found.size > FILE_BYTES_MOST) throw new InputError(name, `expected at most 2 GiB, got ${found.size} bytes`);
}
