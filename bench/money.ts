/**
 * Benchmark `money`: fills through fee, profit and balance, three ways on the same flow.
 *
 * 1. `house`: the clearing house, whole quanta, every rounding exact (UNIT-1, UNIT-3).
 * 2. `doubles`: the same bookings in plain double arithmetic, unrounded and unchecked.
 * 3. `oracle`: the clearing house of the tests in decimal.js, on a part of the flow.
 *
 * The digest is over all balances of the house after the flow, so that none of it can be
 * optimised away; the oracle's balances are compared with it on the part it runs.
 */
import { CONTRACT } from "../sim/clearing/house/books.ts";
import { type ClearingHouse, NO_ORDER, type Party } from "../sim/clearing/house/clearing-house.ts";
import { NO_LEG } from "../sim/clearing/house/open-orders.ts";
import { Digest } from "../sim/kernel/digest.ts";
import { createStream } from "../sim/kernel/random.ts";
import { OracleHouse } from "../test/oracle/clearing-house.ts";
import type { Setup } from "../test/oracle/commands.ts";
import { FastHouseDriver } from "../test/oracle/fast-house.ts";
import type { Benchmark } from "./benchmark.ts";
import { type Measurement, measure } from "./measure.ts";

const ACCOUNTS = 64;
const CASH_QUANTA = 10_000_000_000_000;
const MAKER = 0.0002;
const TAKER = 0.0005;
const QUANTA_PER_TICK_LOT = 100;
const LEVERAGE = 10;
const HEAP_PASSES = 4;

/** One linear contract, tiers by value; half of the accounts isolated, half cross. */
const SETUP: Setup = {
  rules: {
    walletModel: "unified",
    marginModeChange: "instrument",
    unrealizedProfitAsMargin: "all",
    positionValueAt: "mark",
    tiersIncludeOpenOrders: true,
    closingFeeInPositionMargin: "once",
    maintenanceIncludesClosingFee: true,
    closingFeeRate: "taker",
    triggerAt: "at-or-below",
  },
  assets: [{ symbol: "USDT", quantum: "0.000001", index: "1", collateral: [] }],
  instruments: [
    {
      symbol: "BTC-USDT",
      kind: "linear",
      productLine: "perpetual",
      underlying: "BTC",
      settle: "USDT",
      tickSize: "0.1",
      lotSize: "0.001",
      multiplier: "1",
      tierScheme: "marginal",
      tiers: [
        { upTo: "50000", unit: "quote", maintenanceMarginRate: "0.004", maxLeverage: "125" },
        { upTo: "1000000", unit: "quote", maintenanceMarginRate: "0.01", maxLeverage: "50" },
        { upTo: null, unit: "quote", maintenanceMarginRate: "0.05", maxLeverage: "10" },
      ],
      fees: { maker: "0.0002", taker: "0.0005", liquidation: "0.0005" },
      markTicks: 500_000,
      lastTicks: 500_000,
    },
  ],
  accounts: Array.from({ length: ACCOUNTS }, () => "single-currency" as const),
};

/** Fills in columns: who buys, who sells, how many lots at which tick. */
interface Flow {
  readonly buyer: Int32Array;
  readonly seller: Int32Array;
  readonly lots: Float64Array;
  readonly ticks: Float64Array;
}

function drawFlow(count: number): Flow {
  const stream = createStream(1, "bench/money");
  const flow = {
    buyer: new Int32Array(count),
    seller: new Int32Array(count),
    lots: new Float64Array(count),
    ticks: new Float64Array(count),
  };
  let ticks = 500_000;
  for (let fill = 0; fill < count; fill++) {
    const buyer = stream.below(ACCOUNTS);
    ticks = Math.max(100_000, ticks + stream.below(21) - 10);
    flow.buyer[fill] = buyer;
    flow.seller[fill] = (buyer + 1 + stream.below(ACCOUNTS - 1)) % ACCOUNTS;
    flow.lots[fill] = 1 + stream.below(200);
    flow.ticks[fill] = ticks;
  }
  return flow;
}

