/** The summary of a run, `summary.json`, measured from its tables alone by the queries beside this file. */
import { readFile } from "node:fs/promises";
import { formatWhole } from "../../sim/venue/decimal.ts";
import type { Summary } from "../store/run-directory.ts";
import type { Store } from "../store/store.ts";

/** What the tables do not say: where the run came from, and its checks. */
export interface RunFacts {
  readonly scenario: string;
  readonly venue: string;
  readonly seed: number;
  readonly digest: string;
  readonly conservationChecks: number;
  /** A twin run: its pools hold nothing and are left out (CASC-3). */
  readonly liquidationsOffBook: boolean;
}

type Row = Record<string, unknown>;

/** Measures a run. A run that ended had no violation of conservation: the first one stops it. */
export async function summarise(store: Store, facts: RunFacts): Promise<Summary> {
  const quantum = String((await store.rows("SELECT quantum FROM assets ORDER BY asset LIMIT 1"))[0]?.["quantum"]);
  const money = (row: Row, name: string) => formatWhole(BigInt(String(row[name])), quantum);
  const [activity, liquidations, cascades, adl] = (await Promise.all(
    ["activity", "liquidations", "cascades", "adl"].map(async (name) => (await measure(store, name))[0] as Row),
  )) as [Row, Row, Row, Row];
  const pools = facts.liquidationsOffBook ? [] : await measure(store, "funds");
  const instruments = await measure(store, "instruments");
  const [vault] = await measure(store, "vault");
  const count = Number(liquidations["count"]);
  return {
    scenario: facts.scenario,
    venue: facts.venue,
    seed: facts.seed,
    digest: facts.digest,
    simulatedSeconds: Number(activity["simulated_us"]) / 1e6,
    messages: Number(activity["messages"]),
    trades: Number(activity["trades"]),
    accounts: Number(activity["accounts"]),
    liquidations: {
      count,
      accounts: Number(liquidations["accounts"]),
      notional: money(liquidations, "notional_quanta"),
      longNotional: money(liquidations, "long_notional_quanta"),
      induced: Number(liquidations["induced"]),
      reachedByIndex: Number(liquidations["reached_by_index"]),
      byPath: {
        market: Number(liquidations["market"]),
        vault: Number(liquidations["vault"]),
        fund: Number(liquidations["fund"]),
        adl: Number(liquidations["adl"]),
        house: Number(liquidations["house"]),
        reduced: Number(liquidations["reduced"]),
        open: Number(liquidations["open"]),
      },
    },
    cascades: {
      count: Number(cascades["count"]),
      largestAccounts: Number(cascades["largest_accounts"]),
      largestNotional: money(cascades, "largest_notional_quanta"),
      deepest: Number(cascades["deepest"]),
      branchingRatio: count === 0 ? 0 : Number(liquidations["induced"]) / count,
      longestSeconds: Number(cascades["longest_us"]) / 1e6,
    },
    funds: pools.map((pool) => ({
      pool: String(pool["pool_name"]),
      start: money(pool, "start_quanta"),
      end: money(pool, "end_quanta"),
      lowest: money(pool, "lowest_quanta"),
      maxDrawdown: money(pool, "drawdown_quanta"),
      maxDrawdownRatio: Number(pool["drawdown_ratio"]),
      secondsUnderWater: Number(pool["under_water_us"]) / 1e6,
      exhausted: pool["exhausted"] === true,
    })),
    ...(vault === undefined ? {} : { vault: vaultOf(vault, money) }),
    adl: {
      events: Number(adl["events"]),
      eventsWithoutNeed: Number(adl["without_need"]),
      accounts: Number(adl["accounts"]),
      notional: money(adl, "notional_quanta"),
      needed: money(adl, "needed_quanta"),
      taken: money(adl, "taken_quanta"),
      overshootGross: money(adl, "overshoot_gross_quanta"),
      overshootNet: money(adl, "overshoot_net_quanta"),
    },
    instruments: instruments.map((instrument) => ({
      symbol: String(instrument["symbol"]),
      trades: Number(instrument["trades"]),
      liquidations: Number(instrument["liquidations"]),
      reduced: Number(instrument["reduced"]),
      liquidatedNotional: money(instrument, "notional_quanta"),
      adlNotional: money(instrument, "adl_quanta"),
    })),
    uncoveredLoss: money(activity, "uncovered_quanta"),
    conservation: { checks: facts.conservationChecks, violations: 0 },
    ...(facts.liquidationsOffBook ? { liquidationsOffBook: true } : {}),
  };
}

function vaultOf(vault: Row, money: (row: Row, name: string) => string) {
  return {
    start: money(vault, "start_quanta"),
    end: money(vault, "end_quanta"),
    lowest: money(vault, "lowest_quanta"),
    positions: Number(vault["positions"]),
    notional: money(vault, "notional_quanta"),
    surplus: money(vault, "surplus_quanta"),
  };
}

async function measure(store: Store, name: string): Promise<Row[]> {
  return store.rows(await readFile(new URL(`./${name}.sql`, import.meta.url), "utf8"));
}
