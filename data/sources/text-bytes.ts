/** The text of a file that may be gzipped, and of what is none, what it is instead. */
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { InputError } from "../../sim/kernel/input-error.ts";
import { FILE_BYTES_MOST } from "../store/regular-file.ts";

/**
 * The bytes of a text file, unpacked when they are gzipped.
 * @throws InputError for a zip archive, for what its name says is Parquet or Arrow and is not, for a broken gzip
 */
export async function textBytes(bytes: Buffer, file: string): Promise<Buffer> {
  refuseOthers(bytes, file);
  return isGzip(bytes) ? unzip(bytes, file) : bytes;
}

const KINDS: Readonly<Record<string, string>> = {
  arrow: "an Arrow file",
  duckdb: "a DuckDB database",
  parquet: "a Parquet file",
  zip: "a zip archive",
};

function refuseOthers(bytes: Uint8Array, file: string): void {
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) throw new InputError(file, "a zip archive, which is not supported here: unpack it");
  const expected = /\.(parquet|arrow|duckdb|zip)$/i.exec(file)?.[1];
  if (expected !== undefined) throw new InputError(file, `not ${KINDS[expected.toLowerCase()]}`);
  if (!isGzip(bytes) && /\.gz$/i.test(file)) throw new InputError(file, "not a gzip file");
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

async function unzip(bytes: Uint8Array, file: string): Promise<Buffer> {
  try {
    return await promisify(gunzip)(bytes, { maxOutputLength: FILE_BYTES_MOST });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ERR_BUFFER_TOO_LARGE") throw new InputError(file, "unpacks to more than 2 GiB: split it into several files");
    throw new InputError(file, code === "Z_BUF_ERROR" ? "truncated gzip" : `broken gzip (${message})`);
  }
}
