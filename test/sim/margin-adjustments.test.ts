import { describe, expect, test } from "vitest";
import type { Desk } from "../../sim/agent.ts";
import { FIRST_TRADER_ACCOUNT } from "../../sim/clearing/accounts.ts";
import type { AgentStart, SimulationInput } from "../../sim/input.ts";
import type { Record as RunRecord } from "../../sim/record.ts";
import { Simulation } from "../../sim/simulation.ts";
import { actingAgent } from "./acting-agent.ts";
import { oneInstrument } from "./one-instrument.ts";
import { instrumentOf, QUIET_RULES } from "./venue-fixture.ts";

const SECOND = 1_000_000;
const HOUR = 3_600 * SECOND;
const FIRST_AGENT = FIRST_TRADER_ACCOUNT + 1;

/** A holder with the other side of what agents start with, marks a second apart. */
function venue(ticks: readonly number[], agents: readonly AgentStart[]): SimulationInput {
  const lots = -agents.reduce((sum, { position }) => sum + (position?.lots ?? 0), 0);
  return oneInstrument({
    asset: { symbol: "USDT", quantum: "0.01" },
    instrument: instrumentOf(),
    rules: QUIET_RULES,
    index: { startUs: 8 * HOUR, intervalUs: SECOND, ticks: Float64Array.from(ticks) },
    holders: {
      count: 1,
      lots: Float64Array.of(lots),
      entryValue: Float64Array.of(Math.abs(lots) * 1_000),
      margin: Float64Array.of(100_000),
      leverageHundredths: Float64Array.of(100),
    },
    agents,
    poolSeedQuanta: 0,
    displacementHalfLifeUs: SECOND,
    slowAverageUs: SECOND,
    sampleIntervalUs: SECOND,
    recordOrders: true,
    checkEveryEvent: true,
  });
}

/** Long ten lots at 1000 with a leverage of ten and 1,000 in the margin, of 3,000 in all. */
const ann = (act: (desk: Desk) => void, given: Partial<AgentStart> = {}) =>
  actingAgent("ann", act, { depositQuanta: 3_000, position: { lots: 10, entryValue: 10_000, margin: 1_000 }, ...given });

const endOf = ({ positions, accounts }: RunRecord, account: number = FIRST_AGENT) => {
  const row = [...positions.numbers("account")].indexOf(account);
  return {
    margin: positions.numbers("margin_quanta")[row],
    lots: positions.numbers("position_lots")[row],
    wallet: accounts.numbers("wallet_quanta")[account],
  };
};

const rowsOf = ({ margins }: RunRecord) =>
  [...margins.numbers("account")].map((account, row) => [
    account,
    margins.numbers("amount_quanta")[row],
    margins.numbers("margin_quanta")[row],
  ]);

describe("a position that an agent starts with", () => {
  test("CONS-1 CONS-2 stands against those of holders, its margin out of the deposit", () => {
    const { record } = new Simulation(venue([1_000, 1_010], [ann(() => {})])).run();
    expect(endOf(record)).toEqual({ margin: 1_000, lots: 10, wallet: 2_000 });
    const row = [...record.positions.numbers("account")].indexOf(FIRST_AGENT);
    const start = ["start_position_lots", "start_entry_value_quanta", "start_margin_quanta", "unrealized_profit_quanta"];
    expect(start.map((name) => record.positions.numbers(name)[row])).toEqual([10, 10_000, 1_000, 100]);
  });

  test("in hedge mode a short one is its short leg's, and in cross margin it has no margin of its own", () => {
    const position = { lots: -10, entryValue: 10_000, margin: 1_000 };
    const hedged = new Simulation(venue([1_000, 1_000], [ann(() => {}, { positionMode: "hedge", position })])).run().record;
    expect(endOf(hedged, FIRST_AGENT)).toMatchObject({ lots: 0 });
    expect(endOf(hedged, FIRST_AGENT + 1)).toMatchObject({ lots: -10, margin: 1_000 });
    const cross = new Simulation(venue([1_000, 1_000], [ann(() => {}, { marginMode: "cross" })])).run().record;
    expect(endOf(cross)).toEqual({ margin: 0, lots: 10, wallet: 3_000 });
  });

  test("is refused whole when the wallet does not hold its margin", () => {
    expect(() => new Simulation(venue([1_000, 1_000], [ann(() => {}, { depositQuanta: 999 })])).run()).toThrow(
      "margin 1000 exceeds its wallet",
    );
  });
});

