/** Executing a notebook, and holding its outputs against the committed ones. */
import { basename } from "node:path";
import { expect } from "vitest";
import { executeNotebook, type Notebook, readNotebook } from "../tools/notebooks/notebook.ts";

/** The notebook that every run of the tests executes: the others are for `npm run test:full`. */
export const IN_EVERY_RUN = "first-run.ipynb";

/** Executes a notebook with the Deno kernel and compares everything that it puts out: texts, tables, charts. */
export async function expectSameOutputs(file: string): Promise<void> {
  const committed = await readNotebook(file);
  const executed = await executeNotebook(file);
  expect(outputsOf(executed), `${basename(file)}: run \`npm run notebooks\``).toEqual(outputsOf(committed));
}

function outputsOf({ cells }: Notebook) {
  return cells.map(({ id, outputs }) => ({ id, outputs }));
}
