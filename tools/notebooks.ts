/**
 * Executes the notebooks of `notebooks/` with the Deno kernel and writes their outputs into them.
 *
 *   npm run notebooks                    all
 *   npm run notebooks -- first-run       those whose name has this in it
 */
import { writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { executeNotebook, notebookFiles, notebookText } from "./notebooks/notebook.ts";

const wanted = process.argv.slice(2);
const files = (await notebookFiles()).filter((file) => wanted.length === 0 || wanted.some((word) => basename(file).includes(word)));
if (files.length === 0) throw new Error(`No notebook has ${wanted.join(" or ")} in its name`);
for (const file of files) {
  const startMs = performance.now();
  const text = notebookText(await executeNotebook(file));
  await writeFile(file, text);
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
  console.log(`${basename(file)}: ${seconds} s, ${(Buffer.byteLength(text) / 1000).toFixed(0)} kB`);
}
