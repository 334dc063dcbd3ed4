/** The CSV files in a zip archive, unpacked with their checksums verified. */
import type { Entry, FileEntry } from "@zip.js/zip.js";
import { InputError } from "../../sim/kernel/input-error.ts";
import { FILE_BYTES_MOST } from "../store/regular-file.ts";

/** A file in an archive. */
export interface ZipMember {
  readonly name: string;
  readonly bytes: Buffer;
}

/** An archive of a year of days has so many. */
const MEMBERS_MOST = 10_000;
/** Numbers as text pack to a tenth, at most some fiftieth; what unpacks to more is made to fill memory. */
const RATIO_MOST = 200;
/** Up to so much nobody minds the ratio. */
const ANY_RATIO_BYTES = 64 * 1024 * 1024;

/** Larger steps than the library's own are a quarter faster. */
const CHUNK_BYTES = 1024 * 1024;

/** Whether bytes begin as a zip archive does, also one without files. */
export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && ((bytes[2] === 3 && bytes[3] === 4) || (bytes[2] === 5 && bytes[3] === 6));
}

/**
 * Unpacks the CSV files of an archive, in its order; what is no CSV file is passed over.
 * @throws InputError naming file and member: damaged, encrypted, of an unknown method, without a CSV file, or of an absurd size
 */
export async function readZip(bytes: Uint8Array, file: string): Promise<ZipMember[]> {
  // Only who reads archives waits for the library.
  const { configure, Uint8ArrayReader, ZipReader } = await import("@zip.js/zip.js");
  configure({ useWebWorkers: false, chunkSize: CHUNK_BYTES });
  const reader = new ZipReader(new Uint8ArrayReader(bytes));
  try {
    const entries = await reader.getEntries().catch((error: unknown) => {
      throw new InputError(file, `a damaged zip archive: ${reasonOf(error)}`);
    });
    const members = entries.filter(isCsv);
    if (members.length === 0) throw new InputError(file, "no CSV file (.csv) in the zip archive");
    checkSizes(members, bytes.length, file);
    const unpacked: ZipMember[] = [];
    for (const member of members) unpacked.push({ name: member.filename, bytes: await unpack(member, file) });
    return unpacked;
  } finally {
    await reader.close();
  }
}

function isCsv(entry: Entry): entry is FileEntry {
  // Macs put a shadow of each file beside it.
  return !entry.directory && /\.csv$/i.test(entry.filename) && !/(^|\/)(__MACOSX\/|\.)/.test(entry.filename);
}

/** Judges by the sizes that the archive claims; while unpacking, a member may not exceed its own. */
function checkSizes(members: readonly FileEntry[], packedBytes: number, file: string): void {
  if (members.length > MEMBERS_MOST)
    throw new InputError(file, `${members.length} members in the zip archive, expected at most ${MEMBERS_MOST}`);
  const unpackedBytes = members.reduce((sum, { uncompressedSize }) => sum + uncompressedSize, 0);
  if (unpackedBytes > FILE_BYTES_MOST) throw new InputError(file, "unpacks to more than 2 GiB: split it into several files");
  if (unpackedBytes > ANY_RATIO_BYTES && unpackedBytes > RATIO_MOST * packedBytes)
    throw new InputError(
      file,
      `unpacks to ${unpackedBytes} bytes, more than ${RATIO_MOST} times its size, which no archive of series does`,
    );
}

async function unpack(entry: FileEntry, file: string): Promise<Buffer> {
  const where = `${file}: member ${entry.filename}`;
  if (entry.encrypted) throw new InputError(where, "encrypted, which is not supported");
  const target = Buffer.alloc(entry.uncompressedSize);
  let at = 0;
  const writable = new WritableStream<Uint8Array>({
    write(chunk) {
      if (at + chunk.length > target.length) throw new Error(`more than the ${target.length} bytes it should have`);
      target.set(chunk, at);
      at += chunk.length;
    },
  });
  try {
    await entry.getData(writable, { checkSignature: true, checkOverlappingEntry: true });
  } catch (error) {
    throw new InputError(where, `damaged: ${reasonOf(error)}`);
  }
  if (at !== target.length) throw new InputError(where, `damaged: ${at} bytes instead of ${target.length}`);
  return target;
}

/** The library's reasons in words. */
const REASONS: Readonly<Record<string, string>> = {
  "Invalid signature": "its content does not match its checksum",
  "Invalid uncompressed size": "its content is not of the size it should be",
  "Compression method not supported": "packed in a way that is not supported",
  "File format is not recognized": "its directory of files cannot be found (was the file cut off?)",
  "End of central directory not found": "its directory of files cannot be found (was the file cut off?)",
  "Central directory header not found": "its directory of files is broken",
  "Local file header not found": "its header cannot be found",
  "Overlapping entry found": "its bytes are those of another member too",
  "Split zip file": "a part of an archive in several files",
};

function reasonOf(error: unknown): string {
  const { message } = error as Error;
  return REASONS[message] ?? (message.split("\n")[0] || "it cannot be unpacked");
}
