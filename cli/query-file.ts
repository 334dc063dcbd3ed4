/** Where `breakwater query` writes its rows: a file of its own, or another program's input. */
import { once } from "node:events";
import { open, readdir, realpath, writeFile } from "node:fs/promises";
import { dirname, isAbsolute, relative, sep } from "node:path";
import { writeQueryArrow } from "../data/store/query-arrow.ts";
import { writeQueryParquet } from "../data/store/query-parquet.ts";
import type { QueryStream } from "../data/store/query-stream.ts";
import { InputError } from "../sim/kernel/input-error.ts";
import { checkNewFile } from "./new-file.ts";

/** Writers of a file; each returns how many rows it wrote. */
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
  await checkNewFile(out, mayReplace);
  // A directory that is not there is told when it is opened.
  const root = await realpath(directory).catch(() => null);
  const folder = await realpath(dirname(out));
  const within = root === null ? ".." : relative(root, folder);
  if (!isAbsolute(within) && within.split(sep)[0] !== "..")
    throw new InputError("--out", `${out} lies in ${directory}, where nothing is written: choose a place outside of it`);
  if ((await readdir(folder).catch(() => [] as string[])).includes("manifest.json"))
    throw new InputError("--out", `${out} lies in the directory of a run: choose a place outside of it`);
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
