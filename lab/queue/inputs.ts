/** The files that shocks are read from, on machines that do not have them. */
import { mkdtemp } from "node:fs/promises";
import { basename, join } from "node:path";
import { InputError } from "../../sim/index.ts";
import { hashFiles } from "../sweep/sweep-file.ts";
import type { QueueDatabase } from "./database.ts";
import { fetchFile, storeFiles } from "./stored-files.ts";

/** Puts the files of a sweep into the database, each content once. They were hashed before. */
export async function storeInputs(database: QueueDatabase, sweep: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [file, sha256] of Object.entries(files)) {
    await database.transaction(async (transaction) => {
      const { rows } = await transaction.query("SELECT 1 FROM breakwater.input_file WHERE sweep = $1 AND sha256 = $2 LIMIT 1", [
        sweep,
        sha256,
      ]);
      if (rows.length > 0) return;
      // What is stored must be what the hash is of, although somebody may be writing the file.
      await storeFiles(transaction, "input_file", [{ key: { sweep, sha256 }, file }]);
      if ((await hashFiles([file]))[file] !== sha256) throw new InputError(file, "changed while the sweep began: start it again");
    });
  }
}

/** Copies of input files, made where this machine has no file of the name with that content. */
export class InputCopies {
  private readonly database: QueueDatabase;
  private readonly folder: string;
  private readonly places = new Map<string, Promise<string>>();

  /** @param folder for the copies; whoever made it removes it */
  constructor(database: QueueDatabase, folder: string) {
    this.database = database;
    this.folder = folder;
  }

  /** Where each of a sweep's files is to be read, by the name that scenarios have for it. */
  async placesOf(sweep: string, files: Readonly<Record<string, string>>): Promise<Record<string, string>> {
    const places = Object.entries(files).map(async ([file, sha256]) => [file, await this.placeOf(sweep, file, sha256)] as const);
    return Object.fromEntries(await Promise.all(places));
  }

  private async placeOf(sweep: string, file: string, sha256: string): Promise<string> {
    const key = `${sha256} ${file}`;
    const place = this.places.get(key) ?? this.find(sweep, file, sha256);
    this.places.set(key, place);
    // Tried again for the next run.
    place.catch(() => this.places.delete(key));
    return await place;
  }

  private async find(sweep: string, file: string, sha256: string): Promise<string> {
    const own = await hashFiles([file]).catch((): Record<string, string> => ({}));
    if (own[file] === sha256) return file;
    // The name stays: its ending says what it is.
    const copy = join(await mkdtemp(join(this.folder, "input-")), basename(file));
    await fetchFile(this.database, "input_file", { sweep, sha256 }, copy);
    if ((await hashFiles([copy]))[copy] !== sha256) throw new Error(`${file}: came over damaged`);
    return copy;
  }
}
