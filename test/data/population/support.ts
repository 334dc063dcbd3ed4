/** Synthetic tables of holders with known parameters, written where tests can read them. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { createStream, lognormal, normal, powerLaw, type RandomStream, weightedIndex } from "../../../sim/index.ts";

/** A folder of its own for a test file's tables. */
export function useTables(): { write: (name: string, content: string | Uint8Array) => Promise<string>; path: (name: string) => string } {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "breakwater-holders-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  const path = (name: string) => join(folder, name);
  return {
    path,
    write: async (name, content) => {
      await writeFile(path(name), content);
      return path(name);
    },
  };
}

/** What a synthetic table is drawn with. */
export interface Known {
  readonly count: number;
  readonly size: (stream: RandomStream, isLong: boolean) => number;
  readonly longShare: number;
  readonly leverages: readonly (readonly [setting: number, weight: number])[];
  readonly entry: { readonly long: readonly [mean: number, deviation: number]; readonly short: readonly [mean: number, deviation: number] };
  readonly crossShare: number;
}

export const KNOWN: Known = {
  count: 8_000,
  size: (stream) => lognormal(stream, 2_500, 1.8),
  longShare: 0.65,
  leverages: [
    [3, 0.2],
    [10, 0.5],
    [25, 0.3],
  ],
  entry: { long: [0.04, 0.06], short: [-0.01, 0.03] },
  crossShare: 0.7,
};

/** A power law from 100 on, nearly without a most. */
export const power = (exponent: number) => (stream: RandomStream) => powerLaw(stream, 100, exponent);

const MARK = 50_000;

/** Rows of positions, one an account, with header. */
export function positionsCsv(known: Known, seed = 1): string {
  const stream = createStream(seed, "known");
  const lines = ["account,coin,side,size,entry_price,mark_price,leverage,margin_mode"];
  for (let row = 0; row < known.count; row++) {
    const isLong = stream.next() < known.longShare;
    const size = known.size(stream, isLong) / MARK;
    const entry = MARK * (1 + normal(stream, ...(isLong ? known.entry.long : known.entry.short)));
    const weights = known.leverages.map(([, weight]) => weight);
    const [setting] = known.leverages[weightedIndex(stream, weights)] as readonly [number, number];
    const mode = stream.next() < known.crossShare ? "cross" : "isolated";
    lines.push(`a${row},BTC,${isLong ? "LONG" : "SHORT"},${size},${entry},${MARK},${setting},${mode}`);
  }
  return `${lines.join("\n")}\n`;
}
