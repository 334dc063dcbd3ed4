/** Shocks from files: bars and series of prices, gaps, scale, stretch, another start. */
import { gzipSync } from "node:zlib";
import * as arrow from "apache-arrow";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../data/scenario/path.ts";
import { resolveScenario } from "../../../data/scenario/resolve.ts";
import { lineOf, registries, useFolder } from "../scenario/support.ts";
import { barsCsv, pathsOf, scenarioOf } from "./scenario-paths.ts";

const folder = useFolder();
const START = "2025-01-01T00:00:00Z";
const FIRST_MS = Date.parse(START);

/** The path of a recorded shock in cents, and what start and duration became. */
async function follow(shock: JsonObject, changes: JsonObject = {}) {
  const { start: _start, duration: _duration, ...rest } = scenarioOf([shock]);
  const file = await folder.write("s.json", { ...rest, ...changes });
  const { start, duration } = await resolveScenario(file, { registries });
  const [path] = (await pathsOf(file)) as [number[]];
  return { start, duration, path, at: (...seconds: number[]) => seconds.map((second) => (path[second] as number) / 100) };
}

async function refusal(shock: JsonObject, changes: JsonObject = {}): Promise<string> {
  try {
    await follow(shock, changes);
  } catch (error) {
    return (error as Error).message.replaceAll(/\S*\/(?=[a-z]+\.)/g, "");
  }
  return "no error";
}

const BARS = barsCsv([
  [100, 110, 90, 105],
  [105, 120, 100, 110],
  [110, 112, 80, 85],
]);
/** Prices at seconds of the day. */
const prices = (...rows: readonly (readonly [second: number, price: number | string])[]) =>
  ["time,price", ...rows.map(([second, price]) => `${FIRST_MS + second * 1000},${price}`)].join("\n");

