import { describe, expect, test } from "vitest";
import type { Agent, Desk, Message, OrderOptions } from "../../sim/agent.ts";
import { BUY, SELL, type Side } from "../../sim/market/order-book.ts";
import { areOptions } from "../../sim/market/order-options.ts";
import { bitsOf } from "../../sim/order-words.ts";
import { Simulation } from "../../sim/simulation.ts";
import { randomInput } from "./random-simulation.ts";

/** Runs an agent that acts once. Returns what it was told. */
function actOnce(act: (desk: Desk, indexTicks: number) => void): Message[] {
  const told: Message[] = [];
  const agent: Agent = { wake: ({ indexTicks }, desk) => act(desk, indexTicks), receive: (message) => told.push(message) };
  const times = { latencyUs: 1, latencyBackUs: 1, marketDataDelayUs: 1, firstWakeUs: 1 };
  const start = { name: "untyped/1", agent, depositQuanta: 1_000_000, leverageHundredths: 100, ...times };
  new Simulation(randomInput(2, { steps: 3, more: [start] })).run();
  return told;
}

describe("words that there are not, of agents without types", () => {
  test.each([
    { timeInForce: "ioc" },
    { timeInForce: null },
    { triggerBy: "index" },
    { postOnly: "yes" },
    { reduceOnly: 1 },
    { timeInForce: "x", triggerBy: "x", postOnly: "x", reduceOnly: "x" },
  ])("ORDER-4 the order is refused, not taken as if they were absent: %j", (options) => {
    const told = actOnce((desk, indexTicks) => {
      desk.limit(BUY, indexTicks, 1, options as unknown as OrderOptions);
      desk.stopMarket(SELL, indexTicks - 100, 1, options as unknown as OrderOptions);
    });
    expect(told.map((message) => message.kind === "rejected" && message.code)).toEqual(["invalid-options", "invalid-options"]);
  });

  test("ORDER-1 the defaults said in words are the defaults", () => {
    expect(bitsOf({ timeInForce: "GTC", postOnly: false, reduceOnly: false, triggerBy: "mark" })).toBe(0);
    expect(bitsOf({})).toBe(0);
    expect(areOptions(bitsOf({ timeInForce: "FOK", reduceOnly: true, triggerBy: "last" }))).toBe(true);
  });

  test.each([2, -1, Number.NaN, "buy"])("a side that is none stops the run and names the agent: %s", (side) => {
    const line = `agent untyped/1 failed at 1600000000000001 µs: Cannot trade on side ${side}: expected 0 to buy or 1 to sell`;
    expect(() => actOnce((desk) => desk.market(side as Side, 1))).toThrow(line);
    expect(() => actOnce((desk) => desk.tradeExternally(side as Side, 1))).toThrow(line);
  });
});
