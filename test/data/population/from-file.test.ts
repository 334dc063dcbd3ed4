import { dirname, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { scenarioJsonSchema } from "../../../data/scenario/json-schema.ts";
import { resolveScenario } from "../../../data/scenario/resolve.ts";
import { calibratePopulation } from "../../../lab/calibrate.ts";
import { registries } from "../../../lab/registries.ts";
import { InputError } from "../../../sim/index.ts";
import { KNOWN, positionsCsv, useTables } from "./support.ts";

const tables = useTables();

/** A scenario whose population is the given one, in the folder of the tables. */
async function scenarioWith(population: unknown): Promise<string> {
  const shock = { generate: "waypoints", startPrice: "90000", waypoints: [{ at: "5m", change: -0.05 }] };
  const fixed = { name: "fitted", venue: "bitda-ema", start: "2026-01-01T00:00:00Z", duration: "10m", instruments: ["BTC-USDT"], shock };
  return tables.write("scenario.json", JSON.stringify({ ...fixed, population }));
}

const resolve = async (population: unknown, ...sets: readonly string[]) =>
  (await resolveScenario(await scenarioWith(population), { sets, registries })).population;

describe("a population from a file", () => {
  test("is resolved to what calibrate fits, relative to the scenario's folder, or to the current one where it is set", async () => {
    const file = await tables.write("positions.csv", positionsCsv({ ...KNOWN, count: 500 }));
    const { population } = await calibratePopulation(file);
    const resolved = await resolve({ from: "positions.csv" });
    expect(resolved).toMatchObject(population);
    expect(resolved).not.toHaveProperty("from");
    expect(await resolve({ accounts: 7 }, `population.from=${relative(".", file)}`)).toEqual({ ...resolved, accounts: 7 });
    expect(dirname(file)).not.toBe(".");
  });

  test("other fields stand instead of what was fitted, and of what stands instead of them", async () => {
    await tables.write(
      "sided.csv",
      positionsCsv({ ...KNOWN, count: 500, size: (stream, isLong) => (isLong ? 10 : 1000) * (1 + stream.next()) }),
    );
    const fitted = await resolve({ from: "sided.csv" });
    expect(Object.keys(fitted)).toEqual(expect.arrayContaining(["longSize", "shortSize", "entry"]));
    const own = { accounts: 40, size: { median: "100", spread: 1 }, entryDeviation: 0.1, startRatio: 2 };
    const given = await resolve({ from: "sided.csv", ...own });
    expect(given).toMatchObject(own);
    for (const field of ["longSize", "shortSize", "entry"]) expect(given).not.toHaveProperty(field);
    expect(given["leverage"]).toEqual(fitted["leverage"]);
  });

  test("of a file of several instruments one, with columns named", async () => {
    await tables.write("several.csv", "who,coin,size,mark_price\na,X,1,100\nb,X,-1,100\nc,Y,5,9\n");
    const from = { file: "several.csv", instrument: "X", kind: "positions", columns: { account: "who" } };
    expect(await resolve({ from })).toMatchObject({ accounts: 2, size: { median: "100", spread: 0 }, longShare: 0.5 });
  });

  test.each([
    [{ from: 5 }, "scenario.json: population.from: expected the name of a file of positions or accounts, got 5"],
    [{ from: "" }, 'scenario.json: population.from: expected the name of a file of positions or accounts, got ""'],
    [
      { from: { file: "x.csv", kinds: 1 } },
      "population.from.kinds: expected no field of this name (there are file, kind, instrument, columns), got 1",
    ],
    [
      { from: { file: "x.csv", columns: { amount: "x" } } },
      "population.from.columns.amount: expected no field of this name (there are account, ",
    ],
    [{ from: "none.csv" }, "none.csv: no such file"],
    [{ from: "broken.csv" }, 'broken.csv: line 3: size: expected a number, got "x"'],
    [{ from: "two.csv", leverage: [] }, "scenario.json: population.leverage: expected at least one leverage, got []"],
  ])("bad input %j", async (population, line) => {
    await tables.write("broken.csv", "size,mark_price\n1,5\nx,5\n");
    await tables.write("two.csv", "size,mark_price\n1,5\n-1,5\n");
    const failure = resolve(population);
    await expect(failure).rejects.toBeInstanceOf(InputError);
    await expect(failure).rejects.toThrow(line);
  });

  test("the schema of scenario files has it", () => {
    const schema = scenarioJsonSchema(registries) as {
      properties: { population: { properties: Record<string, unknown>; required?: unknown } };
    };
    expect(schema.properties.population.properties["from"]).toMatchObject({ description: expect.stringContaining("fitted") });
    expect(schema.properties.population.required ?? []).toEqual([]);
  });
});
