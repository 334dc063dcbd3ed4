import { describe, expect, test } from "vitest";
import type { AdlPolicy } from "../../sim/clearing/adl/policy.ts";
import type { InstrumentInput, SimulationInput } from "../../sim/input.ts";
import { createStream } from "../../sim/kernel/random.ts";
import { decode, encode, type Plain } from "../../sim/kernel/snapshot.ts";
import type { SimulationResult } from "../../sim/outcome.ts";
import { Simulation } from "../../sim/simulation.ts";
import { only, withOnly } from "./one-instrument.ts";
import { randomMarkets } from "./random-markets.ts";
import { randomInput } from "./random-simulation.ts";

/** Everything a run says of itself. */
const told = ({ record, ...figures }: SimulationResult) => ({
  ...figures,
  tables: record.tables().map((table) => ({ name: table.schema.name, ...table.state() })),
});

const timeIn = ({ instruments: [first] }: SimulationInput, part: number) => {
  const { startUs, intervalUs, ticks } = (first as InstrumentInput).index;
  return Math.floor(startUs + part * (ticks.length - 1) * intervalUs);
};

describe("a whole simulation in one buffer", () => {
  test.each([
    ["one market", randomInput],
    ["several markets, funding, arbitrage", randomMarkets],
  ])("TIME-4 a run that is interrupted and continued is the run that was not: %s", (_, input) => {
    let liquidations = 0;
    for (let seed = 1; seed <= 25; seed++) {
      const whole = told(new Simulation(input(seed)).run());
      const stream = createStream(seed, "test/snapshot");
      const first = new Simulation(input(seed));
      first.runUntil(timeIn(input(seed), stream.next()));
      const snapshot = first.snapshot();
      // Another one further on, of the simulation that went on from the first.
      const second = Simulation.restore(input(seed), snapshot);
      second.runUntil(timeIn(input(seed), 0.5 + stream.next() / 2));
      const third = Simulation.restore(input(seed), second.snapshot());
      expect(told(third.run()), `seed ${seed}`).toEqual(whole);
      // Taking one changes nothing.
      expect(told(first.run()), `seed ${seed}`).toEqual(whole);
      liquidations += whole.tables.find(({ name }) => name === "liquidations")?.rows.length ?? 0;
    }
    expect(liquidations).toBeGreaterThan(100);
  });

  test("TIME-4 after every other mark, and just before the others", () => {
    const input = () => randomInput(7, { steps: 12 });
    const whole = new Simulation(input()).run().digest;
    const { index } = only(input());
    for (let mark = 0; mark < index.ticks.length; mark++) {
      const simulation = new Simulation(input());
      simulation.runUntil(index.startUs + mark * index.intervalUs - (mark % 2));
      if (mark === index.ticks.length - 1 && mark % 2 === 0) continue;
      expect(Simulation.restore(input(), simulation.snapshot()).run().digest, `mark ${mark}`).toBe(whole);
    }
  });

  test("TIME-4 the same moment has the same bytes, whether it was reached at once or through a snapshot", () => {
    const input = () => randomMarkets(3);
    const at = (part: number) => timeIn(input(), part);
    const straight = new Simulation(input());
    straight.runUntil(at(0.7));
    const halfway = new Simulation(input());
    halfway.runUntil(at(0.4));
    const resumed = Simulation.restore(input(), halfway.snapshot());
    resumed.runUntil(at(0.7));
    expect(Buffer.compare(resumed.snapshot(), straight.snapshot())).toBe(0);
  });

  test("only between the beginning and the end", () => {
    const simulation = new Simulation(randomInput(1));
    expect(() => simulation.snapshot()).toThrow("Cannot take a snapshot of a simulation that has not begun");
    simulation.run();
    expect(() => simulation.snapshot()).toThrow("Cannot take a snapshot of a simulation that has ended");
  });
});

