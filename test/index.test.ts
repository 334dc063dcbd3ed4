/** The public face: what it exports, documented. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as face from "../index.ts";
import { publicExports } from "../tools/api-document/exports.ts";
import { apiDocument } from "../tools/api-document/page.ts";
import { CHECKOUT } from "./checkout.ts";

const exports = publicExports();

test("every export has a doc comment", () => {
  const bare = exports.filter(({ summary, file }) => summary === "" && file !== "sim/tables.ts");
  expect(bare.map(({ name, file }) => `${name} of ${file}`)).toEqual([]);
});

test("docs/api.md lists every export as the code has it", async () => {
  const page = await readFile(join(CHECKOUT, "docs/api.md"), "utf8");
  expect(apiDocument(page)).toBe(page);
  const listed = [...page.matchAll(/^\| `(\w+)`( \(type\))? \| (.+) \|$/gm)];
  expect(listed.map(([, name]) => name).sort()).toEqual(exports.map(({ name }) => name).sort());
  expect(listed.filter(([, , , text]) => (text as string).trim().length < 5)).toEqual([]);
});

test("what is no type is there when a program runs, and nothing else is", () => {
  const values = exports.filter(({ isType }) => !isType).map(({ name }) => name);
  expect(Object.keys(face).sort()).toEqual(values.sort());
});

test("what guides and earlier programs use is still there", () => {
  const names = [
    "resolveScenario",
    "runExperiment",
    "simulationInput",
    "writeExperiment",
    "openStore",
    "openRuns",
    "registries",
    "Simulation",
  ];
  for (const name of names) expect(face).toHaveProperty(name);
});
