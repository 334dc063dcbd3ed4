import { describe, expect, test } from "vitest";
import { FIRST_TRADER_ACCOUNT } from "../../sim/clearing/accounts.ts";
import type { AgentStart, InstrumentInput, SimulationInput } from "../../sim/input.ts";
import { createStream } from "../../sim/kernel/random.ts";
import type { Table } from "../../sim/kernel/table.ts";
import { BUY, SELL } from "../../sim/market/order-book.ts";
import { Simulation } from "../../sim/simulation.ts";
import { actingAgent as agent } from "./acting-agent.ts";
import { type OneInput, oneInstrument, only } from "./one-instrument.ts";
import { randomSeveral } from "./random-several.ts";
import { randomInput } from "./random-simulation.ts";
import { instrumentOf, QUIET_RULES } from "./venue-fixture.ts";

const SECOND = 1_000_000;

/** The rows of a table that belong to an instrument: the cells of some columns. */
function rowsOf(table: Table, instrument: number, columns: readonly string[]): unknown[][] {
  const of = table.numbers("instrument");
  const cells = columns.map((name) => {
    const { type } = table.schema.columns.find((column) => column.name === name) as { type: string };
    return type === "int64" || type === "double" ? table.numbers(name) : table.words(name);
  });
  return [...of.keys()].filter((row) => of[row] === instrument).map((row) => cells.map((column) => column[row]));
}

/** Two instruments that have nothing in common: each with the holders and agents of a simulation of its own. */
function apart(first: SimulationInput, second: SimulationInput): SimulationInput {
  const [one, other] = [only(first), only(second)];
  const holder = Int32Array.from({ length: other.holders.count }, (_, row) => one.holders.count + row);
  const instrument = { ...other.instrument, symbol: "ETH-USDT", underlying: "ETH" };
  const agents = [...first.agents, ...second.agents.map((agent) => ({ ...agent, name: `${agent.name}/ETH`, instrument: 1 }))];
  return {
    ...first,
    agents,
    instruments: [one, { ...other, instrument, holders: { ...other.holders, holder } }],
    poolSeeds: { ...first.poolSeeds, "perpetual/ETH/USDT": second.poolSeeds["perpetual/BTC/USDT"] as number },
  };
}

/** What each table says of an instrument, but for the numbers that run through all of them. */
const OF_AN_INSTRUMENT = {
  marks: ["time_us", "index_ticks", "mark_ticks", "shadow_mark_ticks", "last_ticks", "bid_ticks", "ask_ticks"],
  trades: ["time_us", "price_ticks", "size_lots", "value_quanta", "taker_side", "maker_fee_quanta", "taker_fee_quanta"],
  liquidations: [
    "side",
    "trigger_time_us",
    "end_time_us",
    "size_lots",
    "equity_quanta",
    "surplus_quanta",
    "cover_quanta",
    "cause",
    "status",
  ],
  adl: ["time_us", "side", "rank", "size_lots", "value_quanta", "needed_quanta", "taken_quanta"],
  samples: ["time_us", "open_interest_lots", "messages", "volume_lots", "pool_available_quanta", "displacement_ticks"],
  cascades: ["first_time_us", "last_time_us", "liquidations", "notional_quanta", "depth", "displacement_ticks"],
} as const;

describe("instruments that have nothing in common", () => {
  test("TIME-2 each goes as it would alone: marks, trades, liquidations, ADL, cascades and its pool", () => {
    const seen = { liquidations: 0, adl: 0, cascades: 0 };
    for (let seed = 1; seed <= 12; seed++) {
      const [first, second] = [() => randomInput(seed), () => ({ ...randomInput(100 + seed), rules: randomInput(seed).rules })];
      const together = new Simulation(apart(first(), second())).run().record;
      [first, second].forEach((input, instrument) => {
        const alone = new Simulation(input()).run().record;
        for (const [name, columns] of Object.entries(OF_AN_INSTRUMENT)) {
          const table = name as keyof typeof OF_AN_INSTRUMENT;
          expect(rowsOf(together[table], instrument, columns), `seed ${seed}: ${name} of ${instrument}`).toEqual(
            rowsOf(alone[table], 0, columns),
          );
        }
        for (const table of ["liquidations", "adl", "cascades"] as const) seen[table] += alone[table].rowCount;
      });
    }
    expect(Math.min(seen.liquidations, seen.adl)).toBeGreaterThan(20);
    expect(seen.cascades).toBeGreaterThan(3);
  });
});

