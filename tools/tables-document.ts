/**
 * Writes `docs/tables.md` from the schemas of the tables:
 *
 *   tsx tools/tables-document.ts [FILE.md]
 */
import { writeFile } from "node:fs/promises";
import { tablesDocument } from "./tables-document/page.ts";

const [file = "docs/tables.md"] = process.argv.slice(2);
await writeFile(file, tablesDocument());
