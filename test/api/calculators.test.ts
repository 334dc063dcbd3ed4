/** Calculators of the public face: batches out of runs, held against what the run did with them. */
import { beforeAll, describe, expect, test } from "vitest";
import { type AdlBatch, adlBatches, compareAdlPolicies, deleverage, InputError, margin, type Run, run } from "../../index.ts";

const CRASH = {
  duration: "8m",
  "shock.waypoints": [{ at: "4m", change: -0.18 }],
  "population.accounts": 300,
  "agents.0.count": 2,
  "agents.1.count": 1,
  "agents.2.count": 4,
  "pools.perpetual/BTC/USDT.seedCapital": "0",
};

describe("ADL-3: a batch out of a run", () => {
  let done: Run;
  let batches: AdlBatch[];

  beforeAll(async () => {
    batches = await adlBatches("flash-crash", { set: CRASH }, 1000);
    done = await run("flash-crash", { set: CRASH });
    return () => done.close();
  });

  test("replayed with the policy of the venue, closes whom the run closed, lot by lot", async () => {
    const policy = done.scenario.venue.adl.policy;
    const events = await done.rows(
      "SELECT event, list(account::VARCHAR || ' ' || size::VARCHAR ORDER BY rank) AS closed FROM adl_natural GROUP BY event ORDER BY event",
    );
    expect(events.length).toBe(batches.length);
    expect(events.length).toBeGreaterThan(5);
    for (const [place, { closed }] of events.entries()) {
      const batch = batches[place] as AdlBatch;
      const { fills } = await deleverage(batch.positions, batch, policy);
      expect(fills.map(({ account, size }) => `${account} ${Number(size).toFixed(3)}`)).toEqual(
        (closed as string[]).map((text) => text.replace(/ .*/, (size) => ` ${Number(size).toFixed(3)}`)),
      );
    }
  });

  test("can be answered by every policy", async () => {
    const [batch] = batches as [AdlBatch];
    const answers = await compareAdlPolicies(batch.positions, batch);
    expect(answers.filter((answer) => "reason" in answer)).toEqual([]);
    expect(answers.length).toBeGreaterThan(10);
  });

  test("is refused of several contracts", async () => {
    await expect(adlBatches("contagion")).rejects.toThrow("expected one linear contract with a multiplier of 1");
  });
});

test("rows of a program are checked as those of a file are", async () => {
  const question = { side: "long", size: "1", mark: "95", price: "97" } as const;
  const row = { account: "a", size: "-1", entry_price: "100", equity: "10" };
  await expect(deleverage([{ ...row, size: "x" }], question, "largest-position")).rejects.toThrow("snapshot: row 1: size: ");
  await expect(deleverage([{ account: "a", size: 1 }], question, "largest-position")).rejects.toThrow(
    "snapshot: header without entry_price, equity",
  );
  await expect(deleverage([], question, "largest-position")).rejects.toThrow(InputError);
  await expect(deleverage([row], question, "no-such")).rejects.toThrow("expected one of");
  expect((await deleverage([{ ...row, size: -1 }], question, "largest-position")).closed).toBe("1");
});

test("a margin question may be an object", async () => {
  await expect(margin({ venue: "no-such" })).rejects.toThrow(InputError);
  await expect(margin("no-such.json")).rejects.toThrow(InputError);
});