function openHouse(): ClearingHouse {
  const house = new FastHouseDriver(SETUP).fast;
  for (let account = 0; account < ACCOUNTS; account++) {
    house.deposit(account, 0, CONTRACT, CASH_QUANTA);
    house.setMarginMode(account, 0, account % 2 === 0);
    house.setLeverage(account, 0, NO_LEG, LEVERAGE * 100);
  }
  return house;
}

const sideOf = (liquidity: "maker" | "taker"): Party[] =>
  Array.from({ length: ACCOUNTS }, (_, account) => ({ account, order: NO_ORDER, leg: NO_LEG, liquidity }));
const TAKERS = sideOf("taker");
const MAKERS = sideOf("maker");

function fillAll(house: ClearingHouse, flow: Flow, from: number, until: number): ClearingHouse {
  for (let fill = from; fill < until; fill++) {
    const buyer = TAKERS[flow.buyer[fill] as number] as Party;
    const seller = MAKERS[flow.seller[fill] as number] as Party;
    house.trade(0, flow.lots[fill] as number, flow.ticks[fill] as number, buyer, seller);
  }
  return house;
}

const runHouse = (flow: Flow, count: number) => fillAll(openHouse(), flow, 0, count);

/** The same bookings in doubles: columns, no rounding, no check that anything fits. */
function runDoubles(flow: Flow, count: number): Float64Array {
  const wallet = new Float64Array(ACCOUNTS).fill(CASH_QUANTA);
  const lots = new Float64Array(ACCOUNTS);
  const entry = new Float64Array(ACCOUNTS);
  const margin = new Float64Array(ACCOUNTS);
  const house = new Float64Array(1);
  const book = (account: number, signed: number, value: number, rate: number) => {
    const held = lots[account] as number;
    const all = Math.abs(signed);
    const closing = held * signed < 0 ? Math.min(all, Math.abs(held)) : 0;
    const isolated = account % 2 === 0;
    const fee = value * rate;
    house[0] = (house[0] as number) + fee;
    if (closing > 0) {
      const part = closing / Math.abs(held);
      const released = (entry[account] as number) * part;
      const closed = (value * closing) / all;
      const profit = held > 0 ? closed - released : released - closed;
      const freed = isolated ? (margin[account] as number) * part : 0;
      entry[account] = (entry[account] as number) - released;
      margin[account] = (margin[account] as number) - freed;
      wallet[account] = (wallet[account] as number) + profit + freed;
    }
    if (closing < all) {
      const opened = (value * (all - closing)) / all;
      entry[account] = (entry[account] as number) + opened;
      if (isolated) {
        const moved = Math.min(opened / LEVERAGE + opened * TAKER, Math.max(0, wallet[account] as number));
        margin[account] = (margin[account] as number) + moved;
        wallet[account] = (wallet[account] as number) - moved;
      }
    }
    wallet[account] = (wallet[account] as number) - fee;
    lots[account] = held + signed;
  };
  for (let fill = 0; fill < count; fill++) {
    const size = flow.lots[fill] as number;
    const value = size * (flow.ticks[fill] as number) * QUANTA_PER_TICK_LOT;
    book(flow.buyer[fill] as number, size, value, TAKER);
    book(flow.seller[fill] as number, -size, value, MAKER);
  }
  return wallet;
}

