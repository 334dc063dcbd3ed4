/** Every notebook that takes longer, executed. */
import { basename } from "node:path";
import { test } from "vitest";
import { notebookFiles } from "../tools/notebooks/notebook.ts";
import { expectSameOutputs, IN_EVERY_RUN } from "./notebooks.ts";

const files = (await notebookFiles()).filter((file) => basename(file) !== IN_EVERY_RUN);

test.each(files.map((file) => [basename(file), file] as const))("%s: the Deno kernel puts out what is committed", (_, file) =>
  expectSameOutputs(file),
);
