/** Writes the list of exports into `docs/api.md`: `npm run api`. */
import { readFile, writeFile } from "node:fs/promises";
import { apiDocument } from "./api-document/page.ts";

const FILE = new URL("../docs/api.md", import.meta.url);
await writeFile(FILE, apiDocument(await readFile(FILE, "utf8")));
