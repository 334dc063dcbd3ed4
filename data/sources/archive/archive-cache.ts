/** Files of an archive in a folder of the user's, each verified by the checksum published beside it before it is used. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { InputError } from "../../../sim/kernel/input-error.ts";
import type { ArchiveFile } from "./binance-archive.ts";
import { type DownloadOptions, downloadInto, fetchText, NotFound } from "./download.ts";

/** An archive, and where its files are kept. */
export interface ArchiveCache extends DownloadOptions {
  /** Address of the archive, without a slash at its end. */
  readonly source: string;
  readonly folder: string;
}

/** The folder for files that can be fetched again: of XDG_CACHE_HOME, by default `~/.cache`. */
export function defaultCacheFolder(environment: NodeJS.ProcessEnv): string {
  const base = environment["XDG_CACHE_HOME"];
  return join(base === undefined || base === "" ? join(homedir(), ".cache") : base, "breakwater");
}

/**
 * The files of an archive, from the cache or downloaded into it one after the other.
 * @param onPart the part of the whole that is there, 0 to 1
 * @returns their paths in the cache, in the given order
 * @throws InputError naming what is not in the archive, or whose checksum is another; Error when it cannot be reached
 */
export async function fetchArchive(files: readonly ArchiveFile[], cache: ArchiveCache, onPart: (part: number) => void): Promise<string[]> {
  const paths: string[] = [];
  for (const [index, file] of files.entries()) {
    const within = (part: number) => onPart((index + part) / files.length);
    paths.push(...(await fetchEither(file, cache, within)));
    within(1);
  }
  return paths;
}

/** A file, or those that hold the same. */
async function fetchEither(file: ArchiveFile, cache: ArchiveCache, onPart: (part: number) => void): Promise<string[]> {
  try {
    return [await fetchFile(file, cache, onPart)];
  } catch (error) {
    if (!(error instanceof NotFound)) throw error;
    if (file.instead.length > 0) return fetchArchive(file.instead, cache, onPart);
    throw new InputError(`${cache.source}/${file.path}`, `not in the archive: no ${file.words}`);
  }
}

async function fetchFile(file: ArchiveFile, cache: ArchiveCache, onPart: (part: number) => void): Promise<string> {
  const url = `${cache.source}/${file.path.split("/").map(encodeURIComponent).join("/")}`;
  const { host, pathname } = new URL(cache.source);
  const path = join(resolve(cache.folder), host.replace(":", "_"), pathname, file.path);
  const sumFile = `${path}.CHECKSUM`;
  if (await isVerified(path, sumFile)) return path;
  // What does not match its checksum is of no use.
  await Promise.all([rm(path, { force: true }), rm(sumFile, { force: true })]);
  const published = await fetchText(`${url}.CHECKSUM`, cache);
  const expected = parseChecksum(published, basename(path));
  if (expected === null) throw new InputError(`${url}.CHECKSUM`, `expected a SHA-256 sum, got ${JSON.stringify(published.slice(0, 100))}`);
  await mkdir(dirname(path), { recursive: true });
  await downloadVerified(path, url, expected, cache, onPart);
  await writeFile(sumFile, published);
  await rename(`${path}.part`, path);
  return path;
}

/** Downloads into `PATH.part` until its checksum is the expected one. */
async function downloadVerified(
  path: string,
  url: string,
  expected: string,
  cache: ArchiveCache,
  onPart: (part: number) => void,
): Promise<void> {
  const part = `${path}.part`;
  for (;;) {
    const builtUpon = await downloadInto(part, url, cache, onPart);
    const sum = await sha256Of(part);
    if (sum === expected) return;
    await rm(part, { force: true });
    // What an earlier download left may be of another edition of the file: once more, from the start.
    if (!builtUpon) throw new InputError(url, `SHA-256 ${sum} of what came, expected ${expected}: removed`);
  }
}

async function isVerified(path: string, sumFile: string): Promise<boolean> {
  const published = await readFile(sumFile, "utf8").catch(() => null);
  const found = await stat(path).catch(() => null);
  if (published === null || found?.isFile() !== true) return false;
  return (await sha256Of(path)) === parseChecksum(published, basename(path));
}

/** The sum in a line as `sha256sum` writes it: `SUM  NAME`; null when it is none, or of another file. */
function parseChecksum(text: string, name: string): string | null {
  const match = /^([0-9a-f]{64})(?:\s+\*?(\S+))?\s*$/i.exec(text);
  return match === null || (match[2] !== undefined && match[2] !== name) ? null : (match[1] as string).toLowerCase();
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash("sha256");
  if ((await stat(path).catch(() => null)) !== null) for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}
