/** The commands and outputs in the guides are run and compared. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { breakwater, CHECKOUT, node } from "./checkout.ts";

test.each([
  { guide: "docs/margin.md", language: "json", file: "position.json" },
  { guide: "docs/adl.md", language: "csv", file: "positions.csv" },
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

test("docs/model.md: TIME-4 the code of the snapshot ends with the digest of the run that was not interrupted", async () => {
  const guide = await readFile(join(CHECKOUT, "docs/model.md"), "utf8");
  const code = /```ts\n(.*?)```/s.exec(guide)?.[1] as string;
  const folder = await mkdtemp(join(tmpdir(), "breakwater-docs-"));
  try {
    const script = join(folder, "example.mjs");
    await writeFile(script, code.replace('from "breakwater"', `from "${new URL("../dist/index.js", import.meta.url).href}"`));
    expect(await node([script])).toMatchObject({ exitCode: 0, stdout: "true\n" });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