describe("random venues with several instruments, shared wallets and pools", () => {
  test("CONS-1 CONS-2 CONS-3 FUND-1 FUND-4 hold after every event", () => {
    const seen = { liquidations: 0, adl: 0, uncovered: 0, shared: 0, elsewhere: 0 };
    for (let seed = 1; seed <= 60; seed++) {
      const input = randomSeveral(seed);
      const { record } = new Simulation(input).run();
      seen.liquidations += record.liquidations.rowCount;
      seen.adl += record.adl.rowCount;
      seen.uncovered += record.funds.numbers("house_quanta").filter((paid) => paid > 0).length;
      if (new Set(record.funds.numbers("pool")).size < input.instruments.length) seen.shared += 1;
      // Agents trade where they are not at home, too.
      const home = input.agents.map(({ instrument = 0 }) => instrument);
      const firstAgent = record.accounts.rowCount - home.length;
      const at = record.trades.numbers("instrument");
      record.trades.numbers("taker_account").forEach((account, row) => {
        if (account >= firstAgent && home[account - firstAgent] !== at[row]) seen.elsewhere += 1;
      });
      expect(Math.min(0, ...record.funds.numbers("available_quanta")), `seed ${seed}`).toBe(0);
      expect(Math.min(0, ...record.samples.numbers("pool_available_quanta")), `seed ${seed}`).toBe(0);
    }
    for (const [part, count] of Object.entries(seen)) expect(count, part).toBeGreaterThan(10);
  });

  test("TIME-3 TIME-4 the same digest again, and from a snapshot at any time", () => {
    for (let seed = 1; seed <= 15; seed++) {
      const { digest } = new Simulation(randomSeveral(seed)).run();
      const interrupted = new Simulation(randomSeveral(seed));
      const { startUs, intervalUs, ticks } = only(randomSeveral(seed)).index;
      interrupted.runUntil(startUs + createStream(seed, "test/snapshot").below((ticks.length - 1) * intervalUs));
      expect(Simulation.restore(randomSeveral(seed), interrupted.snapshot()).run().digest, `seed ${seed}`).toBe(digest);
    }
  });

  test("LIQ-1 at one instant the lowest margin ratio comes first, then the account, then the instrument", () => {
    let instants = 0;
    for (let seed = 1; seed <= 30; seed++) {
      const input = randomSeveral(seed);
      const { liquidations, accounts } = new Simulation(input).run().record;
      // An agent may trade while others are liquidated before it: its ratio is then another.
      const firstAgent = accounts.rowCount - input.agents.length;
      const number = (name: string) => liquidations.numbers(name);
      const whose = number("account");
      const rows = [...whose.keys()].filter((row) => (whose[row] as number) < firstAgent);
      rows.slice(1).forEach((row, place) => {
        const before = rows[place] as number;
        const apart = (name: string) => BigInt(number(name)[row] as number) - BigInt(number(name)[before] as number);
        if (apart("trigger_time_us") !== 0n) return;
        if (apart("instrument") !== 0n) instants += 1;
        const product = (equity: number, requirement: number) =>
          BigInt(number("equity_quanta")[equity] as number) * BigInt(number("requirement_quanta")[requirement] as number);
        const order = [product(row, before) - product(before, row), apart("account"), apart("instrument")].find((part) => part !== 0n);
        expect(order, `seed ${seed}, liquidation ${row}`).toBeGreaterThan(0n);
      });
    }
    expect(instants).toBeGreaterThan(50);
  });
});

/** A long and a short of ten lots each at 1,000 in an instrument, by the same two holders or by others, marks a second apart. */
function market(
  underlying: string,
  ticks: readonly number[],
  given: { margin?: number; holders?: readonly number[]; symbol?: string } = {},
): InstrumentInput {
  const { margin = 1_000, holders, symbol = `${underlying}-USDT` } = given;
  return {
    instrument: { ...instrumentOf(), symbol, underlying },
    index: { startUs: 0, intervalUs: SECOND, ticks: Float64Array.from(ticks) },
    holders: {
      count: 2,
      ...(holders === undefined ? {} : { holder: Int32Array.from(holders) }),
      lots: Float64Array.of(10, -10),
      entryValue: Float64Array.of(10_000, 10_000),
      margin: Float64Array.of(margin, 5_000),
      leverageHundredths: Float64Array.of(1_000, 1_000),
    },
  };
}

