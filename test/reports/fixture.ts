/** Synthetic run directories: one with a crash, one in which nothing happens. Plausible, not simulated. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { writeTables } from "../../data/store/tables.ts";
import { type Cell, Table } from "../../sim/kernel/table.ts";
import { TABLE_FORMAT_VERSION, TABLES } from "../../sim/tables.ts";

/** What a fixture is made of. */
export interface FixtureOptions {
  /** Whether the price crashes; otherwise nothing is liquidated. */
  readonly crash: boolean;
  readonly name?: string;
  readonly description?: string;
  /** Length of the run, seconds. */
  readonly seconds?: number;
}

/** Facts of the crash fixture that charts must keep. */
export const CRASH = { lowTicks: 843_217, lowSecond: 3_391, venue: "bitda", pool: "perpetual/BTC/USDT" } as const;

const START_US = Date.UTC(2025, 9, 10, 20) * 1000;
const SECOND_US = 1_000_000;
/** Tick 0.1 USDT, lot 0.001 BTC, quantum 0.000001 USDT: the value of one lot at one tick is 100 quanta. */
const QUANTA_PER_TICK_LOT = 100;
const SEED_QUANTA = 2_000_000 * 1e6;

/** A small generator of whole numbers below `bound`, always the same. */
function generator(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

/** The index at a second: flat, down 15 % around the low, half way back. */
function indexTicks(second: number, crash: boolean, noise: (bound: number) => number): number {
  const jitter = noise(241) - 120;
  if (!crash || second < 2_400) return 1_000_000 + jitter;
  if (second === CRASH.lowSecond) return CRASH.lowTicks;
  if (second < CRASH.lowSecond) return Math.round(1_000_000 - 153_000 * ((second - 2_400) / (CRASH.lowSecond - 2_400)) ** 2) + jitter;
  return Math.round(930_000 - 83_000 / (1 + (second - CRASH.lowSecond) / 600)) + jitter;
}

class Tables {
  readonly all: Table[] = TABLES.filter((schema) => schema.name !== "orders").map((schema) => new Table(schema));

  count(name: string): number {
    return (this.all.find((candidate) => candidate.schema.name === name) as Table).rowCount;
  }

  add(name: string, row: Readonly<Record<string, Cell>>): void {
    const table = this.all.find((candidate) => candidate.schema.name === name) as Table;
    table.append(
      table.schema.columns.map((column) => row[column.name] ?? (column.type === "int64" && column.optional !== true ? 0 : null)),
    );
  }
}

/** Writes a run directory and returns its summary. */
export async function writeFixture(directory: string, options: FixtureOptions): Promise<Record<string, unknown>> {
  const tables = new Tables();
  const seconds = options.seconds ?? 10_800;
  const noise = generator(options.crash ? 7 : 8);
  tables.add("assets", { asset: 0, symbol: "USDT", quantum: "0.000001" });
  tables.add("instruments", {
    instrument: 0,
    symbol: "BTC-USDT",
    kind: "linear",
    product_line: "perpetual",
    underlying: "BTC",
    settle_asset: 0,
    tick_size: "0.1",
    lot_size: "0.001",
    multiplier: "1",
  });
  const path = Array.from({ length: seconds + 1 }, (_, second) => indexTicks(second, options.crash, noise));
  const clearing = options.crash ? addClearing(tables, path, noise) : quietClearing(tables);
  addMarket(tables, path, clearing, noise);
  addAccounts(tables, options.crash);
  await mkdir(directory, { recursive: true });
  await writeTables(directory, tables.all);
  const summary = summaryOf(options, seconds, clearing);
  const manifest = {
    formatVersion: TABLE_FORMAT_VERSION,
    breakwater: "0.1.0",
    runtime: { name: "node", version: "20.20.2" },
    scenario: {
      name: options.name ?? "fixture-crash",
      description: options.description ?? "An index that falls by 15 % within a quarter of an hour and comes half way back.",
      venue: { name: CRASH.venue },
      seed: 7,
      start: "2025-10-10T20:00:00Z",
      duration: `${seconds}s`,
      instruments: ["BTC-USDT"],
      population: { accounts: 20_000 },
    },
    seed: 7,
    digest: "0123456789abcdef0123456789abcdef",
    startedAt: "2025-11-01T09:00:00Z",
    wallSeconds: 21.4,
  };
  await writeFile(join(directory, "manifest.json"), JSON.stringify(manifest, null, 2));
  await writeFile(join(directory, "summary.json"), JSON.stringify(summary, null, 2));
  return summary;
}

/** What happened at the clearing house, for the samples and the summary. */
interface Clearing {
  readonly poolBySecond: Map<number, number>;
  readonly liquidated: Map<number, { long: number; short: number; count: number }>;
  readonly adlBySecond: Map<number, number>;
  lowestQuanta: number;
  endQuanta: number;
  liquidations: number;
  notionalQuanta: number;
  fundUsed: number;
  peakQuanta: number;
  drawdownQuanta: number;
  drawdownRatio: number;
  adlEvents: number;
  adlAccounts: number;
  adlQuanta: number;
  neededQuanta: number;
  cascades: number;
}

function quietClearing(tables: Tables): Clearing {
  tables.add("funds", {
    movement: tables.count("funds"),
    time_us: START_US,
    pool: 0,
    pool_name: CRASH.pool,
    entry: "seed",
    amount_quanta: SEED_QUANTA,
    available_quanta: SEED_QUANTA,
  });
  return {
    poolBySecond: new Map(),
    liquidated: new Map(),
    adlBySecond: new Map(),
    lowestQuanta: SEED_QUANTA,
    endQuanta: SEED_QUANTA,
    liquidations: 0,
    notionalQuanta: 0,
    fundUsed: 0,
    peakQuanta: SEED_QUANTA,
    drawdownQuanta: 0,
    drawdownRatio: 0,
    adlEvents: 0,
    adlAccounts: 0,
    adlQuanta: 0,
    neededQuanta: 0,
    cascades: 0,
  };
}

function addClearing(tables: Tables, path: readonly number[], noise: (bound: number) => number): Clearing {
  const clearing = quietClearing(tables);
  let available = SEED_QUANTA;
  const reduced = new Set<number>();
  for (let second = 2_700; second < Math.min(path.length, 6_000); second += 1 + noise(second < 3_600 ? 4 : 40)) {
    const liquidation = clearing.liquidations++;
    const side = second < 3_500 || noise(3) > 0 ? "long" : "short";
    const mark = path[second] as number;
    const lots = 200 + noise(8_000) + (second > 3_300 && second < 3_420 ? noise(60_000) : 0);
    const notional = mark * lots * QUANTA_PER_TICK_LOT;
    const deep = second > 3_250 && second < 3_600;
    const adlLots = deep && second > 3_380 ? Math.floor(lots * 0.4) : 0;
    const fundLots = deep ? Math.floor((lots - adlLots) * 0.3) : 0;
    const cover = fundLots > 0 ? Math.min(available, Math.floor(notional * 0.006)) : 0;
    const surplus = fundLots > 0 ? 0 : Math.floor(notional * 0.0015);
    available += surplus - cover;
    const time = START_US + second * SECOND_US;
    clearing.notionalQuanta += notional;
    clearing.lowestQuanta = Math.min(clearing.lowestQuanta, available);
    clearing.peakQuanta = Math.max(clearing.peakQuanta, available);
    clearing.drawdownQuanta = Math.max(clearing.drawdownQuanta, clearing.peakQuanta - available);
    clearing.drawdownRatio = Math.max(clearing.drawdownRatio, 1 - available / clearing.peakQuanta);
    if (fundLots > 0 && adlLots === 0) clearing.fundUsed++;
    clearing.poolBySecond.set(second, available);
    const entry = clearing.liquidated.get(second) ?? { long: 0, short: 0, count: 0 };
    entry[side] += notional;
    entry.count++;
    clearing.liquidated.set(second, entry);
    tables.add("liquidations", {
      liquidation,
      account: 100 + liquidation,
      instrument: 0,
      side,
      trigger_time_us: time,
      end_time_us: time + (1 + noise(30)) * SECOND_US,
      trigger_mark_ticks: mark,
      liquidation_price_ticks: mark,
      bankruptcy_price_ticks: side === "long" ? mark - 4_000 : mark + 4_000,
      size_lots: lots,
      notional_quanta: notional,
      entry_value_quanta: notional,
      margin_quanta: Math.floor(notional / 25),
      equity_quanta: Math.floor(notional / 250),
      requirement_quanta: Math.floor(notional / 200),
      reduced_lots: 0,
      takeover_lots: lots,
      takeover_value_quanta: notional,
      liquidated_quanta: notional,
      fee_quanta: 0,
      market_lots: lots - fundLots - adlLots,
      fund_lots: fundLots,
      adl_lots: adlLots,
      residual_lots: 0,
      surplus_quanta: surplus,
      cover_quanta: cover,
      uncovered_quanta: 0,
      cause: deep && noise(2) === 0 ? "induced" : "direct",
      parent: deep && liquidation > 0 ? liquidation - 1 : null,
      displacement_ticks: -noise(900),
      status: "closed",
    });
    const amount = surplus - cover;
    tables.add("funds", {
      movement: tables.count("funds"),
      time_us: time,
      pool: 0,
      pool_name: CRASH.pool,
      entry: amount < 0 ? "cover" : "surplus",
      liquidation,
      amount_quanta: amount,
      available_quanta: available,
    });
    if (adlLots > 0)
      addAdl(tables, clearing, { second, liquidation, mark, lots: adlLots, side: side === "long" ? "short" : "long" }, reduced, noise);
    if (deep && liquidation % 9 === 0) addCascade(tables, clearing, liquidation, time, notional, noise);
  }
  clearing.endQuanta = available;
  clearing.adlAccounts = reduced.size;
  return clearing;
}

function addAdl(
  tables: Tables,
  clearing: Clearing,
  request: { second: number; liquidation: number; mark: number; lots: number; side: "long" | "short" },
  reduced: Set<number>,
  noise: (bound: number) => number,
): void {
  const event = clearing.adlEvents++;
  let rest = request.lots;
  for (let rank = 1; rank <= 3 && rest > 0; rank++) {
    const lots = rank === 3 ? rest : Math.ceil(rest / 2);
    rest -= lots;
    const account = 5_000 + noise(40) * noise(10);
    reduced.add(account);
    const value = lots * request.mark * QUANTA_PER_TICK_LOT;
    clearing.adlQuanta += value;
    clearing.neededQuanta += Math.floor(value / 200);
    clearing.adlBySecond.set(request.second, (clearing.adlBySecond.get(request.second) ?? 0) + value);
    tables.add("adl", {
      booking: tables.count("adl"),
      time_us: START_US + request.second * SECOND_US,
      event,
      liquidation: request.liquidation,
      instrument: 0,
      account,
      side: request.side,
      rank,
      score: 1e12 / rank,
      policy: "profit-times-leverage",
      size_lots: lots,
      position_lots: lots * 2,
      mark_ticks: request.mark,
      price_ticks: request.mark + 3_000,
      value_quanta: value,
      levy_quanta: 0,
      realized_profit_quanta: Math.floor(value / 12),
      needed_quanta: Math.floor(value / 200),
      // Less at each closing, and in no order of accounts.
      equity_quanta: ((account * 7_919) % 1_009) * 1e9 - event * 1e6,
      taken_quanta: Math.floor(value / 150) + account,
    });
  }
}

/** So many cascades make an episode. */
const CASCADES_TOGETHER = 3;

function addCascade(
  tables: Tables,
  clearing: Clearing,
  root: number,
  time: number,
  notional: number,
  noise: (bound: number) => number,
): void {
  const liquidations = 2 + noise(30);
  const cascade = clearing.cascades++;
  if (cascade % CASCADES_TOGETHER === 0) {
    tables.add("episodes", {
      ...{ episode: cascade / CASCADES_TOGETHER, first_time_us: time, last_time_us: time + 200 * SECOND_US },
      ...{ cascades: CASCADES_TOGETHER, instruments: 1, liquidations: 40, accounts: 39, notional_quanta: 40 * notional, depth: 5 },
      ...{ displaced_instrument: 0, displacement_ratio: -0.0123 },
    });
  }
  tables.add("cascades", {
    cascade,
    episode: Math.floor(cascade / CASCADES_TOGETHER),
    instrument: 0,
    root,
    first_time_us: time,
    last_time_us: time + (5 + noise(90)) * SECOND_US,
    liquidations,
    accounts: liquidations - (cascade % 2),
    notional_quanta: notional * liquidations,
    depth: 1 + noise(6),
    displacement_ticks: -noise(4_000),
    displacement_ratio: -0.004,
  });
}

function addMarket(tables: Tables, path: readonly number[], clearing: Clearing, noise: (bound: number) => number): void {
  let available = SEED_QUANTA;
  let peak = SEED_QUANTA;
  const since = { long: 0, short: 0, count: 0, adl: 0 };
  for (const [second, index] of path.entries()) {
    const time = START_US + second * SECOND_US;
    const stress = clearing.liquidated.has(second) ? 40 : 3;
    const last = index + noise(stress * 20) - stress * 10;
    const common = {
      time_us: time,
      instrument: 0,
      index_ticks: index,
      mark_ticks: index,
      last_ticks: last,
      bid_ticks: index - stress,
      ask_ticks: index + stress,
    };
    tables.add("marks", { ...common, shadow_mark_ticks: index });
    if (second % 2 === 0) {
      tables.add("trades", {
        time_us: time,
        instrument: 0,
        price_ticks: second % 2_000 === 1_392 ? last - 500 : last,
        size_lots: 1 + noise(500),
        value_quanta: last * QUANTA_PER_TICK_LOT,
        taker_side: noise(2) === 0 ? "buy" : "sell",
        maker_account: 1,
        taker_account: 2,
        maker_fee_quanta: 0,
        taker_fee_quanta: 0,
      });
    }
    available = clearing.poolBySecond.get(second) ?? available;
    peak = Math.max(peak, available);
    const liquidated = clearing.liquidated.get(second);
    since.long += liquidated?.long ?? 0;
    since.short += liquidated?.short ?? 0;
    since.count += liquidated?.count ?? 0;
    since.adl += clearing.adlBySecond.get(second) ?? 0;
    if (second % 10 !== 0) continue;
    tables.add("samples", {
      ...common,
      bid_depth_lots: 40_000 + noise(9_000) - (stress > 3 ? 30_000 : 0),
      bid_depth_5bp_lots: 4_000,
      bid_depth_10bp_lots: 9_000,
      bid_depth_25bp_lots: 21_000,
      ask_depth_lots: 41_000 + noise(9_000) - (stress > 3 ? 20_000 : 0),
      ask_depth_5bp_lots: 4_000,
      ask_depth_10bp_lots: 9_000,
      ask_depth_25bp_lots: 21_000,
      open_interest_lots: 9_000_000 - Math.min(2_000_000, second * 200),
      messages: 900 + noise(400),
      volume_lots: 4_000 + noise(4_000),
      liquidations: since.count,
      liquidated_long_quanta: since.long,
      liquidated_short_quanta: since.short,
      adl_quanta: since.adl,
      pool_available_quanta: available,
      pool_drawdown_quanta: peak - available,
      displacement_ticks: 0,
    });
    Object.assign(since, { long: 0, short: 0, count: 0, adl: 0 });
  }
}

function addAccounts(tables: Tables, crash: boolean): void {
  for (let account = 0; account < 5_400; account++) {
    const amounts = { margin_quanta: 1e8, liquidations: crash && account >= 100 && account < 900 ? 1 : 0 };
    tables.add("accounts", {
      account,
      // Some that are auto-deleveraged are two legs of one.
      owner: account >= 5_000 && account % 4 === 1 ? account - 1 : account,
      kind: account === 0 ? "engine" : account < 9 ? "agent" : "holder",
      name: account > 0 && account < 9 ? `market-maker-${account}` : "",
      deposited_quanta: 1e9,
      wallet_quanta: 9e8,
      ...amounts,
    });
    tables.add("positions", {
      account,
      instrument: 0,
      leverage: account < 9 ? null : 25,
      margin_mode: "isolated",
      position_lots: account % 2 === 0 ? 100 : -100,
      entry_value_quanta: 1e10,
      ...amounts,
    });
  }
}

function units(quanta: number): string {
  return (quanta / 1e6).toString();
}

function summaryOf(options: FixtureOptions, seconds: number, clearing: Clearing): Record<string, unknown> {
  return {
    scenario: options.name ?? "fixture-crash",
    venue: CRASH.venue,
    seed: 7,
    digest: "0123456789abcdef0123456789abcdef",
    simulatedSeconds: seconds,
    messages: 1_234_567,
    trades: Math.floor(seconds / 2) + 1,
    accounts: 5_400,
    liquidations: {
      count: clearing.liquidations,
      accounts: clearing.liquidations,
      notional: units(clearing.notionalQuanta),
      induced: Math.floor(clearing.liquidations / 5),
      byCause: { direct: 1, induced: 1, adl: 2, levy: 0, funding: 1 },
      byPath: { market: clearing.liquidations - clearing.adlEvents - clearing.fundUsed, fund: clearing.fundUsed, adl: clearing.adlEvents },
    },
    cascades: {
      count: clearing.cascades,
      largestAccounts: clearing.cascades > 0 ? 31 : 0,
      largestNotional: clearing.cascades > 0 ? "48123456.25" : "0",
      branchingRatio: clearing.cascades > 0 ? 0.213 : 0,
      longestSeconds: clearing.cascades > 0 ? 94 : 0,
      perDay: (clearing.cascades * 86_400) / seconds,
      episodes: {
        ...{ count: Math.ceil(clearing.cascades / CASCADES_TOGETHER), perDay: 1, mostCascades: 3, mostInstruments: 1, deepest: 5 },
        ...{
          largestLiquidations: 40,
          largestAccounts: 39,
          largestNotional: "48123456.25",
          longestSeconds: 200,
          furthestDisplacement: -0.0123,
        },
      },
    },
    funds: [
      {
        pool: CRASH.pool,
        start: units(SEED_QUANTA),
        end: units(clearing.endQuanta),
        lowest: units(clearing.lowestQuanta),
        maxDrawdown: units(clearing.drawdownQuanta),
        maxDrawdownRatio: clearing.drawdownRatio,
        secondsUnderWater: options.crash ? 7_391 : 0,
        exhausted: clearing.lowestQuanta === 0,
      },
    ],
    adl: {
      events: clearing.adlEvents,
      accounts: clearing.adlAccounts,
      notional: units(clearing.adlQuanta),
      needed: units(clearing.neededQuanta),
      taken: units(Math.floor(clearing.neededQuanta * 1.3)),
      overshootGross: units(Math.floor(clearing.neededQuanta * 0.3)),
      overshootNet: units(Math.floor(clearing.neededQuanta * 0.1)),
      neededBySize: units(clearing.neededQuanta * 2),
      later: [0, 0.5, 1, 2, 5, null].map((after, place) => ({
        seconds: after,
        ...{ taken: units(1_234_560_000 * (1 + place)), overshootGross: units(1_000_000_000), overshootNet: units(-2_000_000_000) },
      })),
      largestHaircutShare: 0.321,
      spread: { taken: { gini: 0.61, topTenShare: 0.87 }, closed: { gini: 0.42, topTenShare: 0.55 } },
      hedged: { accounts: 2, closings: 3, notional: "4321.5" },
      leverageLeft: { positions: 99, withoutEquity: 0, highest: 71.25, mean: 12.5, defaultsAt: { move: 0.1, down: 0.25, up: 0.5 } },
    },
    instruments: [
      {
        symbol: "BTC-USDT",
        trades: Math.floor(seconds / 2) + 1,
        liquidations: clearing.liquidations,
        liquidatedNotional: units(clearing.notionalQuanta),
        adlNotional: units(clearing.adlQuanta),
      },
    ],
    uncoveredLoss: "0",
    conservation: { checks: seconds, violations: 0 },
  };
}
