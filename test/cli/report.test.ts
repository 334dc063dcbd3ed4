import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { registerReport } from "../../cli/report.ts";
import { InputError } from "../../sim/kernel/input-error.ts";
import { writeFixture } from "../reports/fixture.ts";

let top = "";
let printed = "";

beforeAll(async () => {
  top = await mkdtemp(join(tmpdir(), "cli-report-"));
  await writeFixture(join(top, "run"), { crash: false, seconds: 60 });
});
afterAll(() => rm(top, { recursive: true, force: true }));
afterEach(() => vi.restoreAllMocks());

async function report(...args: string[]): Promise<void> {
  printed = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  const program = new Command("breakwater").exitOverride();
  registerReport(program);
  await program.parseAsync(["report", ...args], { from: "user" });
}

describe("breakwater report", () => {
  test("without options writes report.html into the directory and says where", async () => {
    await report(join(top, "run"));
    expect(printed).toBe(`${join(top, "run", "report.html")}\n`);
    expect(await readdir(join(top, "run"))).toContain("report.html");
  });

  test("--json prints one document with every file written and every chart that is empty", async () => {
    await report(join(top, "run"), "--out", join(top, "a.html"), "--svg", join(top, "svg"), "--png", join(top, "png"), "--json");
    expect(JSON.parse(printed)).toEqual({
      html: join(top, "a.html"),
      svg: ["price", "depth"].map((name) => join(top, "svg", `${name}.svg`)),
      png: ["price", "depth"].map((name) => join(top, "png", `${name}.png`)),
      empty: ["fund", "liquidations", "closing", "adl"],
    });
  });

  test("a directory that is none is bad input, and prints nothing", async () => {
    await expect(report(join(top, "nowhere"))).rejects.toThrow(InputError);
    expect(printed).toBe("");
  });
});
