/** Files in the database, in parts: of any size, and never a large one whole in memory. */
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import type { Executor } from "./executor.ts";

const PART_BYTES = 4 << 20;
/** Small files go together: a run has some thirty. */
const ROWS_MOST = 64;

/** What tells the parts of one file from others: columns of the table but `part` and `content`. */
type FileKey = Readonly<Record<string, string>>;

/** A file to be stored. */
export interface FileToStore {
  readonly key: FileKey;
  /** Where it is. */
  readonly file: string;
}

/** Puts files into a table; their keys have the same columns. */
export async function storeFiles(transaction: Executor, table: string, files: readonly FileToStore[]): Promise<void> {
  const columns = [...Object.keys(files[0]?.key ?? {}), "part", "content"];
  let rows: unknown[][] = [];
  let bytes = 0;
  const flush = async () => {
    const places = rows.map((_, row) => `(${columns.map((_, column) => `$${row * columns.length + column + 1}`).join(", ")})`);
    if (rows.length > 0)
      await transaction.query(`INSERT INTO breakwater.${table} (${columns.join(", ")}) VALUES ${places.join(", ")}`, rows.flat());
    rows = [];
    bytes = 0;
  };
  const add = async (key: FileKey, part: number, content: Buffer) => {
    if (bytes + content.length > PART_BYTES || rows.length === ROWS_MOST) await flush();
    rows.push([...Object.values(key), part, content]);
    bytes += content.length;
  };
  for (const { key, file } of files) {
    let part = 0;
    for await (const content of createReadStream(file, { highWaterMark: PART_BYTES })) await add(key, part++, content as Buffer);
    if (part === 0) await add(key, 0, Buffer.alloc(0));
  }
  await flush();
}

/**
 * Writes a file out of a table.
 * @param first its first part, where that was fetched already
 * @throws Error when the table does not have it
 */
export async function fetchFile(database: Executor, table: string, key: FileKey, file: string, first?: Buffer): Promise<void> {
  const where = Object.keys(key).map((column, place) => `${column} = $${place + 1}`);
  const select = `SELECT content FROM breakwater.${table} WHERE ${where.join(" AND ")} AND part = $${where.length + 1}`;
  const partOf = async (part: number): Promise<Buffer | undefined> => {
    const { rows } = await database.query(select, [...Object.values(key), part]);
    return rows[0]?.["content"] as Buffer | undefined;
  };
  let content = first ?? (await partOf(0));
  if (content === undefined) throw new Error(`${Object.values(key).join(" ")}: is not in the queue's database`);
  const target = await open(file, "wx");
  try {
    for (let part = 1; content !== undefined; part++) {
      await target.writeFile(content);
      // Only a whole part may have another after it.
      content = content.length < PART_BYTES ? undefined : await partOf(part);
    }
  } finally {
    await target.close();
  }
}
