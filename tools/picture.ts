/**
 * Draws the picture of the README from a run:
 *
 *   tsx tools/picture.ts [DIR] [FILE.png]
 */
import { writeFile } from "node:fs/promises";
import { renderPicture } from "../reports/picture.ts";

const [directory = "out/flash-crash", file = "docs/report.png"] = process.argv.slice(2);
await writeFile(file, await renderPicture(directory));