function runOracle(flow: Flow, count: number): OracleHouse {
  const oracle = new OracleHouse(SETUP);
  for (let account = 0; account < ACCOUNTS; account++) {
    oracle.apply({ op: "deposit", account, asset: "USDT", wallet: "contract", amount: CASH_QUANTA });
    oracle.apply({ op: "margin-mode", account, instrument: "BTC-USDT", mode: account % 2 === 0 ? "isolated" : "cross" });
    oracle.apply({ op: "leverage", account, instrument: "BTC-USDT", leverageHundredths: LEVERAGE * 100 });
  }
  for (let fill = 0; fill < count; fill++) {
    oracle.apply({
      op: "trade",
      instrument: "BTC-USDT",
      lots: flow.lots[fill] as number,
      ticks: flow.ticks[fill] as number,
      buyer: { account: flow.buyer[fill] as number, liquidity: "taker" },
      seller: { account: flow.seller[fill] as number, liquidity: "maker" },
    });
  }
  return oracle;
}

function digestOf(house: ClearingHouse): string {
  const digest = new Digest();
  for (const amount of house.books.cash) digest.number(amount);
  const { holdings } = house.books;
  for (let row = 0; row < holdings.count; row++) {
    digest.number(holdings.lots[row] as number);
    digest.number(holdings.entryValue[row] as number);
    digest.number(holdings.margin[row] as number);
  }
  return digest.hex();
}

/** What the benchmark prints. */
export interface MoneyResult {
  readonly fills: number;
  readonly nsPerFill: { readonly house: Measurement; readonly doubles: Measurement; readonly oracle: Measurement };
  readonly ratios: { readonly houseToDoubles: number; readonly oracleToHouse: number };
  /** Growth of the heap over a pass of the house's fills, bytes a fill, the least of several passes: nothing is allocated. */
  readonly heapBytesPerFill: number;
  readonly oracleAgrees: boolean;
  readonly digest: string;
}

/** @param fills of each run; the oracle runs a part of them */
export function benchMoney(fills: number, runs: number): MoneyResult {
  const flow = drawFlow(fills);
  const part = Math.max(100, Math.floor(fills / 2000));
  const house = measure(runs, fills, () => runHouse(flow, fills));
  const doubles = measure(runs, fills, () => runDoubles(flow, fills));
  const oracle = measure(Math.min(3, runs), part, () => runOracle(flow, part));
  const state = runOracle(flow, part).state();
  const fast = runHouse(flow, part);
  const oracleAgrees = state.wallets.every(({ account, amount }) => fast.books.contractCash(account, 0) === amount);
  const last = openHouse();
  let heapBytesPerFill = Number.POSITIVE_INFINITY;
  // The first passes also grow the heap by what the engine compiles.
  for (let pass = 0; pass < HEAP_PASSES; pass++) {
    globalThis.gc?.();
    const before = process.memoryUsage().heapUsed;
    fillAll(last, flow, 0, fills);
    heapBytesPerFill = Math.min(heapBytesPerFill, Math.max(0, process.memoryUsage().heapUsed - before) / fills);
  }
  return {
    fills,
    nsPerFill: { house, doubles, oracle },
    ratios: { houseToDoubles: house.median / doubles.median, oracleToHouse: oracle.median / house.median },
    heapBytesPerFill,
    oracleAgrees,
    digest: digestOf(last),
  };
}

/** `npm run bench -- money`. */
export const moneyBenchmark: Benchmark<MoneyResult> = {
  options: { fills: "1000000", runs: "7" },
  run: ({ fills, runs }) => benchMoney(Number(fills), Number(runs)),
  lines: ({ nsPerFill, ratios, heapBytesPerFill, oracleAgrees, digest }) => [
    ...Object.entries(nsPerFill).map(
      ([name, { median, least, most }]) => `${name.padEnd(8)} ${median.toFixed(1)} ns a fill (${least.toFixed(1)} to ${most.toFixed(1)})`,
    ),
    `house is ${ratios.houseToDoubles.toFixed(2)}× doubles, ${ratios.oracleToHouse.toFixed(0)}× faster than the oracle`,
    `heap ${heapBytesPerFill.toFixed(3)} bytes a fill, oracle ${oracleAgrees ? "agrees" : "DISAGREES"}, digest ${digest}`,
  ],
};
