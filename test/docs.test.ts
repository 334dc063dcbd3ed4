/** The commands and outputs in the guides are run and compared. */
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { breakwater, CHECKOUT, node } from "./checkout.ts";
import { ArchiveServer } from "./cli/archive-server.ts";
import { zipOf } from "./cli/zipped.ts";

test.each([
  { guide: "docs/margin.md", language: "json", file: "position.json" },
  { guide: "docs/adl.md", language: "csv", file: "positions.csv" },
  { guide: "docs/population.md", language: "csv", file: "positions.csv" },
])("$guide: the example gives the answer shown", async ({ guide, language, file }) => {
  const text = await readFile(join(CHECKOUT, guide), "utf8");
  const block = (language: string) => new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, "s").exec(text)?.[1] as string;
  const folder = await mkdtemp(join(tmpdir(), "breakwater-docs-"));
  try {
    await writeFile(join(folder, file), block(language));
    const words = block("sh").trim().replace("npx breakwater ", "").split(" ");
    const ended = await breakwater(words, { cwd: folder });
    expect(ended).toMatchObject({ exitCode: 0, stderr: "" });
    expect(ended.stdout.trimEnd()).toBe(block("text").trimEnd());
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test.each([
  // TIME-4: the run from the snapshot ends with the digest of the one that was not interrupted.
  { guide: "docs/model.md", prints: "true\n" },
  // ADL-3: the policy of one's own closes somebody.
  { guide: "docs/adl.md", prints: "youngest-first true\n" },
])("$guide: TIME-4 ADL-3 the code runs and prints what it should", async ({ guide: file, prints }) => {
  const guide = await readFile(join(CHECKOUT, file), "utf8");
  const code = /```ts\n(.*?)```/s.exec(guide)?.[1] as string;
  const folder = await mkdtemp(join(tmpdir(), "breakwater-docs-"));
  try {
    const script = join(folder, "example.mjs");
    await writeFile(script, code.replace('from "breakwater"', `from "${new URL("../dist/index.js", import.meta.url).href}"`));
    expect(await node([script])).toMatchObject({ exitCode: 0, stdout: prints });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test("docs/import.md: every example is run and answers as shown", async () => {
  const guide = await readFile(join(CHECKOUT, "docs/import.md"), "utf8");
  const folder = await mkdtemp(join(tmpdir(), "breakwater-docs-"));
  const server = new ArchiveServer();
  try {
    for (const [, name, content] of guide.matchAll(/```csv (\S+)\n(.*?)```/gs))
      await writeFile(join(folder, name as string), content as string);
    const wordsOf = (command: string) => command.trim().replace("npx breakwater ", "").split(" ");
    const examples = [...guide.matchAll(/```sh\n(.*?)```\n\n```text\n(.*?)```/gs)];
    expect(examples.length).toBe(3);
    for (const [, command, answer] of examples)
      expect(await breakwater(wordsOf(command as string), { cwd: folder })).toEqual({ exitCode: 0, stdout: answer, stderr: "" });
    // The download, of an archive of our own.
    for (const day of [10, 11, 12]) {
      const rows = Array.from({ length: 24 }, (_, hour) => `${Date.UTC(2025, 9, day, hour)},1,1,1,1,1,0,0,0,0,0,0\n`);
      server.add(`data/futures/um/daily/klines/BTCUSDT/1h/BTCUSDT-1h-2025-10-${day}.zip`, await zipOf({ "bars.csv": rows.join("") }));
    }
    const download = wordsOf(/```bash\n(.*?)```/s.exec(guide)?.[1] as string);
    const ended = await breakwater([...download, "--source", await server.start(), "--json"], {
      cwd: folder,
      environment: { XDG_CACHE_HOME: folder },
    });
    expect(ended).toMatchObject({ exitCode: 0, stderr: "" });
    expect(JSON.parse(ended.stdout)).toMatchObject({ out: "btc.parquet", symbol: "BTCUSDT", interval: "1h", rows: 72 });
    expect(await readdir(folder)).toContain("breakwater");
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
});

test("docs/sweeps.md: the plan is run and queried as shown", async () => {
  const guide = await readFile(join(CHECKOUT, "docs/sweeps.md"), "utf8");
  const folder = await mkdtemp(join(tmpdir(), "breakwater-docs-"));
  try {
    await writeFile(join(folder, "small.json"), /```json\n(.*?)```/s.exec(guide)?.[1] as string);
    const examples = [...guide.matchAll(/```sh\nnpx breakwater (.*?)\n```\n\n```text\n(.*?)```/gs)];
    expect(examples.length).toBe(2);
    for (const [, command, answer] of examples) {
      const quoted = [...(command as string).matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)];
      const words = quoted.map(([, text, word]) => text?.replaceAll('\\"', '"') ?? (word as string));
      expect(await breakwater(words, { cwd: folder })).toMatchObject({ exitCode: 0, stdout: answer });
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
