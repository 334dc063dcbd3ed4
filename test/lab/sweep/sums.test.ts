import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { areWhole, writeSums } from "../../../lab/sweep/sums.ts";

describe("sums of a directory's files", () => {
  let folder = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "breakwater-sums-"));
    await writeFile(join(folder, "result.json"), '{"seed":1}\n');
    await writeFile(join(folder, "funds.parquet"), Buffer.alloc(70_000, 7));
    await writeSums(folder);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  test("hold as long as nothing changes, and are those of sha256sum", async () => {
    expect(await areWhole(folder, ["result.json"])).toBe(true);
    const sums = JSON.parse(await readFile(join(folder, "sums.json"), "utf8"));
    // printf '{"seed":1}\n' | sha256sum
    expect(sums["result.json"]).toBe("7b66a57380d4796c3584067fa433d31656a84879799f956a59abbe8ce3141666");
  });

  test.each([
    ["another byte", () => writeFile(join(folder, "funds.parquet"), Buffer.concat([Buffer.alloc(69_999, 7), Buffer.from([8])]))],
    ["an edited figure of as many digits", () => writeFile(join(folder, "result.json"), '{"seed":2}\n')],
    ["a file that is missing", () => rm(join(folder, "funds.parquet"))],
    ["sums that are missing", () => rm(join(folder, "sums.json"))],
    ["sums cut short", () => writeFile(join(folder, "sums.json"), '{"result.json":')],
    ["sums of nothing", () => writeFile(join(folder, "sums.json"), "{}")],
  ])("do not hold with %s", async (_, damage) => {
    await damage();
    expect(await areWhole(folder, ["result.json"])).toBe(false);
  });
});
