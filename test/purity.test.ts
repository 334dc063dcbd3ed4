import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { CHECKOUT } from "./checkout.ts";
import { impurities } from "./purity.ts";

const PURE_FOLDERS = ["sim", "agents", "data/shocks"];

describe("TIME-2, TIME-3: the pure folders use nothing that differs between runs or engines", () => {
  test.each(PURE_FOLDERS)("%s/", (folder) => {
    const found = sources(folder).flatMap((file) =>
      impurities(readFileSync(join(CHECKOUT, file), "utf8")).map((offence) => `${file}:${offence}`),
    );
    expect(found).toEqual([]);
  });

  test("there are sources to look at", () => {
    expect(sources("sim")).toContain("sim/kernel/digest.ts");
  });
});

describe("the check itself", () => {
  test.each([
    ["const now = Date.now();", "1: Date.now"],
    ["\nconst now = new Date();", "2: new Date()"],
    ["const now = Date();", "1: Date()"],
    ["const u = Math.random();", "1: Math.random"],
    ["const y = Math.exp(x);", "1: Math.exp"],
    ["const f = Math.pow;", "1: Math.pow"],
    ["const { log } = Math;", "1: Math, other than one of its exact functions"],
    ['const y = Math["sin"](x);', "1: Math, other than one of its exact functions"],
    ["const y = x ** 0.5;", "1: ** that is neither of BigInts nor a written power of two"],
    ["let y = x; y **= 2;", "1: ** that is neither of BigInts nor a written power of two"],
    ["const t = performance.now();", "1: performance"],
    ["const p = process.hrtime;", "1: process"],
    ["names.sort((a, b) => a.localeCompare(b));", "1: localeCompare"],
  ])("catches %s", (source, offence) => {
    expect(impurities(source)).toContain(offence);
  });

  test.each([
    "const y = Math.sqrt(x) + Math.floor(x) * Math.PI;",
    "const time = new Date(1_600_000_000_000).toISOString();",
    "const scale = 10n ** 6n;",
    "const most = 2 ** 53 - 1;",
    "// Math.random, Date.now",
    'const text = "Math.exp";',
    "const { process } = steps; function run(step: { process: number }) { return step.process; }",
  ])("lets through %s", (source) => {
    expect(impurities(source)).toEqual([]);
  });
});

function sources(folder: string): string[] {
  return readdirSync(join(CHECKOUT, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => `${folder}/${file.replaceAll("\\", "/")}`)
    .sort();
}
