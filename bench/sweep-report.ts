/**
 * Benchmark `sweep-report`: the report of a recorded sweep, made from its directory. The sweep is synthetic:
 * its tables have the rows that as many simulated runs would leave. Wall clock, since it reads and writes files.
 */
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeSweepReport } from "../reports/sweep/write-sweep-report.ts";
import { writeSweepFixture } from "../test/reports/sweep/fixture.ts";
import type { Benchmark } from "./benchmark.ts";

const POLICIES = ["profit-times-leverage", "pro-rata-size", "leverage-draining"];
const FEES = ["0.0001", "0.0005", "0.001", "0.002"];

/** What it measured. */
export interface SweepReportResult {
  readonly settings: number;
  readonly runs: number;
  /** From the directory to the file. */
  readonly seconds: number;
  /** Of the HTML. */
  readonly bytes: number;
  /** Of the HTML. */
  readonly sha256: string;
}

/**
 * Times the report of a sweep.
 * @param scales values of a first factor, each with twenty combinations of two others
 */
export async function benchSweepReport(scales: number, replications: number): Promise<SweepReportResult> {
  const directory = await mkdtemp(join(tmpdir(), "bench-sweep-report-"));
  try {
    const factors = {
      "venue.tiers.maintenanceMarginRate": Array.from({ length: scales }, (_, place) => (5 + place) / 10),
      "venue.fees.liquidation": FEES,
      "pools.perpetual/BTC/USDT.seedCapital": ["0", "10000", "100000", "1000000", "10000000"],
    };
    const { runs, settings } = await writeSweepFixture(directory, { factors, replications, policies: POLICIES });
    const startMs = performance.now();
    const { html } = await writeSweepReport(directory);
    const seconds = (performance.now() - startMs) / 1000;
    const page = await readFile(html);
    return { settings: settings.length, runs, seconds, bytes: page.length, sha256: createHash("sha256").update(page).digest("hex") };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

export const sweepReportBenchmark: Benchmark<SweepReportResult> = {
  options: { scales: "10", replications: "50" },
  run: ({ scales = "10", replications = "50" }) => benchSweepReport(Number(scales), Number(replications)),
  lines: ({ settings, runs, seconds, bytes, sha256 }) => [
    `report of ${runs} runs of ${settings} settings: ${seconds.toFixed(2)} s, ${(bytes / 1e6).toFixed(2)} MB of HTML`,
    `sha256 ${sha256}`,
  ],
};