function venue(
  instruments: readonly InstrumentInput[],
  poolSeeds: SimulationInput["poolSeeds"],
  agents: readonly AgentStart[] = [],
): SimulationInput {
  const plain = oneInstrument({ ...BASE, ...(instruments[0] as InstrumentInput) });
  return { ...plain, instruments, poolSeeds, agents };
}

const BASE: Omit<OneInput, keyof InstrumentInput> = {
  asset: { symbol: "USDT", quantum: "0.01" },
  rules: QUIET_RULES,
  agents: [],
  poolSeedQuanta: 0,
  displacementHalfLifeUs: SECOND,
  slowAverageUs: SECOND,
  sampleIntervalUs: SECOND,
  recordOrders: true,
  checkEveryEvent: true,
};

describe("worked by hand", () => {
  /** Longs fail at 900: mark 880 is 20 a lot beyond bankruptcy. Somebody bids 880. */
  const bidder = (instrument: number) =>
    agent(`bidder/${instrument}`, (desk) => desk.on(instrument).desk.limit(BUY, 880, 10), { depositQuanta: 10_000 });

  test("FUND-1 instruments of one underlying share a pool; one of another never pays", () => {
    const run = (second: InstrumentInput, seeds: SimulationInput["poolSeeds"]) =>
      new Simulation(venue([market("BTC", [1_000, 1_000, 880]), second], seeds, [bidder(0)])).run().record;
    const shared = run(market("BTC", [1_000, 1_000, 1_000], { symbol: "BTC-USDT-MINI", holders: [2, 3] }), { "perpetual/BTC/USDT": 200 });
    expect(shared.liquidations.numbers("fund_lots")).toEqual(Float64Array.of(10));
    expect([...shared.samples.numbers("pool_available_quanta")].slice(-2)).toEqual([0, 0]);
    const others = run(market("ETH", [1_000, 1_000, 1_000], { holders: [2, 3] }), { "perpetual/ETH/USDT": 200 });
    expect(others.liquidations.numbers("fund_lots")).toEqual(Float64Array.of(0));
    expect(others.liquidations.numbers("adl_lots")).toEqual(Float64Array.of(10));
    expect([...others.samples.numbers("pool_available_quanta")].slice(-2)).toEqual([0, 200]);
    expect(others.funds.words("pool_name")).toEqual(["perpetual/BTC/USDT", "perpetual/ETH/USDT"]);
  });

  test("FUND-3 what is hidden in one instrument's inventory weakens the pool for the other", () => {
    // Both longs fail at once. The pool of 100 pays 5 lots of the first at 20 each; for the second nothing is left.
    const instruments = [
      market("BTC", [1_000, 1_000, 880]),
      market("BTC", [1_000, 1_000, 880], { symbol: "BTC-USDT-MINI", holders: [2, 3] }),
    ];
    const { liquidations } = new Simulation(venue(instruments, { "perpetual/BTC/USDT": 100 }, [bidder(0), bidder(1)])).run().record;
    expect([...liquidations.numbers("instrument")]).toEqual([0, 1]);
    expect([...liquidations.numbers("fund_lots")]).toEqual([5, 0]);
    expect([...liquidations.numbers("adl_lots")]).toEqual([5, 10]);
  });

  test("ACCT-2 one position of a holder is liquidated, the other one stays", () => {
    const instruments = [market("BTC", [1_000, 1_000, 880]), market("ETH", [1_000, 1_000, 1_000], { margin: 2_000 })];
    const { positions, accounts } = new Simulation(venue(instruments, { "perpetual/BTC/USDT": 1_000 }, [bidder(0)])).run().record;
    const long = FIRST_TRADER_ACCOUNT;
    const lots = (instrument: number) =>
      rowsOf(positions, instrument, ["account", "position_lots", "margin_quanta"]).find(([account]) => account === long);
    expect([lots(0), lots(1)]).toEqual([
      [long, 0, 0],
      [long, 10, 2_000],
    ]);
    expect([
      accounts.numbers("deposited_quanta")[long],
      accounts.numbers("margin_quanta")[long],
      accounts.numbers("liquidations")[long],
    ]).toEqual([3_000, 2_000, 1]);
  });

  test("ORDER-2 ACCT-1 an order in one instrument holds margin of the wallet that all of them share", () => {
    const trader = agent("trader", (desk) => {
      // At a leverage of ten: 900 of 1,000 are held; 150 more are not there, 100 are.
      desk.limit(BUY, 900, 10);
      desk.on(1).desk.limit(BUY, 750, 2);
      desk.on(1).desk.limit(BUY, 500, 2);
      expect(() => desk.on(2)).toThrow("Cannot trade instrument 2: there is none of that number");
    });
    const { record } = new Simulation(venue([market("BTC", [1_000, 1_000]), market("ETH", [1_000, 1_000])], {}, [trader])).run();
    expect([...record.orders.numbers("instrument")]).toEqual([0, 1, 1]);
    expect([...record.orders.numbers("order")]).toEqual([1, 2, 3]);
    expect(record.orders.words("result")).toEqual(["accepted", "insufficient-margin", "accepted"]);
    expect(trader.heard).toEqual([{ kind: "rejected", order: 2, code: "insufficient-margin" }]);
  });

  test.each([
    { cancels: "instrument", left: true },
    { cancels: "account", left: false },
  ] as const)("ADL-4 cancels $cancels: what a selected account has open elsewhere stays or goes", ({ cancels, left }) => {
    const nobody = { lots: new Float64Array(0), entryValue: new Float64Array(0), margin: new Float64Array(0) };
    const holders = { count: 0, ...nobody, leverageHundredths: new Float64Array(0) };
    const ether = { ...market("ETH", [1_000, 1_000, 1_200, 1_200]), holders };
    const seller = agent("seller", (desk) => desk.on(1).desk.limit(SELL, 1_000, 2));
    const buyer = agent(
      "buyer",
      (desk) => {
        desk.market(BUY, 2);
        desk.on(0).desk.limit(BUY, 500, 1);
      },
      { instrument: 1, firstWakeUs: 600_000, depositQuanta: 5_000 },
    );
    const plain = venue([market("BTC", [1_000, 1_000, 1_000, 1_000]), ether], {}, [seller, buyer]);
    const { samples } = new Simulation({ ...plain, rules: { ...plain.rules, adl: { ...plain.rules.adl, cancels } } }).run().record;
    expect(rowsOf(samples, 0, ["bid_ticks"]).at(-1)).toEqual([left ? 500 : Number.NaN]);
  });

  test("ADL-6 LIQ-4 an agent is told in which instrument it was liquidated or deleveraged", () => {
    // It sells two lots of the second at 1,000 with a margin of 200 and fails at 1,100.
    const seller = agent("seller", (desk) => desk.on(1).desk.limit(SELL, 1_000, 2));
    const buyer = agent("buyer", (desk) => desk.market(BUY, 2), { instrument: 1, firstWakeUs: 600_000, depositQuanta: 500 });
    const nobody = { lots: new Float64Array(0), entryValue: new Float64Array(0), margin: new Float64Array(0) };
    const holders = { count: 0, ...nobody, leverageHundredths: new Float64Array(0) };
    const ether = { ...market("ETH", [1_000, 1_000, 1_200, 1_200]), holders };
    const instruments = [market("BTC", [1_000, 1_000, 1_000, 1_000]), ether];
    new Simulation(venue(instruments, {}, [seller, buyer])).run();
    expect(seller.heard.at(-1)).toEqual({ kind: "liquidated", instrument: 1 });
    expect(buyer.heard.at(-1)).toMatchObject({ kind: "deleveraged", instrument: 1, lots: -2 });
  });
});

describe("what cannot be simulated", () => {
  const two = () => [market("BTC", [1_000, 1_000]), market("ETH", [1_000, 1_000])] as [InstrumentInput, InstrumentInput];

  test.each<[string, () => SimulationInput]>([
    ["the index of ETH-USDT has other times than that of BTC-USDT", () => venue([two()[0], market("ETH", [1, 2, 3])], {})],
    [
      "a seed for pool perpetual/SOL/USDT, there is perpetual/BTC/USDT, perpetual/ETH/USDT",
      () => venue(two(), { "perpetual/SOL/USDT": 1 }),
    ],
    [
      "ETH-USDT settles in USDC, wallets hold USDT",
      () => {
        const [one, other] = two();
        return venue([one, { ...other, instrument: { ...other.instrument, settleAsset: "USDC" } }], {});
      },
    ],
    ["no instrument", () => ({ ...venue(two(), {}), instruments: [] })],
  ])("%s", (problem, input) => {
    expect(() => new Simulation(input())).toThrow(`Cannot simulate: ${problem}`);
  });
});