test("TIME-4 ADL-3 what a policy remembers goes with it, also one of somebody's own", () => {
  /** Closes one account after the other, beginning behind the one it ended with. */
  const takingTurns: AdlPolicy = {
    needs: [],
    choose({ lots }, { account, lots: held }, memory) {
      const last = memory.get(0) ?? 0;
      const order = account.map((_, candidate) => candidate).sort((a, b) => (account[a] as number) - (account[b] as number));
      const turn = [...order.filter((one) => (account[one] as number) > last), ...order.filter((one) => (account[one] as number) <= last)];
      let open = lots;
      return turn.flatMap((candidate) => {
        const part = Math.min(open, held[candidate] as number);
        open -= part;
        if (part === 0) return [];
        memory.set(0, account[candidate] as number);
        return [{ candidate, lots: part, score: 0 }];
      });
    },
  };
  let events = 0;
  for (const policy of ["taking-turns", "mirror-descent"]) {
    for (let seed = 1; seed <= 12; seed++) {
      const input = () => {
        const plain = randomInput(seed);
        const adl = { ...plain.rules.adl, policy };
        return { ...plain, rules: { ...plain.rules, adl }, poolSeeds: {}, adlPolicies: { "taking-turns": takingTurns } };
      };
      const whole = new Simulation(input()).run();
      events += whole.record.adl.rowCount;
      const first = new Simulation(input());
      first.runUntil(timeIn(input(), 0.6));
      expect(Simulation.restore(input(), first.snapshot()).run().digest, `${policy}, seed ${seed}`).toBe(whole.digest);
    }
  }
  expect(events).toBeGreaterThan(100);
});

describe("what is no snapshot of it", () => {
  const taken = () => {
    const simulation = new Simulation(randomInput(1));
    simulation.runUntil(timeIn(randomInput(1), 0.5));
    return simulation.snapshot();
  };

  test("of another input: one seed, one rule, one account's margin", () => {
    const input = randomInput(1);
    const { holders } = only(input);
    const { margin } = holders;
    const others: SimulationInput[] = [
      randomInput(2),
      { ...input, rules: { ...input.rules, closingWindowUs: 2 } },
      withOnly(input, { holders: { ...holders, margin: margin.map((given, row) => (row === 5 ? given + 1 : given)) } }),
      { ...input, agents: input.agents.slice(1) },
    ];
    for (const other of others) {
      expect(() => Simulation.restore(other, taken(), "a.snapshot")).toThrow("a.snapshot: was taken of a simulation with another input");
    }
    expect(() => Simulation.restore({ ...input, checkEveryEvent: false }, taken())).not.toThrow();
  });

  test("one bit of it changed, or its end gone", () => {
    const snapshot = taken();
    const damaged = snapshot.slice();
    damaged[damaged.length >> 1] = (damaged[damaged.length >> 1] as number) ^ 4;
    expect(() => Simulation.restore(randomInput(1), damaged, "a.snapshot")).toThrow("a.snapshot: is damaged: its checksum does not match");
    expect(() => Simulation.restore(randomInput(1), snapshot.subarray(0, 4_000), "a.snapshot")).toThrow(
      /^a\.snapshot: is damaged: 4000 bytes/,
    );
  });

  test("a part of some larger memory of Node is read like one of its own", () => {
    const snapshot = taken();
    const memory = Buffer.concat([Buffer.alloc(9, 1), snapshot, Buffer.alloc(5, 1)]);
    const part = memory.subarray(9, 9 + snapshot.length);
    expect(Simulation.restore(randomInput(1), part).run().digest).toBe(Simulation.restore(randomInput(1), snapshot).run().digest);
  });

  test("an agent without a state is named", () => {
    const agent = { wake: () => {}, receive: () => {} };
    const times = { latencyUs: 1, latencyBackUs: 1, marketDataDelayUs: 1, firstWakeUs: 1 };
    const mute = { name: "mute/1", agent, depositQuanta: 1, leverageHundredths: 100, ...times };
    const simulation = new Simulation(randomInput(1, { more: [mute] }));
    simulation.runUntil(only(randomInput(1)).index.startUs);
    expect(() => simulation.snapshot()).toThrow("Cannot take a snapshot: agent mute/1 has no state and restore");
  });

  test("an agent whose state is no plain data is named by its place", () => {
    const agent = { wake: () => {}, receive: () => {}, state: () => ({ seen: new Map() }), restore: () => {} };
    const times = { latencyUs: 1, latencyBackUs: 1, marketDataDelayUs: 1, firstWakeUs: 1 };
    const clumsy = { name: "clumsy/1", agent, depositQuanta: 1, leverageHundredths: 100, ...times };
    const { agents } = randomInput(1);
    const simulation = new Simulation(randomInput(1, { more: [clumsy] }));
    simulation.runUntil(only(randomInput(1)).index.startUs);
    expect(() => simulation.snapshot()).toThrow(`Cannot put state.link.agents.${agents.length}.seen into a snapshot: it is no plain data`);
  });
});

test("TIME-4 nothing of a state is lost on its way through the bytes", () => {
  const simulation = new Simulation(randomMarkets(5));
  simulation.runUntil(timeIn(randomMarkets(5), 0.6));
  const snapshot = simulation.snapshot();
  expect(Buffer.compare(encode(decode(snapshot, "a") as Plain), snapshot)).toBe(0);
});
