/** Every fenced block of README and guides is run, as `guides.ts` says, and answers as shown. */
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { resolveScenario } from "../data/scenario/resolve.ts";
import { openStore } from "../data/store/store.ts";
import { registries } from "../lab/registries.ts";
import { breakwater, CHECKOUT, node } from "./checkout.ts";
import { type Block, blocksOf } from "./guide-blocks.ts";
import { GUIDES } from "./guides.ts";
import { SMALL_RUN } from "./small-run.ts";

const FILES = [
  "README.md",
  "CONTRIBUTING.md",
  ...(await readdir(join(CHECKOUT, "docs"))).filter((name) => name.endsWith(".md")).map((name) => `docs/${name}`),
];

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "breakwater-guide-"));
  try {
    await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A guide has some twenty commands, each a process; how long one takes is the machine's affair. */
const TIMEOUT_MS = 900_000;

test.each(FILES)("%s: TIME-4 ADL-3 every block is run, or says why not", { timeout: TIMEOUT_MS }, async (guide) => {
  const blocks = await blocksOf(guide);
  // As many as there are fences: none hides behind one that is not closed, or is indented.
  const fences = (await readFile(join(CHECKOUT, guide), "utf8")).match(/^\s*(```|~~~)/gm) ?? [];
  expect(fences.length, "fences").toBe(2 * blocks.length);
  const entry = GUIDES[guide] ?? [];
  const steps = typeof entry === "function" ? entry(blocks) : entry;
  expect(steps.length, `steps in test/guides.ts for the ${blocks.length} blocks of ${guide}`).toBe(blocks.length);
  await inFolder(async (folder) => {
    const progress = { folder, stdout: "" };
    for (const [place, step] of steps.entries()) {
      const block = blocks[place] as Block;
      const where = `${guide}:${block.line}`;
      if (typeof step === "function") {
        await step(block, progress).catch((error: unknown) => {
          if (error instanceof Error) error.message = `${where}: ${error.message}`;
          throw error;
        });
      } else if (step.test !== undefined) {
        const text = await readFile(join(CHECKOUT, step.test), "utf8");
        expect(text, `${step.test} for ${where}`).toMatch(guide.split("/").at(-1) as string);
      } else {
        expect(step.reason?.length, where).toBeGreaterThan(20);
      }
    }
  });
});

test("docs: links lead to files and headings that are there", async () => {
  for (const guide of FILES) {
    const text = await readFile(join(CHECKOUT, guide), "utf8");
    for (const [, target = ""] of text.matchAll(/\]\(((?!https?:)[^)\s]+)\)/g)) {
      const [path = "", heading] = target.split("#");
      const found = join(CHECKOUT, dirname(guide), path === "" ? (guide.split("/").at(-1) as string) : path);
      expect(existsSync(found), `${guide}: ${target}`).toBe(true);
      if (heading === undefined) continue;
      const content = await readFile(found, "utf8");
      const headings = [...(content ?? "").matchAll(/^#+ (.*)$/gm)].map(([, title = ""]) => slug(title));
      expect(headings, `${guide}: ${target}`).toContain(heading);
    }
  }
});

/** As GitHub makes it of a heading. */
function slug(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}

test("docs/agents.md: the agents shown are those of a scenario that is valid", async () => {
  const [block] = await blocksOf("docs/agents.md");
  const { agents } = JSON.parse((block as Block).text);
  const scenario = await resolveScenario("flash-crash", { sets: [`agents=${JSON.stringify(agents)}`], registries });
  expect(scenario.agents.map(({ kind }) => kind)).toEqual(["avellaneda-stoikov", "whale"]);
});

test("docs/population.md: the population fitted to positions is one of a scenario that is valid", async () => {
  const blocks = await blocksOf("docs/population.md");
  await inFolder(async (folder) => {
    await writeFile(join(folder, "positions.csv"), (blocks[0] as Block).text);
    const { population } = JSON.parse((blocks.at(-1) as Block).text);
    const base = JSON.parse(await readFile(join(CHECKOUT, "data/scenarios/flash-crash.json"), "utf8"));
    await writeFile(join(folder, "mine.json"), JSON.stringify({ ...base, population }));
    expect(await breakwater(["check", "mine.json"], { cwd: folder })).toMatchObject({ exitCode: 0, stderr: "" });
  });
});

test("docs/tables.md: the files are read as shown", async () => {
  const [sql, , hyparquet, queries, arrow] = (await blocksOf("docs/tables.md")) as [Block, Block, Block, Block, Block];
  await inFolder(async (folder) => {
    const sets = [...SMALL_RUN, "population.accounts=300"].flatMap((set) => ["--set", set]);
    expect(await breakwater(["run", "flash-crash", ...sets, "--out", "out/run", "--quiet"], { cwd: folder })).toMatchObject({
      exitCode: 0,
    });
    const store = await openStore(join(folder, "out/run"));
    try {
      const statements = sql.text.replaceAll("out/run", join(folder, "out/run")).split(";\n").slice(0, -1);
      expect(statements.length).toBe(2);
      for (const statement of statements) expect((await store.query(statement)).rows.length).toBeGreaterThan(0);
    } finally {
      store.close();
    }
    const rows = async (code: string, count: string) => {
      const named = code.replaceAll(
        /from "((?:hyparquet|hyparquet-compressors|apache-arrow))"/g,
        (_, name: string) => `from "${resolved(name)}"`,
      );
      await writeFile(join(folder, "example.mjs"), `${named}\nconsole.log(${count});\n`);
      const ended = await node(["example.mjs"], { cwd: folder });
      expect(ended).toMatchObject({ exitCode: 0, stderr: "" });
      return Number(ended.stdout);
    };
    const first = await rows(hyparquet.text, "trades.length");
    expect(first).toBeGreaterThan(100);
    for (const line of queries.text.trim().split("\n")) {
      // The last is for a notebook of the reader's: what it is sent is the same as what --out writes.
      const [, from, question, rest] = /^npx breakwater query (\S+) "(.*?)" (.*?)(?: \| .*)?$/.exec(line) as RegExpExecArray;
      const words = ["query", from as string, question as string, ...(rest as string).split(" ")];
      expect(await breakwater(words, { cwd: folder }), line).toMatchObject({ exitCode: 0, stderr: "" });
    }
    expect(await rows(arrow.text, "trades.numRows")).toBe(first);
  });
});

/** Where a package of this checkout lies, for a script outside of it. */
function resolved(name: string): string {
  return pathToFileURL(createRequire(import.meta.url).resolve(name)).href;
}
