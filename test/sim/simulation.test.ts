import { afterEach, describe, expect, test, vi } from "vitest";
import { resolveScenario } from "../../data/scenario/resolve.ts";
import { runExperiment } from "../../lab/experiment.ts";
import { registries } from "../../lab/registries.ts";
import type { Agent, MarketView, Message } from "../../sim/agent.ts";
import { FIRST_TRADER_ACCOUNT } from "../../sim/clearing/accounts.ts";
import { Ledger } from "../../sim/clearing/ledger.ts";
import type { AgentStart, SimulationInput } from "../../sim/input.ts";
import type { Table } from "../../sim/kernel/table.ts";
import { BUY, SELL } from "../../sim/market/order-book.ts";
import { Simulation } from "../../sim/simulation.ts";
import { only, withOnly } from "./one-instrument.ts";
import { randomInput } from "./random-simulation.ts";

const SEEDS = 240;

/** A table as text, to compare. */
const rowsOf = (table: Table) =>
  table.schema.columns.map(({ name, type }) => (type === "int64" || type === "double" ? [...table.numbers(name)] : table.words(name)));

const sum = (column: Float64Array) => column.reduce((total, value) => total + value, 0);

const agentOf = (name: string, agent: Agent, given: Partial<AgentStart> = {}): AgentStart => ({
  name,
  agent,
  depositQuanta: 1_000_000,
  leverageHundredths: 1_000,
  latencyUs: given.latencyUs ?? 1_000,
  latencyBackUs: given.latencyUs ?? 1_000,
  marketDataDelayUs: given.latencyUs ?? 1_000,
  firstWakeUs: 2_500_000,
  ...given,
});

afterEach(() => {
  vi.restoreAllMocks();
});

