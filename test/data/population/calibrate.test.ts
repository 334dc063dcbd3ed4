import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import * as arrow from "apache-arrow";
import { describe, expect, test } from "vitest";
import { type Calibration, calibrate } from "../../../data/population/calibrate.ts";
import { openDatabase } from "../../../data/store/database.ts";
import { writeParquet } from "../../../data/store/parquet.ts";
import { calibratePopulation } from "../../../lab/calibrate.ts";
import { createStream, InputError, lognormal, normal } from "../../../sim/index.ts";
import { KNOWN, positionsCsv, power, useTables } from "./support.ts";

const tables = useTables();

const csv = async (name: string, ...lines: readonly string[]) => tables.write(name, `${lines.join("\n")}\n`);
const failure = async (file: string, options = {}): Promise<string> => {
  const error = await calibrate(file, options).then(
    () => null,
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(InputError);
  expect((error as Error).message).not.toContain("\n");
  return (error as Error).message.replace(file, "FILE");
};

/** Standard errors of estimates of n draws; none is further off than four of them. */
const close = (value: number, expected: number, standardError: number) =>
  expect(Math.abs(value - expected)).toBeLessThan(4 * standardError);

describe("known parameters are recovered", () => {
  test("lognormal sizes, long share, leverage, margin modes, entries by side", async () => {
    const file = await tables.write("known.csv", positionsCsv(KNOWN));
    const { population, fits, used, accounts, notFitted } = await calibratePopulation(file);
    expect([used, accounts, notFitted]).toEqual([8_000, 8_000, []]);
    expect(population["accounts"]).toBe(8_000);
    const size = population["size"] as { median: string; spread: number };
    close(Math.log(Number(size.median) / 2_500), 0, 1.8 / Math.sqrt(8_000));
    close(size.spread, 1.8, 1.8 / Math.sqrt(16_000));
    expect(fits.size.chosen).toBe("lognormal");
    // What chance alone exceeds once in a thousand.
    expect(fits.size.candidates.find(({ family }) => family === "lognormal")?.distance).toBeLessThan(1.95 / Math.sqrt(8_000));
    expect(fits.size.candidates.find(({ family }) => family === "pareto")?.distance).toBeGreaterThan(0.1);
    close(population["longShare"] as number, 0.65, Math.sqrt((0.65 * 0.35) / 8_000));
    close(population["crossShare"] as number, 0.7, Math.sqrt((0.7 * 0.3) / 8_000));
    const leverage = population["leverage"] as { value: string; weight: number }[];
    expect(leverage.map(({ value }) => value)).toEqual(["3", "10", "25"]);
    leverage.forEach(({ weight }, place) => {
      const expected = [0.2, 0.5, 0.3][place] as number;
      close(weight, expected, Math.sqrt((expected * (1 - expected)) / 8_000));
    });
    expect(fits.leverage).toMatchObject({ of: "settings", count: 8_000 });
    expect(fits.leverage?.sample).toEqual(fits.leverage?.fitted);
    const entry = population["entry"] as Record<"long" | "short", { mean: number; deviation: number }>;
    close(entry.long.mean, 0.04, 0.06 / Math.sqrt(5_200));
    close(entry.long.deviation, 0.06, 0.06 / Math.sqrt(10_400));
    close(entry.short.mean, -0.01, 0.03 / Math.sqrt(2_800));
    close(entry.short.deviation, 0.03, 0.03 / Math.sqrt(5_600));
    // Nothing depends on size here, and both sides have the same sizes.
    expect(Object.keys(population)).toEqual(["accounts", "size", "longShare", "leverage", "entry", "crossShare"]);
  });

  test.each([0.8, 1.6])("a power law of exponent %d", async (exponent) => {
    const file = await tables.write(`power${exponent}.csv`, positionsCsv({ ...KNOWN, size: power(exponent) }, 3));
    const { population, fits } = await calibratePopulation(file);
    expect(fits.size.chosen).toBe("pareto");
    const size = population["size"] as { least: string; most: string; exponent: number };
    close(size.exponent, exponent, exponent / Math.sqrt(8_000));
    expect(Number(size.least)).toBeCloseTo(100, 0);
    expect(fits.size.candidates.find(({ family }) => family === "pareto")?.distance).toBeLessThan(1.95 / Math.sqrt(8_000));
  });

  test("sizes of neither family: the sample's quantiles", async () => {
    const two = {
      ...KNOWN,
      size: (stream: Parameters<typeof KNOWN.size>[0]) => lognormal(stream, stream.next() < 0.5 ? 100 : 10_000, 0.2),
    };
    const file = await tables.write("two.csv", positionsCsv(two));
    const { population, fits } = await calibratePopulation(file);
    expect(fits.size.chosen).toBe("quantiles");
    const { quantiles } = population["size"] as { quantiles: { at: number; value: string }[] };
    const at = (part: number) => Number(quantiles.find((point) => point.at === part)?.value);
    expect(at(0.25) / 100).toBeCloseTo(1, 1);
    expect(at(0.75) / 10_000).toBeCloseTo(1, 1);
    const moments = fits.size.candidates.find(({ family }) => family === "quantiles")?.moments;
    expect((moments?.mean as number) / fits.size.sample.mean).toBeCloseTo(1, 1);
    expect((await calibrate(file, { size: "lognormal" })).fits.size.chosen).toBe("lognormal");
  });

  test("sides of different sizes are told apart", async () => {
    const sided = {
      ...KNOWN,
      size: (stream: Parameters<typeof KNOWN.size>[0], isLong: boolean) => lognormal(stream, isLong ? 1_000 : 20_000, 1),
    };
    const { population, fits } = await calibratePopulation(await tables.write("sided.csv", positionsCsv(sided)));
    const median = (field: string) => Number((population[field] as { median: string }).median);
    close(Math.log(median("longSize") / 1_000), 0, 1 / Math.sqrt(5_200));
    close(Math.log(median("shortSize") / 20_000), 0, 1 / Math.sqrt(2_800));
    expect(fits.sides?.longValue).toBeLessThan(fits.sides?.shortValue as number);
  });

  test("leverage and margin mode that depend on size are told by quarters; measured leverage goes to the nearest setting", async () => {
    const stream = createStream(5, "quarters");
    const lines = Array.from({ length: 4_000 }, (_, row) => {
      const value = lognormal(stream, 1_000, 1);
      const isLarge = value > 1_000;
      const margin = value / (isLarge ? 4.9 + 0.2 * stream.next() : 48 + 4 * stream.next());
      return `a${row},${value},${margin},${stream.next() < (isLarge ? 0.9 : 0.2) ? "Cross" : "Isolated"}`;
    });
    const file = await csv("quarters.csv", "user,notional,margin_used,margin_type", ...lines);
    const { population, fits } = await calibratePopulation(file, { kind: "positions" });
    expect(fits.leverage).toMatchObject({ of: "measurements" });
    expect(fits.leverage?.correlation).toBeLessThan(-0.5);
    const bands = population["leverageBySize"] as { upTo: number; leverage: { value: string; weight: number }[] }[];
    expect(bands.map(({ upTo }) => upTo)).toEqual([0.25, 0.5, 0.75, 1]);
    expect(bands[0]?.leverage).toEqual([{ value: "50", weight: 1 }]);
    expect(bands[3]?.leverage).toEqual([{ value: "5", weight: 1 }]);
    const modes = population["crossShareBySize"] as { upTo: number; share: number }[];
    close(modes[0]?.share as number, 0.2, Math.sqrt(0.16 / 1_000));
    close(modes[3]?.share as number, 0.9, Math.sqrt(0.09 / 1_000));
  });

  test("entries that are no bell: quantiles by side", async () => {
    const stream = createStream(6, "entries");
    const lines = Array.from({ length: 3_000 }, (_, row) => {
      const deviation = stream.next() < 0.7 ? normal(stream, 0, 0.001) : normal(stream, 0.5, 0.01);
      return `a${row},${row % 2 === 0 ? "" : "-"}${1 + stream.next()},${100 * (1 + deviation)},100`;
    });
    const { population, fits } = await calibratePopulation(await csv("bell.csv", "account,szi,entry_px,mark_px", ...lines));
    expect([fits.long?.chosen, fits.short?.chosen]).toEqual(["quantiles", "quantiles"]);
    const { quantiles } = (population["entry"] as { long: { quantiles: { at: number; value: number }[] } }).long;
    expect(quantiles.find(({ at }) => at === 0.35)?.value).toBeCloseTo(0, 3);
    expect(quantiles.find(({ at }) => at === 0.85)?.value).toBeCloseTo(0.5, 1);
  });
});

describe("what a table says", () => {
  test("numbers of contracts and hedging, by account; one instrument alone has neither", async () => {
    const file = await csv(
      "holdings.csv",
      "user_address,asset,position_size,mark_price",
      "ann,BTC,1,100",
      "ann,ETH,-10,10",
      "bob,BTC,2,100",
      "bob,BTC,-2,100",
      "cid,SOL,5,10",
      "dee,SOL,-5,10",
    );
    const both = await calibratePopulation(file);
    expect(both.population).toMatchObject({
      accounts: 4,
      instrumentsEach: [
        { value: 1, weight: 0.75 },
        { value: 2, weight: 0.25 },
      ],
      hedgedShare: 0.25,
      longShare: 0.5,
    });
    const { population, used } = await calibratePopulation(file, { instrument: "SOL" });
    expect(used).toBe(2);
    expect(Object.keys(population)).toEqual(["accounts", "size", "longShare"]);
  });

  test("accounts: size is their notional, leverage this over equity", async () => {
    const file = await csv(
      "accounts.csv",
      "address,account_value,total_notional",
      "a,100,1000",
      "b,50,1000",
      "c,-3,500",
      "d,10,0",
      "e,0,7",
    );
    const { kind, population, leftOut, fits } = await calibratePopulation(file);
    expect(kind).toBe("accounts");
    expect(population).toMatchObject({
      accounts: 4,
      leverage: [
        { value: "10", weight: 0.5 },
        { value: "20", weight: 0.5 },
      ],
    });
    expect(fits.leverage?.count).toBe(2);
    expect(leftOut).toEqual([
      { from: "all", reason: "a size of 0", rows: 1 },
      { from: "leverage", reason: "an equity of 0 or less", rows: 2 },
    ]);
  });

  test("leverage from equity is of all positions of an account together", async () => {
    const file = await csv("equity.csv", "account,coin,size,mark,equity", "a,X,1,100,50", "a,Y,1,100,50", "b,X,-1,100,10");
    const { population } = await calibratePopulation(file);
    expect(population["leverage"]).toEqual([
      { value: "4", weight: 0.666667 },
      { value: "10", weight: 0.333333 },
    ]);
  });

  test("what is left out, and why", async () => {
    const file = await csv(
      "left.csv",
      "account,coin,side,size,entry_price,mark_price,leverage",
      "a,X,long,0,100,100,5",
      "b,X,long,,100,100,5",
      "c,X,long,1e-9,100,100,5",
      "d,X,short,1,,100,5000",
      "e,X,long,1,90,100,0.5",
      "e,X,long,1,90,100,7",
      "f,X,short,1,5000,100,0",
      "g,X,long,2,,,nan",
      "h,X,long,2,100,NaN,3",
    );
    const { leftOut, used, fits, notFitted } = await calibratePopulation(file);
    expect(used).toBe(4);
    expect(leftOut).toEqual([
      { from: "all", reason: "a size of 0", rows: 1 },
      { from: "all", reason: "no size", rows: 1 },
      { from: "all", reason: "a value below 0.01", rows: 1 },
      { from: "entry", reason: "no entry price", rows: 1 },
      { from: "all", reason: "a position that stood before", rows: 1 },
      { from: "all", reason: "no price to value it at", rows: 1 },
      { from: "entry", reason: "no mark price", rows: 1 },
      { from: "leverage", reason: "a leverage of 0 or less", rows: 1 },
      { from: "leverage", reason: "a leverage above 1000", rows: 1 },
      { from: "leverage", reason: "a leverage below 1, taken as 1", rows: 1 },
      { from: "entry", reason: "entry ÷ mark − 1 beyond -0.99 to 9", rows: 1 },
    ]);
    expect(fits.leverage?.leverage).toEqual([
      { value: "1", weight: 0.5 },
      { value: "3", weight: 0.5 },
    ]);
    expect(notFitted).toEqual([
      { field: "entry", reason: "no shorts with entry price and mark price" },
      { field: "crossShare", reason: "no column of margin modes with values" },
    ]);
  });

  test("without signs nor sides nothing is said of sides", async () => {
    const { notFitted, population } = await calibratePopulation(
      await csv("unsigned.csv", "size,entry_price,mark_price", "1,100,100", "2,100,90"),
    );
    expect(notFitted.map(({ field }) => field)).toEqual(["instrumentsEach", "hedgedShare", "longShare", "leverage", "entry", "crossShare"]);
    expect(Object.keys(population)).toEqual(["accounts", "size"]);
  });

  test("all positions of one value: a spread of 0", async () => {
    const { population, fits } = await calibratePopulation(await csv("one.csv", "size,mark_price", "3,100", "3,100"));
    expect(population["size"]).toEqual({ median: "300", spread: 0 });
    expect(fits.size.candidates.map(({ family, distance }) => [family, distance])).toEqual([
      ["lognormal", 0],
      ["quantiles", 0],
    ]);
  });

  test("CSV, gzip, Parquet and Arrow say the same; columns may be named", async () => {
    const text = positionsCsv({ ...KNOWN, count: 300 });
    const expected = await calibrate(await tables.write("same.csv", text));
    const same = (calibration: Calibration) => expect({ ...calibration, file: "" }).toEqual({ ...expected, file: "" });
    same(await calibrate(await tables.write("same.csv.gz", gzipSync(text))));
    const [header = [], ...rows] = text
      .trim()
      .split("\n")
      .map((line) => line.split(","));
    const column = (name: string) => rows.map((row) => row[header.indexOf(name)] as string);
    const numeric = ["size", "entry_price", "mark_price", "leverage"];
    const vectors = header.map((name) => [
      name,
      numeric.includes(name)
        ? arrow.vectorFromArray(Float64Array.from(column(name), Number))
        : arrow.vectorFromArray(column(name), new arrow.Utf8()),
    ]);
    same(await calibrate(await tables.write("same.arrow", arrow.tableToIPC(new arrow.Table(Object.fromEntries(vectors)), "file"))));
    const database = await openDatabase(true);
    const columns = header.map((name) =>
      numeric.includes(name)
        ? ({ name, type: "double", numbers: Float64Array.from(column(name), Number) } as const)
        : ({ name, type: "text", words: column(name) } as const),
    );
    await writeParquet(database.connection, tables.path("same.parquet"), columns, { made: "by a test" });
    database.close();
    same(await calibrate(tables.path("same.parquet")));
    const renamed = await tables.write("renamed.csv", text.replace("size,entry_price", "Amount Held,price paid"));
    const named = await calibrate(renamed, { columns: { size: "Amount Held", entry_price: "price paid" } });
    expect(named.columns).toMatchObject({ size: "amount held", entry_price: "price paid" });
    expect(named.population).toEqual(expected.population);
  });
});

describe("bad input", () => {
  test("no such file, empty, no rows, no columns", async () => {
    expect(await failure(tables.path("none.csv"))).toBe("FILE: no such file");
    expect(await failure(await tables.write("empty.csv", ""))).toBe("FILE: empty, expected a table");
    expect(await failure(await csv("header.csv", "account,size,mark_price"))).toBe("FILE: no positions after the header");
    expect(await failure(await csv("foreign.csv", "a,b", "1,2"))).toBe(
      "FILE: header without notional: expected one of notional, position_value, notional_value, notional_usd, gross_notional, total_notional, ntl, or name it with --columns",
    );
    expect(await failure(await csv("sizeless.csv", "account,side,entry_price", "a,long,5"))).toMatch(
      /^FILE: header without size or notional: expected one of size, /,
    );
    expect(await failure(await csv("priceless.csv", "account,size", "a,5"))).toMatch(
      /^FILE: header without notional, mark_price or entry_price to value sizes at/,
    );
  });

  test("no number, no side, no mode: the row, the column as the file calls it, and the value", async () => {
    const head = "user,coin,direction,szi,mark_px,margin_type";
    expect(await failure(await csv("number.csv", head, "a,X,long,1,100,cross", "b,X,long,1O,100,cross"))).toBe(
      'FILE: line 3: szi: expected a number, got "1O"',
    );
    expect(await failure(await csv("side.csv", head, "a,X,up,1,100,cross"))).toBe(
      'FILE: line 2: direction: expected "long" or "short", got "up"',
    );
    expect(await failure(await csv("mode.csv", head, "a,X,long,1,100,both"))).toBe(
      'FILE: line 2: margin_type: expected "cross" or "isolated", got "both"',
    );
    expect(await failure(await csv("fields.csv", head, "a,X"))).toBe("FILE: line 2: expected 6 fields, got 2");
    expect(await failure(await csv("huge.csv", head, "a,X,long,1e999,100,cross"))).toBe(
      'FILE: line 2: szi: expected a number, got "1e999"',
    );
  });

  test("all sizes zero", async () => {
    expect(await failure(await csv("zero.csv", "account,size,mark_price", "a,0,5", "b,0,5", "c,,5"))).toBe(
      "FILE: expected positions with a size, got none in 3 rows (2 with a size of 0, 1 with no size)",
    );
  });

  test("a family of sizes asked for that does not reach so far", async () => {
    expect(await failure(await csv("far.csv", "size,mark_price", "1,1", "1e9,1"), { size: "lognormal" })).toBe(
      'size: expected another family of sizes, got "lognormal": the spread of sizes is 10.3616, above 4',
    );
    expect(await failure(await csv("alike.csv", "size,mark_price", "2,1", "2,1"), { size: "pareto" })).toMatch(
      /got "pareto": all sizes are the same$/,
    );
  });

  test("an instrument that is not there, or no column of instruments", async () => {
    const file = await csv("coins.csv", "coin,size,mark_price", "X,1,5", "Y,1,5");
    expect(await failure(file, { instrument: "Z" })).toBe('--instrument: expected one of "X", "Y", got "Z"');
    expect(await failure(await csv("coinless.csv", "size,mark_price", "1,5"), { instrument: "Z" })).toBe(
      'FILE: no column of instruments to find "Z" in',
    );
  });

  test("a column named that is not there", async () => {
    const file = await csv("named.csv", "size,mark_price", "1,5");
    expect(await failure(file, { columns: { size: "volume" } })).toBe("FILE: header without volume, which is to be size");
  });
});

const SHARED = new URL("../../../../shared/data/", import.meta.url);
const POSITIONS = fileURLToPath(new URL("hl_20251010_positions_BTC_SOL.csv.gz", SHARED));
const EVENTS = fileURLToPath(new URL("hl_20251010_adl_events_high_leverage_480.csv.gz", SHARED));

describe("real tables (skipped without ../shared/data)", () => {
  test.skipIf(!existsSync(POSITIONS))(
    "positions of a day of liquidations: what is closed or dust is left out, sizes are nearly lognormal",
    async () => {
      const { rows, used, accounts, leftOut, population, fits } = await calibratePopulation(POSITIONS);
      expect([rows, used, accounts]).toEqual([13_031, 3_500, 3_232]);
      expect(leftOut).toEqual([
        { from: "all", reason: "a size of 0", rows: 9_078 },
        { from: "entry", reason: "no entry price", rows: 2_402 },
        { from: "all", reason: "a value below 0.01", rows: 453 },
      ]);
      expect(fits.size.chosen).toBe("lognormal");
      expect(population["longShare"]).toBeCloseTo(2_619 / 3_500, 5);
      // Longs that were left had lost, shorts had not gained much.
      expect(fits.long?.sample.mean).toBeLessThan(0);
    },
  );

  test.skipIf(!existsSync(EVENTS))("events: a position stands once, columns named", async () => {
    const columns = { mark_price: "adl_price", leverage: "leverage_realtime" };
    const { used, leftOut, fits, population } = await calibratePopulation(EVENTS, { columns });
    expect(used + (leftOut.find(({ reason }) => reason === "a position that stood before")?.rows as number)).toBe(480);
    expect(population["longShare"]).toBeLessThan(0.03);
    // Chosen by a leverage above 40, as its source says.
    expect(fits.leverage?.leverage.every(({ value }) => Number(value) >= 40)).toBe(true);
    // Winners of a crash: shorts entered above where they were closed.
    expect(fits.short?.sample.mean).toBeGreaterThan(0.2);
  });
});
