import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { bundledNames } from "../../data/scenario/bundled.ts";
import { breakwater, CHECKOUT, node, start } from "../checkout.ts";

const COMMANDS = [
  "run",
  "sweep",
  "worker",
  "compare",
  "report",
  "query",
  "audit",
  "margin",
  "adl",
  "import",
  "import-tiers",
  "calibrate",
  "check",
  "schema",
  "venues",
];
const BIN = join(CHECKOUT, "bin/breakwater.js");

describe("breakwater, as the shell sees it", () => {
  test("without words and with --help prints help and ends well", async () => {
    const help = await breakwater(["--help"]);
    expect(help).toMatchObject({ exitCode: 0, stderr: "" });
    for (const command of COMMANDS) expect(help.stdout).toMatch(new RegExp(`^ {2}${command} `, "m"));
    expect(await breakwater([])).toEqual(help);
  });

  test("--version is that of package.json", async () => {
    const { version } = JSON.parse(await readFile(join(CHECKOUT, "package.json"), "utf8")) as { version: string };
    expect(await breakwater(["--version"])).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: "" });
  });

  test("run --help names every bundled scenario", async () => {
    const { stdout } = await breakwater(["run", "--help"]);
    for (const name of await bundledNames("scenario")) expect(stdout).toMatch(new RegExp(`[ \\n]${name}[,.]`));
  });

  test.each(COMMANDS)("%s --help has an example", async (command) => {
    const help = await breakwater([command, "--help"]);
    expect(help).toMatchObject({ exitCode: 0, stderr: "" });
    expect(help.stdout).toMatch(new RegExp(`\\$ breakwater ${command} `));
  });

  test.each([[["sail"]], [["run"]], [["run", "calm-day", "--seeed", "1"]], [["check"]]])(
    "a wrong command line is code 2 and one line: %j",
    async (words) => {
      const ended = await breakwater(words);
      expect(ended).toMatchObject({ exitCode: 2, stdout: "" });
      expect(ended.stderr).toMatch(/^breakwater: .+\n$/);
    },
  );

  test("bad input is code 2 and one line that names the file; a stack only when asked for", async () => {
    const ended = await breakwater(["check", "nowhere.json"]);
    expect(ended).toMatchObject({ exitCode: 2, stdout: "" });
    expect(ended.stderr).toMatch(/^breakwater: .*nowhere\.json.*\n$/);
    const debugged = await breakwater(["check", "nowhere.json"], { environment: { BREAKWATER_DEBUG: "1" } });
    expect(debugged.stderr).toMatch(/\n {4}at /);
  });

  test("whoever stops reading early gets no complaint", async () => {
    const ended = await start("bash", ["-c", 'set -o pipefail; "$0" "$1" schema scenario | true', process.execPath, BIN]);
    expect(ended).toEqual({ exitCode: 0, stdout: "", stderr: "" });
  });

  test("unbuilt says so in one line", async () => {
    const folder = await mkdtemp(join(tmpdir(), "unbuilt-"));
    try {
      await cp(BIN, join(folder, "bin/breakwater.js"));
      const ended = await node([join(folder, "bin/breakwater.js"), "--help"]);
      expect(ended).toEqual({ exitCode: 1, stdout: "", stderr: "breakwater: not built yet, run `npm run build` in the checkout\n" });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