describe("random simulations", () => {
  test(`CONS-1 CONS-2 CONS-3 FUND-4 hold after every event of ${SEEDS} random venues through jumps of up to 60 %`, () => {
    const seen = { liquidations: 0, market: 0, fund: 0, adl: 0, residual: 0, induced: 0, cascades: 0, checks: 0 };
    for (let seed = 0; seed < SEEDS; seed++) {
      let result: ReturnType<Simulation["run"]>;
      try {
        result = new Simulation(randomInput(seed, { holders: 120 })).run();
      } catch (error) {
        throw new Error(`seed ${seed}: ${(error as Error).message}`, { cause: error });
      }
      const { liquidations, funds, samples, cascades, adl } = result.record;
      seen.checks += result.conservationChecks;
      seen.liquidations += liquidations.rowCount;
      seen.market += sum(liquidations.numbers("market_lots"));
      seen.fund += sum(liquidations.numbers("fund_lots"));
      seen.adl += sum(liquidations.numbers("adl_lots"));
      seen.residual += sum(liquidations.numbers("residual_lots"));
      seen.induced += liquidations.words("cause").filter((cause) => cause === "induced").length;
      seen.cascades += cascades.rowCount;
      expect(Math.min(0, ...funds.numbers("available_quanta")), `seed ${seed}`).toBe(0);
      expect(Math.min(0, ...samples.numbers("pool_available_quanta")), `seed ${seed}`).toBe(0);
      expect(Math.min(0, ...samples.numbers("pool_drawdown_quanta")), `seed ${seed}`).toBe(0);
      expect(Math.min(0, ...liquidations.numbers("uncovered_quanta")), `seed ${seed}`).toBe(0);
      expect(adl.numbers("levy_quanta").every((levy) => levy === 0)).toBe(true);
    }
    // It really went through every part of the waterfall.
    for (const [part, count] of Object.entries(seen)) expect(count, part).toBeGreaterThan(5);
  });

  test("LIQ-1 every liquidation closes exactly its lots, and ends no later than the run", () => {
    for (let seed = 0; seed < 20; seed++) {
      const { liquidations } = new Simulation(randomInput(seed)).run().record;
      const column = (name: string) => liquidations.numbers(name);
      const statuses = liquidations.words("status");
      for (let row = 0; row < liquidations.rowCount; row++) {
        const parts = ["market_lots", "fund_lots", "adl_lots", "residual_lots"].map((name) => column(name)[row] as number);
        const closed = parts.reduce((total, lots) => total + lots, 0);
        const size = column("size_lots")[row] as number;
        if (statuses[row] === "open") expect(closed).toBeLessThan(size);
        else expect(closed).toBe(size);
        expect(statuses[row] === "residual").toBe(statuses[row] !== "open" && (parts[3] as number) > 0);
        const equity = column("equity_quanta")[row] as number;
        expect(equity).toBeLessThanOrEqual(column("requirement_quanta")[row] as number);
      }
    }
  });

  test("CASC-2 samples count since the row before: their sums are the run's totals, and open interest is what longs hold", () => {
    for (let seed = 0; seed < 10; seed++) {
      const { record, messages } = new Simulation(randomInput(seed)).run();
      const { samples, trades, liquidations, adl, positions } = record;
      expect(samples.rowCount).toBe(9);
      expect(sum(samples.numbers("messages"))).toBe(messages);
      expect(sum(samples.numbers("volume_lots"))).toBe(sum(trades.numbers("size_lots")));
      expect(sum(samples.numbers("liquidations"))).toBe(liquidations.rowCount);
      expect(sum(samples.numbers("adl_quanta"))).toBe(sum(adl.numbers("value_quanta")));
      const sides = liquidations.words("side");
      for (const side of ["long", "short"]) {
        const worth = liquidations.numbers("notional_quanta").filter((_, row) => sides[row] === side);
        expect(sum(samples.numbers(`liquidated_${side}_quanta`))).toBe(sum(worth));
      }
      expect(samples.numbers("open_interest_lots").at(-1)).toBe(sum(positions.numbers("position_lots").filter((lots) => lots > 0)));
    }
  });

  test("TIME-3 the same seed gives the same digest and tables, two seeds differ", () => {
    const digests = new Set<string>();
    for (let seed = 0; seed < 10; seed++) {
      const one = new Simulation(randomInput(seed)).run();
      const two = new Simulation(randomInput(seed)).run();
      expect(two.digest).toBe(one.digest);
      expect(two.record.tables().map(rowsOf)).toEqual(one.record.tables().map(rowsOf));
      digests.add(one.digest);
    }
    expect(digests.size).toBe(10);
  });

  test("TIME-3 the digest does not depend on whether the orders table is kept or conservation checked more often", () => {
    const input = randomInput(3);
    // Agents keep state: each run has its own.
    const other = { ...randomInput(3), recordOrders: !input.recordOrders, checkEveryEvent: false };
    const [one, two] = [new Simulation(input).run(), new Simulation(other).run()];
    expect(two.digest).toBe(one.digest);
    expect(two.conservationChecks).toBe(only(input).index.ticks.length);
    expect(one.conservationChecks).toBeGreaterThan(one.messages);
  });

  test("TIME-2 an agent that never acts changes nobody else's draws, trades or marks", () => {
    const idle = agentOf("idle", { wake: () => {}, receive: () => {} });
    for (let seed = 0; seed < 10; seed++) {
      const alone = new Simulation(randomInput(seed)).run().record;
      const withIdle = new Simulation(randomInput(seed, { more: [idle] })).run().record;
      for (const name of ["trades", "marks", "liquidations", "adl", "funds", "cascades"] as const) {
        expect(rowsOf(withIdle[name]), name).toEqual(rowsOf(alone[name]));
      }
    }
  });
});

/** A quiet venue of one agent on each side, with an index that stands where it is told to. */
function quietInput(agents: readonly AgentStart[], ticks: readonly number[] = [1_000, 1_000, 1_000, 1_000, 1_000, 1_000]): SimulationInput {
  const input = randomInput(1, { steps: 6 });
  const none = {
    count: 0,
    lots: new Float64Array(0),
    entryValue: new Float64Array(0),
    margin: new Float64Array(0),
    leverageHundredths: new Float64Array(0),
  };
  const index = { ...only(input).index, ticks: Float64Array.from(ticks) };
  return { ...withOnly(input, { holders: none, index }), agents, recordOrders: true };
}

