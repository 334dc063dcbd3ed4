import { afterEach, describe, expect, test, vi } from "vitest";
import type { Agent } from "../../sim/agent.ts";
import { Ledger } from "../../sim/clearing/ledger.ts";
import type { SimulationInput } from "../../sim/input.ts";
import { Table } from "../../sim/kernel/table.ts";
import { OrderBook } from "../../sim/market/order-book.ts";
import { SimulationError } from "../../sim/outcome.ts";
import { Simulation } from "../../sim/simulation.ts";
import { ACCOUNTS, LIQUIDATIONS } from "../../sim/tables.ts";
import { only } from "./one-instrument.ts";
import { randomInput } from "./random-simulation.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

function failureOf(input: SimulationInput): SimulationError {
  try {
    new Simulation(input).run();
  } catch (error) {
    expect(error).toBeInstanceOf(SimulationError);
    return error as SimulationError;
  }
  throw new Error("expected the run to fail");
}

/** An input in whose run an agent more throws when it is woken after 20 s, amidst liquidations. */
function withFailingAgent(seed: number): SimulationInput {
  const agent: Agent = {
    wake: () => {
      throw new Error("out of ideas");
    },
    receive: () => {},
  };
  const latencies = { latencyUs: 1_000, latencyBackUs: 1_000, marketDataDelayUs: 1_000 };
  const start = { name: "thinker/1", agent, depositQuanta: 1_000, leverageHundredths: 100, ...latencies, firstWakeUs: 20_500_000 };
  return randomInput(seed, { more: [start] });
}

describe("a run that fails", () => {
  test("TIME-1: tells agent, event and time, and keeps what was recorded until then", () => {
    const input = withFailingAgent(3);
    const failure = failureOf(input);
    const timeUs = only(input).index.startUs + 20_500_000;
    expect(failure).toMatchObject({ agent: "thinker/1", timeUs });
    expect(failure.message).toBe(`event ${failure.event} at ${timeUs} µs: agent thinker/1 failed at ${timeUs} µs: out of ideas`);
    const { record, ...figures } = failure.result;
    expect(figures).toMatchObject({ events: failure.event, simulatedUs: 20_500_000, digest: record.digest() });
    const idle = { ...input.agents.at(-1), agent: { wake: () => {}, receive: () => {} } } as (typeof input.agents)[number];
    const whole = new Simulation(randomInput(3, { more: [idle] })).run();
    for (const name of ["trades", "marks", "adl", "funds"] as const) {
      const kept = record[name].numbers("time_us");
      expect([...kept], name).toEqual([...whole.record[name].numbers("time_us")].filter((time) => time <= timeUs));
    }
    expect(record.marks.rowCount).toBe(21);
    expect(whole.events).toBeGreaterThan(failure.event);
  });

  test("TIME-1: cannot be gone on with: it fails the same way whenever it is asked", () => {
    const simulation = new Simulation(withFailingAgent(3));
    const attempt = () => {
      try {
        return simulation.run();
      } catch (error) {
        return error;
      }
    };
    const failure = attempt() as SimulationError;
    expect(failure).toBeInstanceOf(SimulationError);
    const { digest } = failure.result;
    expect(attempt()).toBe(failure);
    expect(() => simulation.runUntil(0)).toThrow(failure);
    expect(failure.result.record.digest()).toBe(digest);
  });

  test("TIME-3: fails with the same digest twice", () => {
    expect(failureOf(withFailingAgent(4)).result.digest).toBe(failureOf(withFailingAgent(4)).result.digest);
  });

  test("CONS-1 CONS-2: liquidations and accounts are recorded as they stood, and add up where an agent was to blame", () => {
    let liquidations = 0;
    let open = 0;
    for (let seed = 0; seed < 10; seed++) {
      const { record } = failureOf(withFailingAgent(seed)).result;
      const column = (name: string) => [...record.accounts.numbers(name)].map(BigInt);
      const total = (values: readonly bigint[]) => values.reduce((sum, value) => sum + value, 0n);
      const positions = (name: string) => [...record.positions.numbers(name)].map(BigInt);
      const lots = positions("position_lots");
      expect(total(lots)).toBe(0n);
      const signedEntry = total(positions("entry_value_quanta").map((value, account) => ((lots[account] as bigint) < 0n ? -value : value)));
      const pool =
        BigInt(record.funds.numbers("available_quanta").at(-1) as number) - BigInt(record.funds.numbers("amount_quanta")[0] as number);
      expect(total(column("wallet_quanta")) + total(column("margin_quanta")) + pool - signedEntry).toBe(total(column("deposited_quanta")));
      liquidations += record.liquidations.rowCount;
      open += record.liquidations.words("status").filter((status) => status === "open").length;
    }
    expect(liquidations).toBeGreaterThan(50);
    expect(open).toBeGreaterThan(0);
  });

  test("CONS-2: a broken invariant blames no agent", () => {
    const trade = Ledger.prototype.trade;
    vi.spyOn(Ledger.prototype, "trade").mockImplementation(function (this: Ledger, account, lots, value, fee) {
      this.accounts.wallet[account] = (this.accounts.wallet[account] as number) + 1;
      return trade.call(this, account, lots, value, fee);
    });
    const failure = failureOf(randomInput(5));
    expect(failure.message).toMatch(/CONS-2 violated: .* by \d+ quanta/);
    expect(failure.agent).toBeNull();
    expect(failure.result.record.accounts.rowCount).toBeGreaterThan(50);
  });

  test("ORDER-1: a crossed book stops it", () => {
    const input = randomInput(5);
    const judged = vi.spyOn(OrderBook.prototype, "bidTicks", "get").mockReturnValue(40_000);
    vi.spyOn(OrderBook.prototype, "askTicks", "get").mockReturnValue(39_999);
    expect(failureOf(input).message).toContain("ORDER-1 violated: the book is crossed, bid 40000, ask 39999 ticks");
    expect(judged).toHaveBeenCalled();
  });

  test("what cannot be recorded as it stands is left out, and the failure is still the one that stopped it", () => {
    const append = Table.prototype.append;
    vi.spyOn(Table.prototype, "append").mockImplementation(function (this: Table, cells) {
      if (this.schema === ACCOUNTS && this.rowCount === 7) throw new Error("Cannot record");
      append.call(this, cells);
    });
    const failure = failureOf(withFailingAgent(3));
    expect(failure.message).toContain("out of ideas");
    expect(failure.result.record.accounts.rowCount).toBe(7);
    expect(failure.result.record.liquidations.rowCount).toBeGreaterThan(0);
  });

  test("when recording the end itself fails, no row is recorded twice", () => {
    const append = Table.prototype.append;
    vi.spyOn(Table.prototype, "append").mockImplementation(function (this: Table, cells) {
      if (this.schema === LIQUIDATIONS && this.rowCount === 2) throw new Error("Cannot record");
      append.call(this, cells);
    });
    const { record } = failureOf(randomInput(3)).result;
    expect([...record.liquidations.numbers("liquidation")]).toEqual([0, 1]);
  });

  test("UNIT-1: an amount beyond the safe range stops it like anything else, before the first event too", () => {
    const agent = { wake: () => {}, receive: () => {} };
    const times = { latencyUs: 1, latencyBackUs: 1, marketDataDelayUs: 1, firstWakeUs: 1 };
    const rich = { name: "rich/1", agent, depositQuanta: 2 ** 53, leverageHundredths: 100, ...times };
    const failure = failureOf(randomInput(3, { more: [rich] }));
    expect(failure).toMatchObject({ event: 0, agent: null });
    expect(failure.result.record.instruments.rowCount).toBe(1);
  });
});
