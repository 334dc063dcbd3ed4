/**
 * The file in which the rows of a run wait to be written as tables. It has no name: it is taken out
 * of its directory as soon as it is open, so that whatever ends the process leaves nothing behind.
 */
import { randomUUID } from "node:crypto";
import { closeSync, existsSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { InputError } from "../../sim/kernel/input-error.ts";
import type { BlockStore } from "../../sim/kernel/row-blocks.ts";
import { systemProblem } from "./regular-file.ts";

/** A file without a name, for the recorded rows of a run that is under way. */
export class RowFile implements BlockStore {
  readonly #directory: string;
  #descriptor: number | null = null;
  /** Null where the system has let it go. */
  #path: string | null = null;
  #length = 0;

  /** @param directory in it the file is made when there is something to keep; where it is missing, in the nearest above it */
  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Bytes that are kept. */
  get length(): number {
    return this.#length;
  }

  /**
   * Makes the file now, so that it is known before anything is simulated.
   * @param asked what the error names: where the tables are to be
   * @throws InputError when the system makes no file there
   */
  open(asked: string): void {
    try {
      this.#descriptor ??= this.#open();
    } catch (error) {
      throw new InputError(asked, `cannot be written: ${(error as NodeJS.ErrnoException).code ?? String(error)}`);
    }
  }

  /** @throws Error naming the directory when the system does not take the numbers */
  write(block: Float64Array): number {
    const place = this.#length;
    const bytes = bytesOf(block);
    try {
      this.#descriptor ??= this.#open();
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#descriptor, bytes, at, bytes.length - at, place + at);
    } catch (error) {
      throw new Error(`Cannot keep recorded rows in ${this.#directory}: ${systemProblem(error)}`, { cause: error });
    }
    this.#length = place + bytes.length;
    return place;
  }

  /** @throws Error when that much was never written there, or the system does not give it */
  read(place: number, into: Float64Array): void {
    const bytes = bytesOf(into);
    const descriptor = this.#descriptor;
    if (descriptor === null || place + bytes.length > this.#length) throw new Error(`Cannot read recorded rows: none at ${place}`);
    for (let at = 0; at < bytes.length; ) {
      const got = readSync(descriptor, bytes, at, bytes.length - at, place + at);
      if (got === 0) throw new Error(`Cannot read recorded rows: their file in ${this.#directory} is cut short`);
      at += got;
    }
  }

  /** Gives the disk back. Nothing can be read any more. */
  close(): void {
    if (this.#descriptor === null) return;
    closeSync(this.#descriptor);
    this.#descriptor = null;
    this.#length = 0;
    if (this.#path !== null) rmSync(this.#path, { force: true });
    this.#path = null;
  }

  #open(): number {
    const path = join(nearest(this.#directory), `.breakwater-rows-${randomUUID()}`);
    const descriptor = openSync(path, "wx+", 0o600);
    try {
      rmSync(path);
    } catch {
      // Not every system lets an open file go: then `close` removes it.
      this.#path = path;
    }
    return descriptor;
  }
}

function bytesOf(numbers: Float64Array): Uint8Array {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}

/** The directory, or what there is of the way to it. */
function nearest(directory: string): string {
  let found = resolve(directory);
  while (!existsSync(found) && dirname(found) !== found) found = dirname(found);
  return found;
}
