/** Where `breakwater query` writes its rows: a file of its own, or another program's input. */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { open, readdir, realpath, rename, rm, writeFile } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, sep } from "node:path";
import { writeQueryArrow } from "../data/store/query-arrow.ts";
import { writeQueryParquet } from "../data/store/query-parquet.ts";
import type { QueryStream } from "../data/store/query-stream.ts";
import { InputError } from "../sim/kernel/input-error.ts";
import { checkTarget, writeFailure } from "./target.ts";

/** Writers of a file that is there and empty; each returns how many rows it wrote. */
export const FILE_WRITERS = {
  parquet: writeQueryParquet,
  arrow: writeArrowFile,
  text: async (rowCount: number, text: string, file: string): Promise<number> => {
    await writeFile(file, text);
    return rowCount;
  },
} as const;

/**
 * Refuses a file that cannot be written, that is there already, or that would lie among the files of the runs: a Parquet file there
 * would be taken for a table, and one that is replaced is a table no more.
 * @param directory that is queried
 * @throws InputError naming `--out`, the file and the reason
 */
export async function checkOut(out: string, directory: string, mayReplace: boolean): Promise<void> {
  const exists = await checkTarget(out, { option: "--out", kind: "file", makesDirectories: false });
  // A directory that is not there is told when it is opened.
  const root = await realpath(directory).catch(() => null);
  const folder = await realpath(dirname(out));
  const within = root === null ? ".." : relative(root, folder);
  if (!isAbsolute(within) && within.split(sep)[0] !== "..")
    throw new InputError("--out", `${out} lies in ${directory}, where nothing is written: choose a place outside of it`);
  if ((await readdir(folder).catch(() => [] as string[])).includes("manifest.json"))
    throw new InputError("--out", `${out} lies in the directory of a run: choose a place outside of it`);
  if (exists && !mayReplace) throw new InputError("--out", `${out} exists already: choose another name or --overwrite`);
}

/**
 * Writes a file under another name first, so that it is whole or not there.
 * @param write writes it, and returns how many rows it has
 * @throws InputError as `write`, and when the system refuses the place
 */
export async function writeOut(out: string, write: (file: string) => Promise<number>): Promise<number> {
  const temporary = join(dirname(out), `.${randomUUID()}.part`);
  try {
    // Made empty first, for the system's own word where it may not be.
    await writeFile(temporary, "", { flag: "wx" });
    const rowCount = await write(temporary);
    await rename(temporary, out);
    return rowCount;
  } catch (error) {
    throw writeFailure(error, "--out", out);
  } finally {
    await rm(temporary, { force: true });
  }
}

async function writeArrowFile(result: QueryStream, file: string): Promise<number> {
  const target = await open(file, "w");
  try {
    return await writeQueryArrow(result, (bytes) => target.writeFile(bytes));
  } finally {
    await target.close();
  }
}

/** Sends a result as an Arrow IPC file to standard output, no faster than it is read there. */
export async function arrowToOutput(result: QueryStream): Promise<void> {
  await writeQueryArrow(result, async (bytes) => {
    if (!process.stdout.write(bytes)) await once(process.stdout, "drain");
  });
}
