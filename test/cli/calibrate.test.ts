import { readdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { describe, expect, test } from "vitest";
import { registerCalibrate } from "../../cli/calibrate.ts";
import { resolveScenario } from "../../data/scenario/resolve.ts";
import { simulationInput } from "../../lab/experiment.ts";
import { registries } from "../../lab/registries.ts";
import { KNOWN, positionsCsv, useTables } from "../data/population/support.ts";
import { runCommand } from "./captured.ts";

const tables = useTables();
const known = () => tables.write("known.csv", positionsCsv({ ...KNOWN, count: 2_000 }));

describe("breakwater calibrate", () => {
  test("prints what was read, every fit with its distance, and the population", async () => {
    const file = await known();
    const { exitCode, output } = await runCommand(registerCalibrate, "calibrate", file);
    expect(exitCode).toBe(0);
    expect(output).toContain(`${file}: 2000 positions in 2000 rows, 2000 accounts\n`);
    expect(output).toContain("columns: account, instrument = coin, side, size, entry_price, mark_price, leverage, margin_mode\n");
    expect(output).toMatch(/\nsize +lognormal +yes +2000 +0\.0\d+ /);
    expect(output).toMatch(/\nsize +pareto +2000 +0\.\d+ /);
    expect(output).toMatch(/\nlong share 0\.6\d+; longs worth \d+, shorts \d+\n/);
    expect(output).toMatch(/\nleverage 3 settings of 2000 rows: mean /);
    expect(JSON.parse(output.slice(output.indexOf("\n{\n")))).toMatchObject({ accounts: 2_000, size: { spread: expect.any(Number) } });
  });

  test("--out writes a population that a scenario takes as it is, and --json says the same", async () => {
    const out = tables.path("population.json");
    const { output } = await runCommand(registerCalibrate, "calibrate", await known(), "--out", out, "--json");
    const text = await readFile(out, "utf8");
    expect(JSON.parse(output).population).toEqual(JSON.parse(text));
    const scenario = await resolveScenario("flash-crash", { sets: [`population=${text}`], registries });
    expect(scenario.population).toMatchObject(JSON.parse(text));
    const [contract] = (await simulationInput(scenario)).instruments;
    expect(contract?.holders.count).toBe(2_000);
    expect(contract?.holders.lots.reduce((sum, lots) => sum + lots, 0)).toBe(0);
  });

  test("--columns, --instrument, --least and --size are heard", async () => {
    const file = await tables.write("renamed.csv", "who,what,held,px\na,X,1,100\nb,X,-1,100\nc,X,0.5,1\nd,Y,5,5\n");
    const options = [
      "--columns",
      "account=who,instrument=what,size=held,mark_price=px",
      "--instrument",
      "X",
      "--least",
      "10",
      "--size",
      "quantiles",
    ];
    const { output } = await runCommand(registerCalibrate, "calibrate", file, ...options, "--json");
    const { used, leftOut, fits, instrument } = JSON.parse(output);
    expect({ used, leftOut, chosen: fits.size.chosen, instrument }).toEqual({
      used: 2,
      leftOut: [{ from: "all", reason: "a value below 10", rows: 1 }],
      chosen: "quantiles",
      instrument: "X",
    });
  });

  test.each([
    [["--out", "OUT.txt"], "--out: .txt is not supported: expected .json, got OUT.txt"],
    [["--out", "OUT/no/such.json"], "--out: no such directory: OUT/no"],
    [["--columns", "size"], '--columns: expected column=name, got "size"'],
    [["--columns", "sizes=x"], '--columns: expected one of "account", "instrument", "side", "size", "notional", '],
    [["--columns", "size=a,size=b"], "--columns: expected size once, got it twice"],
    [["--columns", "size=none"], "known.csv: header without none, which is to be size"],
    [["--instrument", "ETH"], '--instrument: expected "BTC", got "ETH"'],
    [["--least", "-1"], '--least: expected an amount of at least 0, got "-1"'],
    [["--kind", "trades"], "argument 'trades' is invalid"],
    [["--size", "normal"], "argument 'normal' is invalid"],
  ])("bad input %j: exit code 2, nothing printed, nothing written", async (words, line) => {
    const file = await known();
    const before = await readdir(dirname(file));
    const at = (text: string) => text.replaceAll("OUT", tables.path("out"));
    const outcome = await runCommand(registerCalibrate, "calibrate", file, ...words.map(at));
    expect(outcome).toMatchObject({ exitCode: 2, output: "" });
    expect(outcome.line).toContain(at(line));
    expect(await readdir(dirname(file))).toEqual(before);
  });

  test("a table that cannot be used leaves --out alone, and what is there is replaced only when told", async () => {
    const out = tables.path("kept.json");
    const bad = await tables.write("bad.csv", "account,size,mark_price\na,x,1\n");
    expect(await runCommand(registerCalibrate, "calibrate", bad, "--out", out)).toMatchObject({ exitCode: 2, output: "" });
    expect(await readdir(dirname(out))).not.toContain("kept.json");
    await writeFile(out, "mine");
    const { exitCode, line } = await runCommand(registerCalibrate, "calibrate", await known(), "--out", out);
    expect([exitCode, line]).toEqual([2, `breakwater: --out: ${out} exists already: choose another name or --overwrite`]);
    expect(await readFile(out, "utf8")).toBe("mine");
    expect((await runCommand(registerCalibrate, "calibrate", await known(), "--out", out, "--overwrite")).exitCode).toBe(0);
    expect(JSON.parse(await readFile(out, "utf8"))).toMatchObject({ accounts: 2_000 });
  });
});
