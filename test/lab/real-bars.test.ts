/**
 * A run over real bars of 19 May 2021, when BTC fell to 30,000 USDT within the minute of
 * 13:10 UTC and came back. The bars are not part of the project: without the folder
 * beside the checkout the tests are skipped.
 */
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { registerImport } from "../../cli/import.ts";
import { registerQuery } from "../../cli/query.ts";
import { registerRun } from "../../cli/run.ts";
import type { Summary } from "../../data/store/run-directory.ts";
import { runCommand } from "../cli/captured.ts";

const BARS = fileURLToPath(new URL("../../../shared/data/2021-05-19_binance-spot_BTCUSDT_1m.csv.gz", import.meta.url));

describe.skipIf(!existsSync(BARS))("19 May 2021 (skipped without ../shared/data)", () => {
  let folder = "";
  let summary: Summary;
  const rows = async (sql: string) => {
    const ended = await runCommand(registerQuery, "query", join(folder, "run"), sql, "--json");
    expect(ended.line).toBeNull();
    return JSON.parse(ended.output) as Record<string, number | string>[];
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "breakwater-real-"));
    const bars = join(folder, "btc.arrow");
    expect(await runCommand(registerImport, "import", BARS, "--out", bars)).toMatchObject({ exitCode: 0 });
    const settings = [`shock=${JSON.stringify({ from: bars, snap: true })}`, "name=may-2021", "start=2021-05-19T11:00:00Z", "duration=4h"];
    const ended = await runCommand(
      registerRun,
      ...["run", "flash-crash", "--out", join(folder, "run"), "--json", ...settings.flatMap((setting) => ["--set", setting])],
    );
    expect(ended.line).toBeNull();
    summary = JSON.parse(ended.output) as Summary;
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test("MARK-4: the index goes through the day's low of 30,000 at 13:10 UTC, and nowhere below", async () => {
    const [low] = await rows("select time, index from marks_natural order by index, time limit 1");
    expect(low).toMatchObject({ index: "30000" });
    expect(String(low?.["time"])).toMatch(/^2021-05-19T13:10:/);
  });

  test("longs are liquidated, not shorts, and the last of them within a minute or two of the low", async () => {
    const [size] = await rows(
      `select sum(notional) filter (side = 'long')::DOUBLE / sum(notional)::DOUBLE as long_part,
              max(trigger_time) filter (side = 'long') as last_long,
              count(*) filter (side = 'long' and trigger_time >= '2021-05-19 13:09:00+00') as around_the_low
       from liquidations_natural`,
    );
    expect(Number(size?.["long_part"])).toBeGreaterThan(0.95);
    expect(String(size?.["last_long"])).toMatch(/^2021-05-19T13:1[0-2]:/);
    expect(Number(size?.["around_the_low"])).toBeGreaterThan(100);
  });

  test("the fall of a quarter from 11:00 takes most long holders: all but those of low leverage", async () => {
    const [held] = await rows(
      `select (select open_interest from samples_natural order by time limit 1)::DOUBLE as open_interest,
              (select sum(size) from liquidations_natural join accounts using (account) where kind = 'holder' and side = 'long')::DOUBLE as liquidated,
              (select count(*) from positions p join accounts using (account)
               where kind = 'holder' and p.liquidations = 0 and p.position_lots > 0 and p.leverage >= 20) as survivors_20x`,
    );
    const part = Number(held?.["liquidated"]) / Number(held?.["open_interest"]);
    expect(part).toBeGreaterThan(0.7);
    expect(part).toBeLessThan(1);
    expect(Number(held?.["survivors_20x"])).toBeLessThan(20);
    expect(summary.liquidations.count).toBeGreaterThan(7000);
    expect(summary.cascades.count).toBeGreaterThan(0);
    expect(summary.conservation).toEqual({ checks: 4 * 3600 + 1, violations: 0 });
  });
});
