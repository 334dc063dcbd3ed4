import { expect, test } from "vitest";
import { benchAgents } from "../../bench/agents.ts";

test("benchmark agents: small enough for the tests, it measures, and says the same twice", async () => {
  const [one, two] = [await benchAgents(20, 200, 2, 1), await benchAgents(20, 200, 2, 1)];
  expect(one.digest).toBe(two.digest);
  expect(one).toMatchObject({ agents: 20, accounts: 200, messages: two.messages });
  expect(one.messages).toBeGreaterThan(100);
  expect(one.events).toBeGreaterThan(one.messages);
  expect(one.timesAbides).toBeCloseTo(one.messagesPerCpuSecond / 100_000, 6);
});