describe("margin of an isolated position", () => {
  test("ACCT-2 takes cash of the wallet in, and gives out what the initial margin leaves", () => {
    const added = ann((desk) => desk.adjustMargin(700));
    const { record, conservationChecks } = new Simulation(venue([1_000, 1_000, 1_000], [added])).run();
    expect(conservationChecks).toBeGreaterThan(0);
    expect(endOf(record)).toEqual({ margin: 1_700, lots: 10, wallet: 1_300 });
    expect(rowsOf(record)).toEqual([[FIRST_AGENT, 700, 1_700]]);
    expect(added.heard).toEqual([]);
    // It is no order: nothing of it is among the messages.
    expect(record.orders.rowCount).toBe(0);

    const both = ann((desk) => {
      desk.adjustMargin(700);
      desk.adjustMargin(-300);
    });
    const after = new Simulation(venue([1_000, 1_000, 1_000], [both])).run().record;
    expect(rowsOf(after)).toEqual([
      [FIRST_AGENT, 700, 1_700],
      [FIRST_AGENT, -300, 1_400],
    ]);
  });

  test.each<[string, readonly number[], (desk: Desk) => number, Partial<AgentStart>, string]>([
    ["more than the wallet has", [1_000], (desk) => desk.adjustMargin(2_001), {}, "insufficient-margin"],
    ["nothing", [1_000], (desk) => desk.adjustMargin(0), {}, "invalid-amount"],
    ["half a quantum", [1_000], (desk) => desk.adjustMargin(0.5), {}, "invalid-amount"],
    ["what the initial margin needs", [1_000], (desk) => desk.adjustMargin(-1), {}, "below-initial-margin"],
    ["an open profit", [1_100], (desk) => desk.adjustMargin(-100), {}, "below-initial-margin"],
    ["of no position", [1_000], (desk) => desk.adjustMargin(1), { position: { lots: 0, entryValue: 0, margin: 0 } }, "no-position"],
    ["of a cross position", [1_000], (desk) => desk.adjustMargin(1), { marginMode: "cross" }, "cross-margin"],
  ])("ACCT-2 ORDER-4 is not changed by %s", (_, ticks, act, given, code) => {
    let number = 0;
    const agent = ann((desk) => {
      number = act(desk);
    }, given);
    const { record } = new Simulation(venue([1_000, ...ticks, ...ticks, ...ticks], [{ ...agent, firstWakeUs: 1_500_000 }])).run();
    expect(agent.heard).toEqual([{ kind: "rejected", order: number, code }]);
    expect(record.margins.rowCount).toBe(0);
  });

  test("ACCT-2 order margin is not free for it", () => {
    const agent = ann((desk) => {
      // Ten lots at 900 hold 900 of the 2,000.
      desk.limit(0, 900, 10);
      desk.adjustMargin(1_101);
      desk.adjustMargin(1_100);
    });
    const { record } = new Simulation(venue([1_000, 1_000, 1_000], [agent])).run();
    expect(agent.heard).toMatchObject([{ kind: "rejected", code: "insufficient-margin" }]);
    expect(rowsOf(record)).toEqual([[FIRST_AGENT, 1_100, 2_100]]);
  });

  test("LIQ-1 added in time keeps a position that would have failed, and one taken out brings it nearer", () => {
    // Requirement at 905: 1 % of 9,050 = 90.5; equity 1,000 − 950 = 50 fails, with 700 more it does not.
    const ticks = [1_000, 1_000, 905, 905];
    const lost = new Simulation(venue(ticks, [ann(() => {})])).run().record;
    expect([...lost.liquidations.numbers("account")]).toEqual([FIRST_AGENT]);
    const kept = new Simulation(venue(ticks, [ann((desk) => desk.adjustMargin(700))])).run().record;
    expect(kept.liquidations.rowCount).toBe(0);
    const taken = ann((desk) => desk.adjustMargin(-700), { position: { lots: 10, entryValue: 10_000, margin: 1_700 } });
    const again = new Simulation(venue(ticks, [taken])).run().record;
    expect(rowsOf(again)).toEqual([[FIRST_AGENT, -700, 1_000]]);
    expect([...again.liquidations.numbers("account")]).toEqual([FIRST_AGENT]);
  });

  test("ACCT-4 of a hedged account is the leg's", () => {
    const position = { lots: -10, entryValue: 10_000, margin: 1_000 };
    const agent = ann(
      (desk) => {
        desk.adjustMargin(5, "long");
        desk.adjustMargin(500, "short");
      },
      { positionMode: "hedge", position },
    );
    const { record } = new Simulation(venue([1_000, 1_000, 1_000], [agent])).run();
    expect(agent.heard).toMatchObject([{ kind: "rejected", code: "no-position" }]);
    expect(rowsOf(record)).toEqual([[FIRST_AGENT + 1, 500, 1_500]]);
  });

  test("arrives a latency later", () => {
    const agent = ann((desk) => desk.adjustMargin(700), { latencyUs: 800_000 });
    const { record } = new Simulation(venue([1_000, 1_000, 1_000], [agent])).run();
    expect([...record.margins.numbers("time_us")]).toEqual([8 * HOUR + 800_000 + 800_000]);
  });
});
