/**
 * How every fenced block of README and guides is run: one entry a guide. A guide that says it all itself is `asWritten`; else
 * a step for each block, in order. What another test runs, or nobody can, says so.
 */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { CHECKOUT, start } from "./checkout.ts";
import { answer, asWritten, type Block, commands, type Elsewhere, file, type GuideSteps, program, type Step } from "./guide-blocks.ts";

const by = (test: string): Elsewhere => ({ test });
const not = (reason: string): Elsewhere => ({ reason });
/** All of a guide's blocks by one test. */
const all = (test: string) => (blocks: readonly Block[]) => blocks.map(() => by(test));

/** The kernel's files go into a folder that stands in for the user's own. */
const kernelInstalled: Step = async ({ text }, { folder }) => {
  expect(text).toBe("npx deno jupyter --install\n");
  const environment = { HOME: folder, XDG_DATA_HOME: folder, JUPYTER_DATA_DIR: folder };
  const ended = await start(join(CHECKOUT, "node_modules/.bin/deno"), ["jupyter", "--install"], { environment });
  expect(ended).toMatchObject({ exitCode: 0 });
  const files = await readdir(folder, { recursive: true });
  expect(files.filter((name) => name.endsWith("kernel.json"))).toHaveLength(1);
};

/** By the file's path in the checkout. */
export const GUIDES: Readonly<Record<string, GuideSteps | ((blocks: readonly Block[]) => GuideSteps)>> = {
  "README.md": all("test/readme.test.ts"),
  "CONTRIBUTING.md": [not("a picture in letters of what imports what; test/import-rules.test.ts holds the code to it")],
  "docs/adl.md": [
    file("positions.csv"),
    commands(),
    answer(),
    commands(),
    // ADL-3: the policy of one's own closes somebody.
    program(/^youngest-first true\n$/),
  ],
  "docs/agents.md": [by("test/guides.test.ts"), program(/^1000 true\n$/)],
  "docs/api.md": all("test/docs.test.ts"),
  "docs/cluster.md": all("test/cluster-document.test.ts"),
  "docs/compare.md": all("test/docs.test.ts"),
  "docs/import.md": all("test/docs.test.ts"),
  "docs/margin.md": [file("position.json"), commands(), answer()],
  // TIME-4: the run from the snapshot ends with the digest of the one that was not interrupted.
  "docs/model.md": [program(/^true\n$/)],
  "docs/notebooks.md": [
    kernelInstalled,
    not("installing from npm is what test/packaging.full.test.ts does with the package itself"),
    program(/^$/),
  ],
  "docs/population.md": [file("positions.csv"), commands(), answer(), by("test/guides.test.ts")],
  "docs/querying.md": asWritten,
  "docs/realism.md": [by("test/tools/realism.test.ts")],
  "docs/running.md": asWritten,
  "docs/shocks.md": all("test/data/shocks/guide.test.ts"),
  "docs/sweeps.md": all("test/docs.test.ts"),
  "docs/tables.md": [
    by("test/guides.test.ts"),
    not("pandas and polars are no packages of npm; the same files are read by hyparquet and apache-arrow"),
    by("test/guides.test.ts"),
    by("test/guides.test.ts"),
    by("test/guides.test.ts"),
    not("pyarrow and polars are no packages of npm; the same files are read by apache-arrow"),
  ],
  "docs/venues.md": asWritten,
};
