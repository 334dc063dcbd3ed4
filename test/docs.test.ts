/** Guides whose examples need more than a folder: an archive to download from, columns of a query with quotes. The others: `guides.test.ts`. */
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { breakwater, CHECKOUT, node } from "./checkout.ts";
import { ArchiveServer } from "./cli/archive-server.ts";
import { zipOf } from "./cli/zipped.ts";

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
      const rows = Array.from({ length: 24 }, (_, hour) => `${Date.UTC(2025, 9, day, hour)},112000,112000,112000,112000,1,0,0,0,0,0,0\n`);
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
    const { shock } = JSON.parse(/```json\n(.*?)```/s.exec(guide)?.[1] as string);
    const { start: _, duration: __, ...crash } = JSON.parse(await readFile(join(CHECKOUT, "data/scenarios/flash-crash.json"), "utf8"));
    await writeFile(join(folder, "mine.json"), JSON.stringify({ ...crash, shock }));
    const checked = await breakwater(["check", "mine.json"], { cwd: folder });
    expect(checked).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("from 2025-10-10T00:00:00Z") });
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
    const examples = [...guide.matchAll(/```sh\nnpx breakwater ([^`]*?)\n```\n(?:\n```text\n(.*?)```)?/gs)];
    expect(examples.length).toBe([...guide.matchAll(/^```sh$/gm)].length);
    expect(examples.filter(([, , answer]) => answer !== undefined).length).toBe(3);
    for (const [, command, answer] of examples) {
      const quoted = [...(command as string).matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)];
      const words = quoted.map(([, text, word]) => text?.replaceAll('\\"', '"') ?? (word as string));
      const stdout = answer ?? expect.stringMatching(/^out.small/);
      expect(await breakwater(words, { cwd: folder }), command).toMatchObject({ exitCode: 0, stdout });
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test("docs/api.md: every block runs and prints what it should", async () => {
  const guide = await readFile(join(CHECKOUT, "docs/api.md"), "utf8");
  const blocks = [...guide.matchAll(/```ts\n(.*?)```\n\n```text\n(.*?)```/gs)];
  expect(blocks.length).toBe([...guide.matchAll(/```ts\n/g)].length);
  expect(blocks.length).toBe(4);
  const folder = await mkdtemp(join(tmpdir(), "breakwater-docs-"));
  const face = new URL("../dist/index.js", import.meta.url).href;
  try {
    for (const [place, [, code, printed]] of blocks.entries()) {
      const script = join(folder, `block-${place}.mjs`);
      await writeFile(script, (code as string).replace('from "breakwater"', `from "${face}"`));
      expect(await node([script], { cwd: folder })).toEqual({ exitCode: 0, stdout: printed, stderr: "" });
    }
    // Nothing but the scripts is left.
    expect((await readdir(folder)).sort()).toEqual(blocks.map((_, place) => `block-${place}.mjs`));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test("docs/compare.md: the runs are compared as shown", async () => {
  const guide = await readFile(join(CHECKOUT, "docs/compare.md"), "utf8");
  const folder = await mkdtemp(join(tmpdir(), "breakwater-docs-"));
  try {
    const [, commands = "", answer = ""] = /```sh\n(.*?)```\n\n```text\n(.*?)```/s.exec(guide) ?? [];
    let printed = "";
    for (const command of commands.trim().split("\n")) {
      const ended = await breakwater(command.replace("npx breakwater ", "").split(" "), { cwd: folder });
      expect(ended).toMatchObject({ exitCode: 0, stderr: "" });
      printed = ended.stdout;
    }
    expect(printed).toBe(answer);
    expect(await readdir(join(folder, "out/data"))).toHaveLength(answer.trim().split("\n").length - 2);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
