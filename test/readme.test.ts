/** The README's commands, code and numbers are run and compared: what it promises is what happens. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { breakwater, CHECKOUT, node, start } from "./checkout.ts";

const README = await readFile(join(CHECKOUT, "README.md"), "utf8");
const blocks = (language: string) =>
  [...README.matchAll(new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, "gs"))].map((match) => match[1] as string);
const commands = blocks("sh").flatMap((block) => block.split("\n").filter((line) => line.startsWith("npx breakwater ")));

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "breakwater-readme-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("README", () => {
  test("what to expect of flash-crash is what happens", async () => {
    const expected = (blocks("text")[0] as string).trim();
    const ended = await breakwater(["run", "flash-crash", "--out", "out/flash-crash"], { cwd: folder });
    expect(ended.stdout.trim()).toBe(expected);
    const manifest = JSON.parse(await readFile(join(folder, "out/flash-crash/manifest.json"), "utf8"));
    expect(manifest.digest).toBe(/digest +(\w{32})/.exec(expected)?.[1]);
  });

  test("every command works as written", async () => {
    expect(commands.length).toBeGreaterThan(6);
    for (const command of commands) {
      const built = command.replace("npx breakwater", `"${process.execPath}" "${join(CHECKOUT, "bin/breakwater.js")}"`);
      const ended = await start("sh", ["-c", built], { cwd: folder });
      expect(ended, command).toMatchObject({ exitCode: 0 });
      expect(ended.stdout, command).not.toBe("");
    }
  });

  test("the scenario of one's own is valid and runs", async () => {
    const names: string[] = [];
    for (const block of blocks("json")) {
      await writeFile(join(folder, "mine.json"), block);
      expect(await breakwater(["check", "mine.json"], { cwd: folder })).toMatchObject({ exitCode: 0 });
      const ended = await breakwater(["run", "mine.json", "--json"], { cwd: folder });
      const { scenario, conservation, liquidations } = JSON.parse(ended.stdout);
      expect(conservation).toMatchObject({ violations: 0 });
      expect(liquidations.count).toBeGreaterThan(0);
      names.push(scenario);
    }
    expect(names).toEqual(["double-leverage"]);
  });

  test("the code runs against the public face", async () => {
    const code = (blocks("ts")[0] as string).replace('from "breakwater"', `from "${new URL("../dist/index.js", import.meta.url).href}"`);
    const script = join(folder, "example.mjs");
    await writeFile(script, code);
    expect(await node([script])).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^[0-9a-f]{32} \d+\n$/) });
  });

  test("files it links to are there", async () => {
    for (const [, path = ""] of README.matchAll(/\]\(((?!http)[^)]+)\)/g)) {
      expect((await readFile(join(CHECKOUT, path.split("#")[0] as string))).length, path).toBeGreaterThan(0);
    }
  });
});
