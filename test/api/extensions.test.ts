/** Agents and policies of a program's own, in runs and in sweeps. */
import { describe, expect, test } from "vitest";
import { type AdlPolicy, adlBatches, BUY, defineAgent, fields, run, simulate, sweep } from "../../index.ts";

const TINY = {
  duration: "8m",
  "shock.waypoints": [{ at: "4m", change: -0.18 }],
  "population.accounts": 300,
  "agents.0.count": 2,
  "agents.1.count": 1,
  "agents.2.count": 4,
  "pools.perpetual/BTC/USDT.seedCapital": "0",
};

/** Buys one slice at every look. */
const buyer = defineAgent({
  kind: "slice-buyer",
  summary: "Buys one slice at every look.",
  defaults: { deposit: "1000000", leverage: "2", latency: "50ms", interval: "20s" },
  parameters: { slice: fields.money("10000"), most: fields.whole(3, 1, 100) },
  create({ slice, most }, { intervalUs, lotsFor }) {
    let sent = 0;
    return {
      wake(market, desk) {
        if (sent++ < most) desk.market(BUY, lotsFor(slice, market.markTicks));
        desk.wakeIn(intervalUs);
      },
      receive() {},
    };
  },
});

/** Closes whoever comes first. */
const firstCome: AdlPolicy = {
  needs: [],
  choose({ lots }, { lots: held, profit }) {
    const order = held
      .map((_, index) => index)
      .sort((a, b) => Number((profit[b] as number) > 0) - Number((profit[a] as number) > 0) || a - b);
    let open = lots;
    return order.flatMap((candidate) => {
      const part = Math.min(open, held[candidate] as number);
      open -= part;
      return part > 0 ? [{ candidate, lots: part, score: 0 }] : [];
    });
  },
};

describe("own agents", () => {
  const withBuyer = { ...TINY, "agents.3": { kind: "slice-buyer", most: 2 } };

  test("trade as a scenario names them, and change nobody else's luck before they act", async () => {
    const { record, digest } = await simulate("flash-crash", { set: withBuyer, agents: [buyer] });
    const account = record.accounts.words("name").indexOf("slice-buyer/1.1");
    expect(account).toBeGreaterThan(0);
    const takers = record.trades.numbers("taker_account").filter((taker) => taker === record.accounts.numbers("account")[account]);
    expect(takers.length).toBeGreaterThan(0);
    expect((await simulate("flash-crash", { set: withBuyer, agents: [buyer] })).digest).toBe(digest);
    expect((await simulate("flash-crash", { set: TINY, agents: [buyer] })).digest).toBe(
      (await simulate("flash-crash", { set: TINY })).digest,
    );
  });

  test("are refused where nobody brings them, with wrong parameters, and under a name that is taken", async () => {
    await expect(simulate("flash-crash", { set: withBuyer })).rejects.toThrow(/agents\.3\.kind: expected/);
    const wrong = { ...TINY, "agents.3": { kind: "slice-buyer", most: 200 } };
    await expect(simulate("flash-crash", { set: wrong, agents: [buyer] })).rejects.toThrow(
      "agents.3.most: expected a whole number from 1 to 100, got 200",
    );
    const taken = { ...buyer, kind: "whale" };
    await expect(simulate("flash-crash", { set: TINY, agents: [taken] })).rejects.toThrow(
      "agents: there are agents of kind whale already: choose another name",
    );
  });

  test("run in sweeps, to the digests of single runs", async () => {
    const plan = {
      name: "buyers",
      scenario: "flash-crash",
      set: withBuyer,
      seed: 1,
      replications: 1,
      commonRandomNumbers: true,
      factors: [{ path: "agents.3.most", values: [1, 3] }],
      design: { kind: "grid" },
      metrics: ["fund.maxDrawdown"],
      tables: [],
    };
    const swept = await sweep(plan, { agents: [buyer], workers: 2 });
    const rows = await swept.rows(`SELECT seed, digest, "agents.3.most" AS most FROM runs ORDER BY run`);
    swept.close();
    expect(rows.map(({ most }) => most)).toEqual([1, 3]);
    for (const { seed, digest, most } of rows) {
      const set = { ...withBuyer, "agents.3.most": most };
      expect((await simulate("flash-crash", { set, seed: Number(seed), agents: [buyer] })).digest).toBe(digest);
    }
  });
});

describe("own ADL policies", () => {
  test("decide a run whose venue names them", async () => {
    const own = await run("flash-crash", { set: { ...TINY, "venue.adl.policy": "first-come" }, policies: { "first-come": firstCome } });
    const rows = await own.rows("SELECT DISTINCT policy FROM adl");
    own.close();
    expect(rows).toEqual([{ policy: "first-come" }]);
    await expect(simulate("flash-crash", { set: { ...TINY, "venue.adl.policy": "first-come" } })).rejects.toThrow(/policy/);
    await expect(simulate("flash-crash", { set: TINY, policies: { projection: firstCome } })).rejects.toThrow(
      "policies: there is an ADL policy projection already",
    );
  });

  test("are asked for the batches too", async () => {
    const options = { set: { ...TINY, "venue.adl.policy": "first-come" }, policies: { "first-come": firstCome } };
    const batches = await adlBatches("flash-crash", options, 3);
    expect(batches.length).toBe(3);
    for (const { positions, size } of batches) expect(positions.length > 0 && Number(size) > 0).toBe(true);
  });
});
