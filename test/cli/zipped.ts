/** Zip archives that tests make. */
import { configure, TextReader, Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from "@zip.js/zip.js";

configure({ useWebWorkers: false });

/** An archive of these files, in this order; the same bytes each time. */
export async function zipOf(files: Readonly<Record<string, string | Uint8Array>>): Promise<Uint8Array> {
  const writer = new ZipWriter(new Uint8ArrayWriter());
  const options = { lastModDate: new Date(Date.UTC(2025, 0, 1)), extendedTimestamp: false };
  for (const [name, content] of Object.entries(files)) {
    if (name.endsWith("/")) await writer.add(name, undefined, { ...options, directory: true });
    else await writer.add(name, typeof content === "string" ? new TextReader(content) : new Uint8ArrayReader(content), options);
  }
  return writer.close();
}
