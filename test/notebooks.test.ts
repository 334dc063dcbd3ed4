/** The notebooks: one executed in every run of the tests, all as files. */
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { executeNotebook, NOTEBOOKS, notebookFiles, notebookText, readNotebook } from "../tools/notebooks/notebook.ts";
import { CHECKOUT } from "./checkout.ts";
import { expectSameOutputs, IN_EVERY_RUN } from "./notebooks.ts";

const files = await notebookFiles();
const BYTES_MOST = 300_000;

test("first-run: the Deno kernel puts out what is committed", () => expectSameOutputs(join(NOTEBOOKS, IN_EVERY_RUN)));

test("there are five, and docs/notebooks.md names each", async () => {
  const guide = await readFile(join(CHECKOUT, "docs/notebooks.md"), "utf8");
  expect(files.length).toBe(5);
  for (const file of files) expect(guide).toContain(`(../notebooks/${basename(file)})`);
});

test.each(files.map((file) => [basename(file), file] as const))(
  "%s is as it is written by the tool, executed, and small",
  async (_, file) => {
    const notebook = await readNotebook(file);
    expect(await readFile(file, "utf8")).toBe(notebookText(notebook));
    expect((await stat(file)).size).toBeLessThan(BYTES_MOST);
    const code = notebook.cells.filter(({ cell_type }) => cell_type === "code");
    expect(code.map(({ execution_count }) => execution_count)).toEqual(code.map((_, place) => place + 1));
    expect(new Set(notebook.cells.map(({ id }) => id)).size).toBe(notebook.cells.length);
    const text = JSON.stringify(notebook.cells.map(({ outputs }) => outputs));
    expect(text).toContain("application/vnd.vegalite.v5+json");
    expect(text).toContain("text/html");
    expect(text).not.toContain('"output_type":"error"');
  },
);

test("a cell that throws fails the notebook, and all that a cell puts out is kept in its order", async () => {
  const folder = await mkdtemp(join(tmpdir(), "breakwater-notebook-"));
  const file = join(folder, "probe.ipynb");
  const cells = ["console.log(1); console.log(2);\n6 * 7", "const nothing = 1;", "throw new RangeError('gone wrong')"].map(
    (source, place) => ({
      cell_type: "code" as const,
      id: `probe-${place}`,
      metadata: {},
      execution_count: null,
      outputs: [],
      source: [source],
    }),
  );
  const write = (some: typeof cells) => writeFile(file, notebookText({ cells: some, metadata: {}, nbformat: 4, nbformat_minor: 5 }));
  try {
    await write(cells.slice(0, 2));
    const done = await executeNotebook(file);
    expect(done.cells.map(({ outputs }) => outputs)).toEqual([
      [
        { name: "stdout", output_type: "stream", text: ["1\n", "2\n"] },
        { data: { "text/plain": ["42"] }, execution_count: 1, metadata: {}, output_type: "execute_result" },
      ],
      [],
    ]);
    await write(cells);
    await expect(executeNotebook(file)).rejects.toThrow(/probe\.ipynb: cell 3 throws: RangeError: gone wrong/);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
