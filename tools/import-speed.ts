/**
 * What importing a million bars takes of one core: `npx tsx tools/import-speed.ts [rows]` makes a
 * CSV file and a zip archive of it as Binance publishes klines, twelve columns, and imports both
 * into each format. Prints seconds of CPU, of reading and writing together.
 */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { configure, Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from "@zip.js/zip.js";
import { arrowOfSeries } from "../data/sources/arrow-series.ts";
import { seriesOfBars } from "../data/sources/bars.ts";
import { writeDuckDbSeries } from "../data/sources/duckdb-file.ts";
import { writeParquetSeries } from "../data/sources/parquet-series.ts";
import { readBarFiles } from "../data/sources/read-bars.ts";
import type { Series } from "../data/sources/series.ts";
import { createStream } from "../sim/kernel/random.ts";

const WRITERS: readonly (readonly [string, (file: string, series: Series) => Promise<void>])[] = [
  ["arrow", (file, series) => writeFile(file, arrowOfSeries(series))],
  ["parquet", writeParquetSeries],
  ["duckdb", writeDuckDbSeries],
];

/** Minute bars of a price that walks about, with all columns of Binance's klines. */
function klines(rows: number): Buffer {
  const stream = createStream(1, "import-speed");
  const lines: string[] = [];
  let price = 50_000;
  for (let row = 0; row < rows; row++) {
    const open = price;
    price = Math.max(100, price + (stream.next() - 0.5) * 20);
    const [high, low] = [Math.max(open, price) + 5 * stream.next() + 0.01, Math.min(open, price) - 5 * stream.next() - 0.01];
    const [volume, time] = [100 * stream.next(), Date.UTC(2022, 0, 1) + row * 60_000];
    const traded = `${(volume * price).toFixed(5)},${Math.floor(1000 * volume)},${(volume / 2).toFixed(3)},${((volume * price) / 2).toFixed(5)}`;
    lines.push(
      `${time},${[open, high, low, price].map((value) => value.toFixed(2)).join(",")},${volume.toFixed(3)},${time + 59_999},${traded},0`,
    );
  }
  return Buffer.from(`${lines.join("\n")}\n`);
}

const rows = Number(process.argv[2] ?? 1_000_000);
const folder = await mkdtemp(join(tmpdir(), "breakwater-import-speed-"));
try {
  configure({ useWebWorkers: false });
  await writeFile(join(folder, "bars.csv"), klines(rows));
  const writer = new ZipWriter(new Uint8ArrayWriter());
  await writer.add("bars.csv", new Uint8ArrayReader(await readFile(join(folder, "bars.csv"))));
  await writeFile(join(folder, "bars.zip"), await writer.close());
  for (const source of ["bars.csv", "bars.zip"]) {
    for (const [ending, write] of WRITERS) {
      const before = process.cpuUsage();
      const { bars } = await readBarFiles([join(folder, source)]);
      await write(join(folder, `${source}.${ending}`), seriesOfBars(bars));
      const { user, system } = process.cpuUsage(before);
      process.stdout.write(`${bars.timeUs.length} bars, ${source} to ${ending}: ${((user + system) / 1e6).toFixed(2)} s of CPU\n`);
    }
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
