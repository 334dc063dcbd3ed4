/** A simulation whose rows leave memory is the one whose rows stay there. */
import { describe, expect, test } from "vitest";
import type { SimulationInput } from "../../sim/input.ts";
import type { Table } from "../../sim/kernel/table.ts";
import { SimulationError, type SimulationResult } from "../../sim/outcome.ts";
import { Simulation } from "../../sim/simulation.ts";
import { BlockList } from "./kernel/block-list.ts";
import { only } from "./one-instrument.ts";
import { randomMarkets } from "./random-markets.ts";
import { randomInput } from "./random-simulation.ts";

const told = ({ record, ...figures }: SimulationResult) => ({
  ...figures,
  tables: record.tables().map((table) => ({ name: table.schema.name, ...table.state() })),
});

/** Rows of all tables, and those of them in memory. */
function rowsOf({ record }: SimulationResult): { all: number; inMemory: number } {
  const sum = (count: (table: Table) => number) => record.tables().reduce((total, table) => total + count(table), 0);
  return { all: sum(({ rowCount }) => rowCount), inMemory: sum(({ rowsInMemory }) => rowsInMemory) };
}

describe("a simulation whose rows go to a store", () => {
  test.each([
    ["one market", (seed: number) => randomInput(seed)],
    ["several markets, funding, arbitrage", (seed: number) => randomMarkets(seed)],
  ])("TIME-3: has the same digest and the same rows: %s", (_, input) => {
    let stored = 0;
    for (let seed = 1; seed <= 8; seed++) {
      const store = new BlockList();
      expect(told(new Simulation(input(seed), store).run()), `seed ${seed}`).toEqual(told(new Simulation(input(seed)).run()));
      stored += store.blocks.length;
    }
    expect(stored).toBeGreaterThan(8);
  });

  test("TIME-4: interrupted and continued it is the one that was not, with a store or without", () => {
    const input = (): SimulationInput => randomInput(4, { steps: 200 });
    const whole = told(new Simulation(input()).run());
    const { index } = only(input());
    const first = new Simulation(input(), new BlockList());
    first.runUntil(index.startUs + 100 * index.intervalUs);
    const snapshot = first.snapshot();
    const inMemory = new Simulation(input());
    inMemory.runUntil(index.startUs + 100 * index.intervalUs);
    expect(Buffer.from(snapshot).equals(inMemory.snapshot())).toBe(true);
    const store = new BlockList();
    expect(told(Simulation.restore(input(), snapshot, "a.snapshot", store).run())).toEqual(whole);
    expect(told(Simulation.restore(input(), snapshot).run())).toEqual(whole);
    expect(store.blocks.length).toBeGreaterThan(3);
  });

  test("keeps no more rows in memory in a run ten times as long", () => {
    const inMemory = (steps: number) => {
      const store = new BlockList();
      const simulation = new Simulation(randomInput(5, { steps }), store);
      return { rows: rowsOf(simulation.run()), blocks: store.blocks.length };
    };
    const [short, long] = [inMemory(300), inMemory(3_000)];
    expect(long.rows.all).toBeGreaterThan(5 * short.rows.all);
    expect(long.blocks).toBeGreaterThan(3 * short.blocks);
    // No more than a block of each table, which is 1,024 rows.
    expect(long.rows.inMemory).toBeLessThan(21 * 1_024);
    expect(long.rows.inMemory).toBeLessThan(long.rows.all / 2);
  });

  test("a store that has no room ends the run as a failure, with the rows there are", () => {
    const store = new BlockList();
    const write = store.write.bind(store);
    store.write = (block) => {
      if (store.blocks.length === 6) throw new Error("no space is left");
      return write(block);
    };
    const run = () => new Simulation(randomInput(5, { steps: 600 }), store).run();
    expect(run).toThrow(SimulationError);
    try {
      store.blocks.length = 0;
      run();
    } catch (error) {
      const { message, result } = error as SimulationError;
      expect(message).toContain("no space is left");
      for (const table of result.record.tables()) expect(table.state().rows.length).toBe(table.rowCount * table.schema.columns.length);
      expect(result.record.marks.rowCount).toBeGreaterThan(64);
    }
  });
});
