/** The summary of a run, `summary.json`, measured from its tables alone by the queries beside this file. */
import { readFile } from "node:fs/promises";
import { formatWhole } from "../../sim/venue/decimal.ts";
import type { Summary } from "../store/run-directory.ts";
import type { Store } from "../store/store.ts";
import { measureAdl } from "./adl-measures.ts";
import { measureFacts } from "./stylised-facts.ts";
import { measureTraders } from "./traders-cost.ts";

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

const DAY_US = 86_400_000_000;

type Row = Record<string, unknown>;
/** A column of quanta as decimal text. */
type Money = (row: Row, name: string) => string;

/** Measures a run. A run that ended had no violation of conservation: the first one stops it. */
export async function summarise(store: Store, facts: RunFacts): Promise<Summary> {
  const quantum = String((await store.rows("SELECT quantum FROM assets ORDER BY asset LIMIT 1"))[0]?.["quantum"]);
  const money: Money = (row, name) => formatWhole(BigInt(String(row[name])), quantum);
  // One after the other: together they would have to share what memory there is.
  const one = async (name: string) => (await measure(store, name))[0] as Row;
  const [activity, liquidations, cascades] = [await one("activity"), await one("liquidations"), await one("cascades")];
  const [adl, hedged, leverage] = [await one("adl"), await one("adl-hedged"), await one("leverage-left")];
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
      byCause: {
        direct: Number(liquidations["direct"]),
        induced: Number(liquidations["induced"]),
        adl: Number(liquidations["by_adl"]),
        levy: Number(liquidations["by_levy"]),
        funding: Number(liquidations["by_funding"]),
      },
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
    cascades: cascadesOf(cascades, activity, count === 0 ? 0 : Number(liquidations["induced"]) / count, money),
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
      ...adlOf(adl, hedged, money),
      ...(await measureAdl(store, await queryOf("adl-later"), quantum)),
      leverageLeft: leverageOf(leverage),
    },
    instruments: instruments.map((instrument) => ({
      symbol: String(instrument["symbol"]),
      trades: Number(instrument["trades"]),
      liquidations: Number(instrument["liquidations"]),
      reduced: Number(instrument["reduced"]),
      liquidatedNotional: money(instrument, "notional_quanta"),
      adlNotional: money(instrument, "adl_quanta"),
    })),
    facts: await measureFacts(store, {
      prices: await queryOf("facts-prices"),
      book: await queryOf("facts-book"),
      funding: await queryOf("facts-funding"),
    }),
    traders: await measureTraders(store, quantum),
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

/** Cascades and episodes (CASC-2). */
function cascadesOf(cascades: Row, activity: Row, branchingRatio: number, money: Money): Summary["cascades"] {
  return {
    count: Number(cascades["count"]),
    perDay: perDay(cascades["count"], activity),
    liquidations: Number(cascades["liquidations"]),
    largestLiquidations: Number(cascades["largest_liquidations"]),
    largestAccounts: Number(cascades["largest_accounts"]),
    largestNotional: money(cascades, "largest_notional_quanta"),
    deepest: Number(cascades["deepest"]),
    branchingRatio,
    longestSeconds: Number(cascades["longest_us"]) / 1e6,
    furthestDisplacement: Number(cascades["displacement_ratio"]),
    episodes: {
      count: Number(cascades["episode_count"]),
      perDay: perDay(cascades["episode_count"], activity),
      mostCascades: Number(cascades["episode_cascades"]),
      mostInstruments: Number(cascades["episode_instruments"]),
      largestLiquidations: Number(cascades["episode_liquidations"]),
      largestAccounts: Number(cascades["episode_accounts"]),
      largestNotional: money(cascades, "episode_notional_quanta"),
      deepest: Number(cascades["episode_deepest"]),
      longestSeconds: Number(cascades["episode_longest_us"]) / 1e6,
      furthestDisplacement: Number(cascades["episode_displacement_ratio"]),
    },
  };
}

/** What ADL came to at its events (CASC-5). */
function adlOf(adl: Row, hedged: Row, money: Money): Summary["adl"] {
  return {
    events: Number(adl["events"]),
    eventsWithoutNeed: Number(adl["without_need"]),
    days: Number(adl["days"]),
    accounts: Number(adl["accounts"]),
    notional: money(adl, "notional_quanta"),
    needed: money(adl, "needed_quanta"),
    taken: money(adl, "taken_quanta"),
    overshootGross: money(adl, "overshoot_gross_quanta"),
    overshootNet: money(adl, "overshoot_net_quanta"),
    hedged: {
      accounts: Number(hedged["accounts"]),
      closings: Number(hedged["closings"]),
      notional: money(hedged, "notional_quanta"),
    },
  };
}

/** Leverage of the positions that are left, and what part of them a further tenth would ruin (CASC-5). */
function leverageOf(leverage: Row): Summary["adl"]["leverageLeft"] {
  const positions = Number(leverage["positions"]);
  const share = (name: string) => (positions === 0 ? 0 : Number(leverage[name]) / positions);
  return {
    positions,
    withoutEquity: Number(leverage["without_equity"]),
    highest: Number(leverage["highest"]),
    mean: Number(leverage["mean"]),
    defaultsAt: { move: 0.1, down: share("down"), up: share("up") },
  };
}

/** A count per simulated day; none of a run without duration. */
function perDay(count: unknown, activity: Row): number {
  const simulatedUs = Number(activity["simulated_us"]);
  return simulatedUs === 0 ? 0 : (Number(count) * DAY_US) / simulatedUs;
}

async function measure(store: Store, name: string): Promise<Row[]> {
  return store.rows(await queryOf(name));
}

function queryOf(name: string): Promise<string> {
  return readFile(new URL(`./${name}.sql`, import.meta.url), "utf8");
}
