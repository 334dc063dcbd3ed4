/** Notebooks as files: read, executed in a kernel, written with their outputs. */
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Kernel, type KernelMessage } from "./kernel.ts";

/** Where the notebooks are. */
export const NOTEBOOKS = fileURLToPath(new URL("../../notebooks/", import.meta.url));

/** An output of a cell, as the format 4.5 of notebooks has it. */
export type Output = Readonly<Record<string, unknown>> & { readonly output_type: string };

/** A cell. */
export interface Cell {
  readonly cell_type: "code" | "markdown";
  readonly id: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly source: readonly string[];
  readonly execution_count?: number | null;
  readonly outputs?: readonly Output[];
}

/** A notebook. */
export interface Notebook {
  readonly cells: readonly Cell[];
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly nbformat: number;
  readonly nbformat_minor: number;
}

/** Paths of all notebooks, sorted. */
export async function notebookFiles(): Promise<string[]> {
  const names = await readdir(NOTEBOOKS);
  return names
    .filter((name) => name.endsWith(".ipynb"))
    .sort()
    .map((name) => join(NOTEBOOKS, name));
}

export async function readNotebook(file: string): Promise<Notebook> {
  return JSON.parse(await readFile(file, "utf8")) as Notebook;
}

/** A notebook as text: a space for each level, as Jupyter writes it. */
export function notebookText(notebook: Notebook): string {
  return `${JSON.stringify(notebook, null, 1)}\n`;
}

/**
 * Runs all cells of a notebook, in a kernel of its own that works in the notebook's folder.
 * @returns the notebook with the outputs
 * @throws Error naming file and cell when a cell throws
 */
export async function executeNotebook(file: string): Promise<Notebook> {
  const notebook = await readNotebook(file);
  const kernel = await Kernel.start(dirname(file));
  try {
    const cells: Cell[] = [];
    let count = 0;
    for (const cell of notebook.cells) {
      if (cell.cell_type !== "code") {
        cells.push(cell);
        continue;
      }
      count += 1;
      const messages = await kernel.execute(cell.source.join(""));
      const failure = messages.find(({ type }) => type === "error");
      if (failure !== undefined) throw new Error(`${file}: cell ${count} throws: ${describe(failure)}`);
      cells.push({ ...cell, execution_count: count, outputs: outputsOf(messages, count) });
    }
    return { ...notebook, cells };
  } finally {
    await kernel.close();
  }
}

function describe({ content }: KernelMessage): string {
  return `${content["ename"]}: ${content["evalue"]}`;
}

function outputsOf(messages: readonly KernelMessage[], count: number): Output[] {
  const outputs: Output[] = [];
  for (const { type, content } of messages) {
    const last = outputs.at(-1);
    if (type === "stream") {
      // However it was cut into messages.
      const goesOn = last?.output_type === "stream" && last["name"] === content["name"];
      const before = goesOn ? (last["text"] as string[]).join("") : "";
      if (goesOn) outputs.pop();
      outputs.push({ name: content["name"], output_type: "stream", text: lines(before + String(content["text"])) });
      continue;
    }
    const data = content["data"] as Record<string, unknown>;
    // The value of a cell that ends in a statement.
    if (type === "execute_result" && data["text/plain"] === "undefined" && Object.keys(data).length === 1) continue;
    const common = { data: mediaOf(data), metadata: content["metadata"] ?? {} };
    outputs.push(type === "execute_result" ? { ...common, execution_count: count, output_type: type } : { ...common, output_type: type });
  }
  return outputs;
}

/** Texts as lists of lines, as notebooks keep them; all else as it is. */
function mediaOf(data: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const entries = Object.entries(data).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([type, value]) => [type, typeof value === "string" ? lines(value) : value]));
}

function lines(text: string): string[] {
  return text.split(/(?<=\n)/);
}
