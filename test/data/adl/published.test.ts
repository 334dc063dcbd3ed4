/** Measures and policies held against what is published of 10 October 2025; skipped without ../shared/data. */
import { existsSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { adlCase } from "../../../data/adl/adl-case.ts";
import { countInversions } from "../../../data/adl/inversions.ts";
import { readSnapshot } from "../../../data/adl/read-snapshot.ts";
import { replayAll, replayPolicy } from "../../../data/adl/replay.ts";
import { waveTotals } from "../../../data/adl/waves.ts";
import { CHECKOUT } from "../../checkout.ts";
import { useSnapshots } from "./support.ts";

const fileOf = (name: string) => fileURLToPath(new URL(`../../../../shared/data/hl_20251010_adl_${name}.csv.gz`, import.meta.url));
const BATCH = fileOf("first_batch_AVAX_LTC_DOGE");
const WAVES = fileOf("policy_per_wave");

function rowsOf(file: string): Record<string, string>[] {
  const [header = "", ...lines] = gunzipSync(readFileSync(file)).toString("utf8").trim().split("\n");
  const names = header.split(",");
  return lines.map((line) => Object.fromEntries(line.split(",").map((cell, place) => [names[place] as string, cell])));
}

describe.skipIf(!existsSync(BATCH))("the first batch on Hyperliquid (skipped without ../shared/data)", () => {
  const snapshots = useSnapshots();
  const COINS = [
    { coin: "AVAX", total: "84454.65", held: "118162.78", partial: "4a96036f", price: "22.075", lot: "0.01", inversions: 49 },
    { coin: "LTC", total: "235.27", held: "14051.51", partial: "9cb0a245", price: "113.19", lot: "0.01", inversions: 1 },
    { coin: "DOGE", total: "1457606", held: "4937200", partial: "37c863a6", price: "0.18914", lot: "1", inversions: 2 },
  ];
  /** Policies that close one candidate after the other, of which the snapshot has all columns. */
  const QUEUES = [
    "highest-profit",
    "profit-rate-times-effective-leverage",
    "mark-over-entry-times-leverage",
    "profit-over-equity",
    "largest-position",
  ];
  const caseOf = async (coin: string, size: string, price: string, lot: string) => {
    const lines = rowsOf(BATCH).map((row) => {
      // Of each account only this position is known: its value stands for the gross notional.
      const gross = (Math.abs(Number(row["position_size_before"])) * Number(row["adl_price"])).toFixed(6);
      return [row["user_prefix"], row["position_size_before"], row["entry_price"], row["total_equity"], gross, row["coin"]].join(",");
    });
    const file = await snapshots.write(["account,size,entry_price,equity,gross_notional,instrument", ...lines]);
    return adlCase(await readSnapshot(file, coin), { side: "long", size, mark: price, price, lot });
  };

  test("ADL-3 every policy closes what was closed; inversions and ranks are those of docs/adl.md", async () => {
    const guide = await readFile(join(CHECKOUT, "docs/adl.md"), "utf8");
    const inversions = new Map<string, number[]>();
    const behind = new Map<string, number[]>();
    const note = (map: Map<string, number[]>, policy: string, figure: number) => map.set(policy, [...(map.get(policy) ?? []), figure]);
    for (const { coin, total, held, partial, price, lot } of COINS) {
      const given = await caseOf(coin, total, price, lot);
      expect(given.ineligible).toEqual([]);
      for (const answer of replayAll(given)) {
        if ("reason" in answer || answer.policy === "socialised-loss") continue;
        expect(answer).toMatchObject({ closed: total, uncovered: "0" });
        note(inversions, answer.policy, answer.metrics.inversions);
      }
      const whole = await caseOf(coin, held, price, lot);
      for (const policy of QUEUES) {
        const { fills, uncovered } = replayPolicy(whole, policy);
        expect(uncovered).toBe("0");
        note(behind, policy, fills.length - 1 - fills.findIndex(({ account }) => account === partial));
      }
    }
    expect(inversions.size).toBe(13);
    for (const [policy, figures] of inversions) {
      expect(guide).toContain(`| \`${policy}\` | ${figures.join(" | ")} | ${behind.get(policy)?.join(" | ") ?? " | | "} |`);
    }
  });

  test.each(COINS)(
    "$coin: one account was closed in part; production's own inversions are $inversions",
    ({ coin, partial, inversions }) => {
      const batch = rowsOf(BATCH).filter((row) => row["coin"] === coin);
      expect(batch.filter((row) => row["partial"] === "True").map((row) => row["user_prefix"])).toEqual([partial]);
      const winners = batch.map((row) => ({
        profit: Math.round(Number(row["position_upnl"]) * 1e5),
        lots: Math.round(Math.abs(Number(row["position_size_before"])) * 100),
        closed: Math.round(Number(row["adl_size"]) * 100),
      }));
      expect(countInversions(winners)).toBe(inversions);
    },
  );

  test.each(COINS.slice(1))(
    "$coin: profit rate × effective leverage closes exactly whom production closed",
    async ({ coin, total, price, lot }) => {
      const production = rowsOf(BATCH).filter((row) => row["coin"] === coin);
      const { fills } = replayPolicy(await caseOf(coin, total, price, lot), "profit-rate-times-effective-leverage");
      const closed = (pairs: (readonly [string | undefined, number])[]) => new Map(pairs.sort());
      expect(closed(fills.map(({ account, size }) => [account, Number(size)]))).toEqual(
        closed(production.map((row) => [row["user_prefix"], Number(row["adl_size"])])),
      );
    },
  );
});

describe.skipIf(!existsSync(WAVES))("arXiv 2602.15182, its waves of 10 October 2025 (skipped without ../shared/data)", () => {
  const waves = existsSync(WAVES) ? rowsOf(WAVES) : [];
  const totalsOf = (policy: string) =>
    waveTotals(
      waves.map((row) => ({
        needed: Number(row["budget_needed"]),
        taken: Number(row[`budget_${policy}`]),
        largestShare: Number(row[`max_pct_${policy}`]),
        benchmarkShare: Number(row["max_pct_fixed_point_ilp_integer"]),
      })),
    );

  test("needed, taken, overshoot net and gross of production", () => {
    const totals = totalsOf("prod");
    expect(Math.round(totals.needed)).toBe(15_079_670);
    expect(Math.round(totals.taken)).toBe(60_108_335);
    expect(Math.round(totals.overshootNet)).toBe(45_028_666);
    expect(Math.round(totals.overshootGross)).toBe(49_405_578);
  });

  test.each([
    { policy: "prod", objective: 64_859_522 },
    { policy: "contract_pr", objective: 3_404_185 },
    { policy: "vector", objective: 4_413_368 },
    { policy: "fixed_point_ilp_integer", objective: 106_206 },
    { policy: "pr", objective: 2_732_437 },
  ])("objective of $policy: $objective", ({ policy, objective }) => {
    expect(Math.round(totalsOf(policy).objective)).toBe(objective);
  });
});
