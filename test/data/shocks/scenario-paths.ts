/** Paths of small scenarios, as a run would have them. */
import { compileScenario } from "../../../data/scenario/compile.ts";
import type { JsonObject } from "../../../data/scenario/path.ts";
import { resolveScenario } from "../../../data/scenario/resolve.ts";
import { indexPaths } from "../../../data/shocks/index-path.ts";
import { registries, smallScenario, smallVenue } from "../scenario/support.ts";

const SYMBOLS = ["X-USDT", "Y-USDT", "Z-USDT"] as const;

/** A scenario of as many contracts as there are shocks, an hour in steps of a second; ticks of 0.01. */
export function scenarioOf(shocks: readonly JsonObject[], changes: JsonObject = {}): JsonObject {
  const venue = smallVenue();
  const [contract] = venue["instruments"] as JsonObject[];
  const symbols = SYMBOLS.slice(0, shocks.length);
  venue["instruments"] = symbols.map((symbol) => ({ ...contract, symbol, base: symbol[0], tickSize: "0.01" }));
  const shock = shocks.length === 1 ? shocks[0] : Object.fromEntries(symbols.map((symbol, index) => [symbol, shocks[index]]));
  return { ...smallScenario(), venue, instruments: symbols, duration: "1h", shock, pools: {}, ...changes };
}

/** The paths of a scenario that stands in a file, ticks. */
export async function pathsOf(file: string, sets: readonly string[] = []): Promise<number[][]> {
  const scenario = await resolveScenario(file, { registries, sets });
  const paths = await indexPaths(scenario, compileScenario(scenario).instruments);
  return paths.map(({ ticks }) => [...ticks]);
}

/** A CSV file of bars of a minute. */
export function barsCsv(rows: readonly (readonly number[])[], firstUs = Date.UTC(2025, 0, 1) * 1000): string {
  const lines = rows.map((row, bar) => [firstUs / 1000 + bar * 60_000, ...row, 1].join(","));
  return ["ts_ms,open,high,low,close,volume", ...lines].join("\n");
}
