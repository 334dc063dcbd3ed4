/** The commands and outputs in the guides are run and compared. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { breakwater, CHECKOUT } from "./checkout.ts";

test("docs/margin.md: the example gives the answer shown", async () => {
  const guide = await readFile(join(CHECKOUT, "docs/margin.md"), "utf8");
  const block = (language: string) => new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, "s").exec(guide)?.[1] as string;
  const folder = await mkdtemp(join(tmpdir(), "breakwater-docs-"));
  try {
    await writeFile(join(folder, "position.json"), block("json"));
    const words = block("sh").trim().replace("npx breakwater ", "").split(" ");
    const ended = await breakwater(words, { cwd: folder });
    expect(ended).toMatchObject({ exitCode: 0, stderr: "" });
    expect(ended.stdout.trimEnd()).toBe(block("text").trimEnd());
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
