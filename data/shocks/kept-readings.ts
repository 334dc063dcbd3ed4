/**
 * What was read of files, kept for the next run of the same process: a sweep reads its bars once a worker, not once a run.
 * A file that changed is read again.
 */
import { stat } from "node:fs/promises";

/** Readings that are kept: those of a few contracts, each of which may be large. */
const KEPT_MOST = 8;

/** Readings of files by one way of reading. */
export class KeptReadings<Value> {
  readonly #kept = new Map<string, Promise<Value>>();

  /**
   * What `read` makes of a file, from before where the file is the same.
   * @param how tells apart what else the reading depends on
   * @throws what `read` throws, which is not kept
   */
  async get(file: string, how: string, read: () => Promise<Value>): Promise<Value> {
    const key = await keyOf(file, how);
    if (key === null) return await read();
    const known = this.#kept.get(key);
    if (known !== undefined) return await known;
    const reading = read();
    this.#kept.set(key, reading);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > KEPT_MOST && oldest !== undefined) this.#kept.delete(oldest);
    reading.catch(() => this.#kept.delete(key));
    return await reading;
  }
}

/** Null for a file that is not there: reading it says so better. */
async function keyOf(file: string, how: string): Promise<string | null> {
  const found = await stat(file, { bigint: true }).catch(() => null);
  return found === null ? null : [file, how, found.dev, found.ino, found.size, found.mtimeNs].join("\0");
}
