/** The files of shocks are read once a process, however many runs go along them, and read anew when they changed. */
import { beforeEach, describe, expect, test, vi } from "vitest";
import type { JsonObject } from "../../../data/scenario/path.ts";
import { useFolder } from "../scenario/support.ts";
import { barsCsv, pathsOf, scenarioOf } from "./scenario-paths.ts";

const reads = vi.hoisted(() => ({ bars: 0, prices: 0 }));
vi.mock("../../../data/sources/read-bars.ts", async (original) => {
  const real = await original<typeof import("../../../data/sources/read-bars.ts")>();
  const readBars: typeof real.readBars = (...arguments_) => {
    reads.bars += 1;
    return real.readBars(...arguments_);
  };
  return { ...real, readBars };
});
vi.mock("../../../data/shocks/price-series.ts", async (original) => {
  const real = await original<typeof import("../../../data/shocks/price-series.ts")>();
  const readPriceSeries: typeof real.readPriceSeries = (...arguments_) => {
    reads.prices += 1;
    return real.readPriceSeries(...arguments_);
  };
  return { ...real, readPriceSeries };
});

const folder = useFolder();
const DOWN = barsCsv([
  [100, 110, 90, 105],
  [105, 120, 100, 110],
  [110, 112, 80, 85],
]);
const UP = DOWN.replace(/85,1$/, "111,1");
const START_MS = Date.UTC(2025, 0, 1);
const PRICES = `time,price\n${START_MS},100\n${START_MS + 60_000},90\n`;

beforeEach(() => Object.assign(reads, { bars: 0, prices: 0 }));

/** As two runs of a process: the scenario resolved and its paths made, from the start. */
async function runs(shock: JsonObject, seeds: readonly number[]) {
  const { start, duration, ...rest } = scenarioOf([shock]);
  // Of a recorded shock they are the file's.
  const file = await folder.write("s.json", "from" in shock ? rest : { ...rest, start, duration });
  const paths: number[][][] = [];
  for (const seed of seeds) paths.push(await pathsOf(file, [`seed=${seed}`]));
  return paths;
}

describe("several runs of one process", () => {
  test("read bars once, and again when the file changed", async () => {
    await folder.write("bars.csv", DOWN);
    const [first, second, third] = await runs({ from: "bars.csv" }, [1, 2, 3]);
    expect(reads.bars).toBe(1);
    expect([second, third]).toEqual([first, first]);
    await folder.write("bars.csv", UP);
    const [changed] = await runs({ from: "bars.csv" }, [1, 2]);
    expect(reads.bars).toBe(2);
    expect([first?.[0]?.at(-1), changed?.[0]?.at(-1)]).toEqual([8500, 11100]);
  });

  test("read a series of prices once", async () => {
    await folder.write("trades.csv", PRICES);
    await runs({ from: "trades.csv", series: "prices" }, [1, 2, 3]);
    expect(reads.prices).toBe(1);
  });

  test("read the bars that a bootstrap draws from once, and each seed draws its own path", async () => {
    await folder.write("drawn.csv", DOWN);
    const [first, second] = await runs({ generate: "bootstrap", bars: "drawn.csv", block: "2m", startPrice: "100" }, [1, 2]);
    expect(reads.bars).toBe(1);
    expect(second).not.toEqual(first);
  });
});