describe("a series of prices", () => {
  test("each step has the last price up to it; start and duration are the file's", async () => {
    await folder.write("trades.csv", prices([0, 100], [2, 101], [2.5, 99], [3, 102], [10, 90]));
    const { start, duration, at } = await follow({ from: "trades.csv", series: "prices" });
    expect([start, duration]).toEqual([START, "10s"]);
    expect(at(0, 1, 2, 3, 4, 9, 10)).toEqual([100, 100, 101, 102, 102, 102, 90]);
  });

  test("of several at one instant the last counts", async () => {
    await folder.write("trades.csv", prices([0, 100], [1, 95], [1, 97], [1, 96], [2, 100]));
    expect((await follow({ from: "trades.csv", series: "prices" })).at(0, 1, 2)).toEqual([100, 96, 100]);
  });

  test("may be gzipped, Parquet-like Arrow, of marks, of several symbols", async () => {
    const rows = [
      "symbol,mark_price,timestamp_ms,qty",
      `A,100,${FIRST_MS},1`,
      `B,7,${FIRST_MS},1`,
      `A,101,${FIRST_MS + 1000},1`,
      `A,102,${FIRST_MS + 2000},1`,
    ];
    await folder.write("marks.csv.gz", gzipSync(rows.join("\n")));
    expect((await follow({ from: "marks.csv.gz", series: "prices", symbol: "A" })).at(0, 1, 2)).toEqual([100, 101, 102]);
    expect(await refusal({ from: "marks.csv.gz", series: "prices" })).toBe("marks.csv.gz: line 3: symbol B after A: choose one of them");
    expect(await refusal({ from: "marks.csv.gz", series: "prices", symbol: "C" })).toBe(
      "marks.csv.gz: no prices of symbol C: it has those of A",
    );
    const table = arrow.tableFromArrays({
      time: BigInt64Array.from([0n, 1n, 2n], (second) => BigInt(FIRST_MS) * 1000n + second * 1_000_000n),
      price: Float64Array.of(100, 100.5, 99.5),
    });
    await folder.write("marks.arrow", arrow.tableToIPC(table, "file"));
    expect((await follow({ from: "marks.arrow", series: "prices" })).at(0, 1, 2)).toEqual([100, 100.5, 99.5]);
  });

  test("a gap is refused, held or gone through straight", async () => {
    await folder.write("trades.csv", prices([0, 100], [1, 100], [101, 80], [102, 81]));
    const shock = { from: "trades.csv", series: "prices" };
    expect(await refusal(shock)).toBe("trades.csv: line 4: no price for 100s after 2025-01-01T00:00:01Z, more than maxGap, 1m");
    expect(await refusal({ ...shock, maxGap: "99s" })).toMatch(/more than maxGap, 99s$/);
    expect((await follow({ ...shock, maxGap: "100s" })).at(1, 100, 101)).toEqual([100, 100, 80]);
    expect((await follow({ ...shock, gaps: "hold" })).at(1, 51, 100, 101, 102)).toEqual([100, 100, 100, 80, 81]);
    expect((await follow({ ...shock, gaps: "interpolate" })).at(1, 2, 51, 100, 101, 102)).toEqual([100, 99.8, 90, 80.2, 80, 81]);
  });

  test("a gap before the start or after the end is none of the run's", async () => {
    await folder.write("trades.csv", prices([0, 100], [100, 80], [101, 81], [120, 85], [300, 90]));
    const shock = { from: "trades.csv", series: "prices" };
    expect((await follow(shock, { start: "2025-01-01T00:01:40Z", duration: "20s" })).at(0, 1, 19, 20)).toEqual([80, 81, 81, 85]);
    expect(await refusal(shock, { start: "2025-01-01T00:01:39Z", duration: "20s" })).toMatch(
      /^trades\.csv: line 3: no price for 100s after/,
    );
  });

  test("a gap that a single step goes over is one all the same", async () => {
    await folder.write("trades.csv", prices([0, 100], [10, 80], [100, 81], [120, 85]));
    const changes = { start: START, duration: "2m", index: { interval: "2m" } };
    expect(await refusal({ from: "trades.csv", series: "prices" }, changes)).toMatch(/^trades\.csv: line 4: no price for 90s/);
  });

  test.each([
    { rows: prices([0, 100], [1, "0"]), line: 'trades.csv: line 3: price: expected a price greater than 0, got "0"' },
    { rows: prices([0, 100], [1, "x"]), line: 'trades.csv: line 3: price: expected a price greater than 0, got "x"' },
    { rows: prices([0, 100], [-1, 100]), line: "trades.csv: line 3: time goes back from 2025-01-01T00:00:00Z to 2024-12-31T23:59:59Z" },
    { rows: prices([0, 100], [1, 100.001], [2, 100]), line: "trades.csv: line 3: price: 100.001 is no whole multiple of 0.01" },
    { rows: "time,price", line: "trades.csv: no prices in it" },
    { rows: "time,size\n1,2", line: "trades.csv: no column price (nor mark, mark_price, index, index_price, close, px)" },
    { rows: "price\n1", line: /^trades\.csv: no column time \(nor timestamp, / },
    { rows: "time,price\nnow,2", line: /^trades\.csv: line 2: time: expected a time/ },
  ])("refuses $line", async ({ rows, line }) => {
    await folder.write("trades.csv", rows);
    const refused = await refusal({ from: "trades.csv", series: "prices" });
    if (typeof line === "string") expect(refused).toBe(line);
    else expect(refused).toMatch(line);
  });

  test("UNIT-2 prices between two ticks are snapped when asked", async () => {
    await folder.write("trades.csv", prices([0, 100.004], [1, 100.006], [2, 100]));
    expect((await follow({ from: "trades.csv", series: "prices", snap: true })).at(0, 1)).toEqual([100, 100.01]);
  });
});

describe("missing bars", () => {
  /** Of four bars the second is missing. */
  const holed = (open: number) => {
    const whole = barsCsv([
      [100, 110, 90, 105],
      [1, 1, 1, 1],
      [open, 112, 80, 85],
      [85, 86, 84, 85],
    ]);
    return whole
      .split("\n")
      .flatMap((line, index) => (index === 2 ? [] : [line]))
      .join("\n");
  };

  test("are refused, or held, or gone through straight", async () => {
    await folder.write("bars.csv", holed(110));
    expect(await refusal({ from: "bars.csv" })).toMatch(/^bars\.csv: line 3: time 2025-01-01T00:02:00Z leaves a hole: 1 bar is missing/);
    const held = await follow({ from: "bars.csv", gaps: "hold" });
    expect(held.duration).toBe("4m");
    expect(held.at(59, 60, 90, 119, 120, 140, 160, 180)).toEqual([...held.at(59), 105, 105, 105, 110, 112, 80, 85]);
    const straight = await follow({ from: "bars.csv", gaps: "interpolate" });
    expect(straight.at(60, 90, 120, 140, 160, 180)).toEqual([105, 107.5, 110, 112, 80, 85]);
  });

  test("a time between two bars is refused all the same", async () => {
    await folder.write("bars.csv", `${BARS}\n${FIRST_MS + 200_000},85,85,85,85,1`);
    expect(await refusal({ from: "bars.csv", gaps: "hold" })).toMatch(
      /^bars\.csv: line 5: time 2025-01-01T00:03:20Z is 80s after the bar before, expected 1m/,
    );
  });

  test("far too many are no hole", async () => {
    const seconds = [0, 1, 2, 2 ** 27].map((second) => `${FIRST_MS + second * 1000},85,85,85,85,1`);
    await folder.write("bars.csv", ["ts_ms,open,high,low,close,volume", ...seconds].join("\n"));
    expect(await refusal({ from: "bars.csv", gaps: "hold" })).toBe(
      "bars.csv: expected at most 67108864 bars with the missing ones, got 134217729",
    );
  });

  test("UNIT-2 what stands in their place may lie between two ticks, the file's prices may not", async () => {
    await folder.write("bars.csv", holed(110.01));
    expect((await follow({ from: "bars.csv", gaps: "interpolate" })).at(80, 90)).toEqual([105, 107.5]);
    await folder.write("bars.csv", holed(110.001));
    expect(await refusal({ from: "bars.csv", gaps: "interpolate" })).toMatch(/open: 110\.001 is no whole multiple of 0\.01/);
  });
});

describe("scale, stretch and another start", () => {
  test("startPrice moves all prices alike, to the nearest tick, of whatever size they are", async () => {
    await folder.write("bars.csv", BARS);
    const { at } = await follow({ from: "bars.csv", startPrice: "7" });
    expect(at(0, 20, 40, 60, 80, 180)).toEqual([7, 6.3, 7.7, 7.35, 7, 5.95]);
    const tiny = BARS.replaceAll(/(?<=[,])(\d+)(?=,\d)/g, (price) => String(Number(price) / 1e6));
    await folder.write("tiny.csv", tiny);
    expect((await follow({ from: "tiny.csv", startPrice: "7" })).at(0, 20, 40)).toEqual([7, 6.3, 7.7]);
  });

  test("scale multiplies log returns from the start of the run on", async () => {
    await folder.write("bars.csv", BARS);
    const { at } = await follow({ from: "bars.csv", scale: 2 });
    expect(at(0, 20, 40)).toEqual([100, 81, 121]);
    const later = await follow({ from: "bars.csv", scale: 2 }, { start: "2025-01-01T00:02:00Z" });
    expect(later.at(0, 40)).toEqual([110, Math.round((80 * 80 * 100) / 110) / 100]);
    expect(later.duration).toBe("1m");
  });

  test("stretch makes time run slower from the start of the run on", async () => {
    await folder.write("bars.csv", BARS);
    const twice = await follow({ from: "bars.csv", stretch: 2 });
    expect(twice.duration).toBe("6m");
    expect(twice.at(0, 40, 80, 120, 320, 360)).toEqual([100, 90, 110, 105, 80, 85]);
    const half = await follow({ from: "bars.csv", stretch: 0.5 }, { start: "2025-01-01T00:01:00Z", index: { interval: "500ms" } });
    expect(half.duration).toBe("1m");
    expect(half.at(0, 20, 40, 60)).toEqual([105, 100, 120, 110]);
    await folder.write("trades.csv", prices([0, 100], [5, 90], [10, 95]));
    const slow = await follow({ from: "trades.csv", series: "prices", stretch: 3 });
    expect([slow.duration, ...slow.at(14, 15, 29, 30)]).toEqual(["30s", 100, 90, 90, 95]);
  });

  test("all of it at once, for one contract, beside another file as it is", async () => {
    await folder.write("bars.csv", BARS);
    const shocks = [{ from: "bars.csv" }, { from: "bars.csv", startPrice: "50", scale: 2, stretch: 2 }];
    const { start: _start, duration: _duration, ...rest } = scenarioOf(shocks);
    const file = await folder.write("s.json", rest);
    const [plain, other] = (await pathsOf(file)) as [number[], number[]];
    expect([plain.length, other.length]).toEqual([181, 181]);
    expect([plain[20], other[40], other[80]]).toEqual([9000, 4050, 6050]);
  });

  test.each<{ shock: JsonObject; changes?: JsonObject; line: RegExp }>([
    { shock: { stretch: 0 }, line: /^s\.json: shock\.stretch: expected a number from 0\.01 to 100, got 0$/ },
    { shock: { gaps: "skip" }, line: /^s\.json: shock\.gaps: expected one of "refuse", "hold", "interpolate", got "skip"$/ },
    { shock: { series: "ticks" }, line: /^s\.json: shock\.series: expected one of "bars", "prices", got "ticks"$/ },
    { shock: { maxGap: "5m" }, line: /^s\.json: shock\.maxGap: expected none: it is of "series": "prices"/ },
    { shock: { startPrice: "0.001" }, line: /^s\.json: shock\.startPrice: expected a whole multiple of the tick 0\.01, got "0\.001"$/ },
    { shock: { stretch: 0.05 }, line: /^s\.json: index\.interval: expected at most a quarter of the bars' 3s/ },
    { shock: { stretch: 2 }, changes: { duration: "7m" }, line: /^s\.json: duration: expected at most 6m from 2025-01-01T00:00:00Z/ },
  ])("refuses $line", async ({ shock, changes = {}, line }) => {
    await folder.write("bars.csv", BARS);
    expect(await refusal({ from: "bars.csv", ...shock }, { start: START, ...changes })).toMatch(line);
  });

  test("a file is named in its own errors, once", async () => {
    const file = await folder.write("s.json", scenarioOf([{ from: "none.csv", series: "prices" }]));
    expect(await lineOf(resolveScenario(file, { registries }))).toMatch(/none\.csv: no such file$/);
  });
});
