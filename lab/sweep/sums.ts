/** What tells whether the files of a directory are as they were written: `sums.json`, the SHA-256 of each by its name. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { z } from "zod";

const SUMS_FILE = "sums.json";
const SUMS = z.record(z.string(), z.string());

/** Adds the sums of all files that a directory has. */
export async function writeSums(directory: string): Promise<void> {
  const sums: Record<string, string> = {};
  for (const name of (await readdir(directory)).sort()) sums[name] = await sumOf(join(directory, name));
  await writeFile(join(directory, SUMS_FILE), `${JSON.stringify(sums)}\n`);
}

/** Whether all files are there as they were when `writeSums` saw them, those of the given names among them. */
export async function areWhole(directory: string, names: readonly string[]): Promise<boolean> {
  try {
    const sums = SUMS.parse(JSON.parse(await readFile(join(directory, SUMS_FILE), "utf8")));
    if (!names.every((name) => Object.hasOwn(sums, name))) return false;
    for (const [name, sum] of Object.entries(sums)) if ((await sumOf(join(directory, name))) !== sum) return false;
    return true;
  } catch {
    return false;
  }
}

async function sumOf(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}