describe("agents", () => {
  test("TIME-1 market data is one latency old, commands and answers take one latency each", () => {
    const heard: [Message, number][] = [];
    const views: MarketView[] = [];
    const input = quietInput([], [1_000, 1_001, 1_002, 1_003, 1_004, 1_005]);
    const { startUs } = only(input).index;
    let now = 0;
    const slow: Agent = {
      wake(market, desk) {
        views.push(market);
        now = market.timeUs + 400_000;
        if (views.length > 1) return;
        desk.limit(BUY, 1_000, 1);
        desk.limit(BUY, 1_000, -1);
        desk.wakeIn(1);
      },
      receive(message) {
        heard.push([message, now]);
      },
    };
    const quick: Agent = {
      wake: (_market, desk) => void desk.market(SELL, 1),
      receive: (message) => heard.push([message, -1]),
    };
    const run = new Simulation({
      ...input,
      agents: [
        agentOf("slow", slow, { latencyUs: 400_000, firstWakeUs: 1_300_000 }),
        agentOf("quick", quick, { latencyUs: 1, firstWakeUs: 1_800_000 }),
      ],
    }).run();
    // Woken at 1.3 s with what was there at 0.9 s; asked to be woken at once, it sees 1.3 s at 1.7 s.
    expect(views.map(({ timeUs, indexTicks }) => [timeUs - startUs, indexTicks])).toEqual([
      [900_000, 1_000],
      [1_300_000, 1_001],
    ]);
    // Its orders arrived at 1.7 s, one was refused; the other traded at 1.8 s.
    expect([...run.record.orders.numbers("time_us")].map((time) => time - startUs)).toEqual([1_700_000, 1_700_000, 1_800_001]);
    expect(run.record.orders.words("result")).toEqual(["accepted", "invalid-size", "accepted"]);
    expect(heard.map(([message]) => message)).toEqual([
      { kind: "filled", order: 3, lots: -1, priceTicks: 1_000 },
      { kind: "rejected", order: 2, code: "invalid-size" },
      { kind: "filled", order: 1, lots: 1, priceTicks: 1_000 },
    ]);
  });

  test("TIME-1 the way there, the way back and the age of market data are an agent's own, each of them", () => {
    const diary: string[] = [];
    const input = quietInput([], [1_000, 1_001, 1_002, 1_003]);
    const { startUs } = only(input).index;
    const agent: Agent = {
      wake({ timeUs, indexTicks }, desk) {
        if (diary.length === 0) desk.limit(BUY, 1_000, 0);
        diary.push(`sees ${indexTicks} of ${(timeUs - startUs) / 1_000} ms`);
        desk.wakeIn(100_000);
      },
      receive: (message) => diary.push(message.kind),
    };
    const delays = { latencyUs: 100_000, latencyBackUs: 250_000, marketDataDelayUs: 700_000, firstWakeUs: 1_500_000 };
    const { orders } = new Simulation({ ...input, agents: [agentOf("one", agent, delays)] }).run().record;
    expect([...orders.numbers("time_us")]).toEqual([startUs + 1_600_000]);
    // Woken at 1.5, 1.6, 1.7 and 1.8 s; its order of 1.5 s was refused at 1.6 s, of which it heard at 1.85 s.
    expect(diary.slice(0, 6)).toEqual([
      "sees 1000 of 800 ms",
      "sees 1000 of 900 ms",
      "sees 1001 of 1000 ms",
      "sees 1001 of 1100 ms",
      "rejected",
      "sees 1001 of 1200 ms",
    ]);
  });

  test("ADL-6 LIQ-4 an agent hears of its liquidation and of its deleveraging, one latency later", () => {
    const messages: string[] = [];
    const listen = (name: string, act: Agent["wake"]): Agent => ({
      wake: act,
      receive: (message) => messages.push(`${name} ${message.kind}`),
    });
    const seller = listen("seller", (_market, desk) => void desk.limit(SELL, 1_000, 10));
    const buyer = listen("buyer", (_market, desk) => void desk.market(BUY, 10));
    const given = { depositQuanta: 1e9 };
    const input = quietInput(
      [
        agentOf("seller", seller, { ...given, firstWakeUs: 500_000, leverageHundredths: 100 }),
        agentOf("buyer", buyer, { ...given, firstWakeUs: 1_500_000, leverageHundredths: 4_000 }),
      ],
      [1_000, 1_000, 1_000, 700, 700, 700],
    );
    const { record } = new Simulation(input).run();
    expect(messages).toEqual(["buyer filled", "seller filled", "seller deleveraged", "buyer liquidated"]);
    expect(record.adl.rowCount).toBe(1);
    expect(record.positions.numbers("position_lots").every((lots) => lots === 0)).toBe(true);
  });

  test("TIME-1 a failing agent stops the run: event, time and name are told", () => {
    const failing: Agent = {
      wake: () => {
        throw new Error("out of ideas");
      },
      receive: () => {},
    };
    const { startUs } = only(randomInput(1)).index;
    const run = () => new Simulation(quietInput([agentOf("thinker/1", failing)])).run();
    expect(run).toThrow(
      new RegExp(`^event \\d+ at ${startUs + 2_500_000} µs: agent thinker/1 failed at ${startUs + 2_500_000} µs: out of ideas$`),
    );
    const deaf: Agent = {
      wake: (_market, desk) => void desk.market(BUY, 0),
      receive: (message) => {
        throw new Error(`what is ${message.kind}?`);
      },
    };
    expect(() => new Simulation(quietInput([agentOf("deaf/1", deaf)])).run()).toThrow(/agent deaf\/1 failed at .*: what is rejected\?/);
  });

  test.each([Number.NaN, 1.5, Number.POSITIVE_INFINITY])("TIME-1 a wake after %s µs is the agent's failure", (delay) => {
    const agent: Agent = { wake: (_market, desk) => desk.wakeIn(2_000 + delay), receive: () => {} };
    expect(() => new Simulation(quietInput([agentOf("late/1", agent)])).run()).toThrow(
      /agent late\/1 failed at .*Cannot schedule an event/,
    );
  });

  test("ORDER-4 whatever an agent sends is answered with a code and leaves the record whole", () => {
    const codes: string[] = [];
    const odd: Agent = {
      wake(_market, desk) {
        for (const lots of [0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, Number.MAX_SAFE_INTEGER]) desk.market(BUY, lots);
        for (const price of [0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) desk.limit(SELL, price, 1);
        desk.cancel(Number.NaN);
      },
      receive: (message) => codes.push(message.kind === "rejected" ? message.code : message.kind),
    };
    const { record } = new Simulation(quietInput([agentOf("odd/1", odd)])).run();
    const size = "invalid-size";
    const price = "invalid-price";
    expect(codes).toEqual([size, size, size, size, size, "insufficient-margin", price, price, price, price, price]);
    expect(record.orders.words("result")).toEqual([...codes, "unknown-order"]);
  });
});

describe("a broken invariant", () => {
  test("CONS-2 a ledger that makes money stops the run with clause, seed, event and time", async () => {
    const scenario = await resolveScenario("calm-day", { sets: ["seed=23", "population.accounts=60"], registries });
    const trade = Ledger.prototype.trade;
    let trades = 0;
    vi.spyOn(Ledger.prototype, "trade").mockImplementation(function (this: Ledger, account, lots, value, fee) {
      trades += 1;
      if (trades === 7) this.accounts.wallet[account] = (this.accounts.wallet[account] as number) + 1;
      return trade.call(this, account, lots, value, fee);
    });
    await expect(runExperiment(scenario)).rejects.toThrow(/seed 23, event \d+ at \d+ µs: CONS-2 violated: .* 1 quanta/);
  });

  test("CONS-1 a population that does not balance is found at the first mark", () => {
    const input = randomInput(5);
    const { lots } = only(input).holders;
    lots[0] = (lots[0] as number) + 1;
    expect(() => new Simulation(input).run()).toThrow(/^event 1 at \d+ µs: CONS-1 violated: positions in BTC-USDT sum to 1 lots/);
  });

  test("CONS-3 a wallet below zero names the account", () => {
    const idle = agentOf("poor", { wake: () => {}, receive: () => {} }, { depositQuanta: -5 });
    const input = randomInput(5, { more: [idle] });
    const account = FIRST_TRADER_ACCOUNT + only(input).holders.count + input.agents.length - 1;
    expect(() => new Simulation(input).run()).toThrow(`CONS-3 violated: wallet of account ${account} is -5`);
  });

  test("an unknown ADL policy is refused before anything runs", () => {
    const input = randomInput(5);
    const rules = { ...input.rules, adl: { ...input.rules.adl, policy: "lottery" } };
    expect(() => new Simulation({ ...input, rules })).toThrow("Cannot simulate: no ADL policy lottery");
  });
});
