import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type AuditReport, auditRun, auditTables } from "../../../data/audit/audit.ts";
import { differenceLine } from "../../../data/audit/findings.ts";
import { openStore } from "../../../data/store/store.ts";
import { writeTables } from "../../../data/store/tables.ts";
import type { SimulationInput } from "../../../sim/input.ts";
import { createStream } from "../../../sim/kernel/random.ts";
import { Simulation } from "../../../sim/simulation.ts";
import { randomCross } from "../../sim/cross/random-cross.ts";
import { CROSS, HEDGED, recordRun, type SmallRun } from "./recorded-run.ts";
import { whileRewritten, withOneChanged } from "./tampering.ts";
import { assetsOf, termsOf } from "./terms-of.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "breakwater-cross-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A random simulation in which positions are margined together, some of them in hedge mode or beside other assets, under the rules that decide about money. */
function inputOf(seed: number): SimulationInput {
  const stream = createStream(seed, "test/audit-cross");
  const pick = <const Things extends readonly unknown[]>(things: Things): Things[number] => things[stream.below(things.length)];
  const input = withoutGaps(randomCross(seed));
  return {
    ...input,
    checkEveryEvent: false,
    rules: {
      ...input.rules,
      surplusTo: pick(["pool", "trader"]),
      takeoverAt: pick(["bankruptcy", "bankruptcy", "mark"]),
      fund: {
        settlement: pick(["continuous", "daily"]),
        residual: pick(["house", "pro-rata-profit", "per-open-interest", "per-open-interest"]),
        feeShare: pick([null, { numerator: 1, denominator: 3 }]),
      },
      adl: { ...input.rules.adl, price: pick(["bankruptcy", "mark", "previous-mark"]) },
    },
  };
}

/** The same with holders numbered without gaps: in a run of a scenario each of them holds something. */
function withoutGaps(input: SimulationInput): SimulationInput {
  const used = new Set(input.instruments.flatMap(({ holders: { holder } }) => [...(holder as Int32Array)]));
  const inOrder = [...used].sort((a, b) => a - b);
  const place = new Map(inOrder.map((holder, number) => [holder, number]));
  const renumbered = (holder: number) => place.get(holder) as number;
  return {
    ...input,
    instruments: input.instruments.map((own) => ({
      ...own,
      holders: { ...own.holders, holder: Int32Array.from(own.holders.holder as Int32Array, renumbered) },
    })),
    ...(input.collateral === undefined
      ? {}
      : {
          collateral: {
            ...input.collateral,
            holders: input.collateral.holders.map((deposit) => ({ ...deposit, holder: renumbered(deposit.holder) })),
          },
        }),
  };
}

/** Runs it, and audits what it recorded; the directory stays. */
async function audited(input: SimulationInput, name: string): Promise<{ report: AuditReport; directory: string }> {
  const directory = join(folder, name);
  await mkdir(directory);
  await writeTables(directory, new Simulation(input).run().record.tables());
  const store = await openStore(directory);
  try {
    return { report: await auditTables({ directory, store }, termsOf(input), false, assetsOf(input)), directory };
  } finally {
    store.close();
  }
}

describe("random runs with cross margin", () => {
  const seen: Record<string, number> = {};

  test("CONS-1 CONS-2 ACCT-2 ACCT-4 ACCT-5 ACCT-6 MARGIN-5 FUND-4 can be rebuilt to the quantum, modes mixed within an account too", async () => {
    for (let seed = 13; seed <= 24; seed++) {
      const { report, directory } = await audited(inputOf(seed), `seed-${seed}`);
      expect(report.differences.map(differenceLine), `seed ${seed}`).toEqual([]);
      const store = await openStore(directory);
      const [found] = await store.rows(
        `WITH cross_positions AS (SELECT account, instrument FROM positions WHERE margin_mode = 'cross'), of_cross AS (SELECT l.* FROM liquidations l SEMI JOIN cross_positions USING (account, instrument))
         SELECT (SELECT count(*) FROM of_cross) AS liquidations, (SELECT count(*) FROM of_cross WHERE scope <> liquidation) AS parts,
           (SELECT count(*) FROM of_cross WHERE reduced_lots > 0) AS reduced, (SELECT count(*) FROM of_cross WHERE margin_quanta < 0 AND takeover_lots > 0) AS winners,
           (SELECT count(*) FROM of_cross WHERE equity_quanta < 0) AS negative, (SELECT count(*) FROM adl SEMI JOIN cross_positions USING (account, instrument)) AS adl,
           (SELECT count(*) FROM levies SEMI JOIN cross_positions USING (account, instrument)) AS levied,
           (SELECT count(*) FROM funding SEMI JOIN cross_positions USING (account, instrument) WHERE short_quanta > 0) AS short,
           (SELECT count(*) FROM (SELECT account FROM positions WHERE leverage IS NOT NULL GROUP BY account HAVING count(DISTINCT margin_mode) = 2)) AS mixed,
           (SELECT count(*) FROM offsets) AS offsets, (SELECT count(*) FROM margins WHERE amount_quanta < 0) AS taken_out, (SELECT count(*) FROM margins WHERE amount_quanta > 0) AS put_in, (SELECT count(*) FROM conversions) AS conversions,
           (SELECT count(*) FROM liquidations JOIN accounts USING (account) WHERE owner <> account) AS short_legs,
           (SELECT count(*) FROM of_cross SEMI JOIN (SELECT account FROM collateral) USING (account)) AS multi`,
      );
      store.close();
      for (const [what, count] of Object.entries(found ?? {})) seen[what] = (seen[what] ?? 0) + Number(count);
    }
  }, 180_000);

  test("between them go through all that becomes of cross scopes", () => {
    for (const [what, count] of Object.entries(seen)) expect(count, what).toBeGreaterThan(0);
    expect(Object.keys(seen)).toHaveLength(15);
  });
});

describe("a scenario with cross margin", () => {
  test.each([...CROSS, ...HEDGED])("CONS-1 CONS-2 is rebuilt by the rules of its manifest: $name", async (small) => {
    const { checked, differences } = await auditRun(await recordRun(folder, small));
    expect(differences.map(differenceLine)).toEqual([]);
    expect(checked.liquidations).toBeGreaterThan(10);
  });
});

describe("a run with cross margin that somebody changed", () => {
  let directory = "";
  beforeAll(async () => {
    directory = await recordRun(folder, { ...(CROSS[0] as SmallRun), name: "changed" });
  });
  const lines = async () => (await auditRun(directory)).differences.map(differenceLine);
  /** Liquidations of scopes of several positions. */
  const OF_SCOPE = "scope <> liquidation";

  test.each([
    { table: "liquidations", column: "margin_quanta", key: "liquidation", of: OF_SCOPE },
    { table: "liquidations", column: "equity_quanta", key: "liquidation", of: OF_SCOPE },
    { table: "liquidations", column: "requirement_quanta", key: "liquidation", of: OF_SCOPE },
    { table: "liquidations", column: "bankruptcy_price_ticks", key: "liquidation", of: OF_SCOPE },
    { table: "liquidations", column: "takeover_value_quanta", key: "liquidation", of: OF_SCOPE },
    { table: "liquidations", column: "scope", key: "liquidation", of: "scope = liquidation" },
    { table: "inventory", column: "value_quanta", key: "booking", of: "entry = 'takeover' AND instrument = 1" },
    {
      table: "accounts",
      column: "wallet_quanta",
      key: "account",
      of: "margin_quanta = 0 AND unrealized_profit_quanta <> 0 AND kind = 'holder'",
    },
    {
      table: "positions",
      column: "entry_value_quanta",
      key: "account",
      of: "margin_mode = 'cross' AND position_lots <> 0 AND instrument = 1",
    },
  ])("MARGIN-5 by one in one cell is found and named: $column of $table", async ({ table, column, key, of }) => {
    const found = await whileRewritten(directory, table, withOneChanged(column, `${column} + 1`, key, of), lines);
    expect(found).toContainEqual(expect.stringContaining(`${table}, `));
    expect(found.some((line) => line.includes(`: ${column} is `))).toBe(true);
    expect(found.length).toBeLessThan(3);
  });

  test.each([
    { table: "positions", column: "margin_mode", to: "'isolated'", key: "account", of: "margin_mode = 'cross' AND liquidations > 0" },
    { table: "positions", column: "margin_mode", to: "'cross'", key: "account", of: "margin_mode = 'isolated' AND liquidations > 0" },
    { table: "liquidations", column: "parent", to: "0", key: "liquidation", of: `${OF_SCOPE} AND cause = 'direct'` },
    { table: "liquidations", column: "cause", to: "'levy'", key: "liquidation", of: OF_SCOPE },
    { table: "inventory", column: "size_lots", to: "0", key: "booking", of: "entry = 'takeover'" },
    { table: "funding", column: "short_quanta", to: "short_quanta + 1", key: "booking", of: "account > 3" },
    { table: "trades", column: "taker_fee_quanta", to: "taker_fee_quanta + 1", key: "trade", of: "taker_account > 3" },
  ])("in what decides about a scope is found: $column of $table, to $to", async ({ table, column, to, key, of }) => {
    expect(await whileRewritten(directory, table, withOneChanged(column, to, key, of), lines)).not.toEqual([]);
  });

  test("MARGIN-5: that a position of a scope is not taken over with the others is found", async () => {
    const [part] = await rowsOf(
      "SELECT booking FROM inventory SEMI JOIN (SELECT liquidation FROM liquidations WHERE scope <> liquidation) USING (liquidation) WHERE entry = 'takeover'",
    );
    const found = await whileRewritten(
      directory,
      "inventory",
      (rows) => `SELECT * FROM ${rows} WHERE booking <> ${part?.["booking"]}`,
      lines,
    );
    expect(found).toContainEqual(expect.stringMatching(/LIQ-4: not taken over at \d+ µs with the others of its scope/));
  });

  test.each(["own", "none"])("ACCT-5: another rule of counted profit in the manifest is found: %s", async (rule) => {
    const file = join(directory, "manifest.json");
    const text = await readFile(file, "utf8");
    try {
      const manifest = JSON.parse(text);
      manifest.scenario.venue.unrealizedProfitAsMargin = rule;
      await writeFile(file, JSON.stringify(manifest));
      expect(await lines()).toContainEqual(expect.stringMatching(/^inventory, booking \d+: value_quanta is /));
    } finally {
      await writeFile(file, text);
    }
  });

  async function rowsOf(sql: string): Promise<Record<string, unknown>[]> {
    const store = await openStore(directory);
    try {
      return await store.rows(sql);
    } finally {
      store.close();
    }
  }
});

describe("margins that their owners changed", () => {
  const input = inputOf(13);
  let directory = "";
  beforeAll(async () => {
    directory = (await audited(input, "margins")).directory;
  });
  const lines = async () => {
    const store = await openStore(directory);
    try {
      return (await auditTables({ directory, store }, termsOf(input), false, assetsOf(input))).differences.map(differenceLine);
    } finally {
      store.close();
    }
  };

  test.each([
    ["another margin after it", "margin_quanta", "margin_quanta + 1", "true", /^margins, booking \d+: margin_quanta is /],
    [
      "more than the wallet has",
      "amount_quanta",
      "amount_quanta + 9000000000000000",
      "amount_quanta > 0",
      /ACCT-2: account \d+ does not have /,
    ],
    ["more out than the initial margin leaves", "amount_quanta", "amount_quanta - 1000000000000", "true", /ACCT-2: account \d+ leaves /],
    ["by nothing", "amount_quanta", "0", "true", /ACCT-2: account \d+ changes its margin by nothing/],
    ["of a position that is not there", "account", "3", "true", /ACCT-2: account 3 has no isolated position/],
    ["of the house", "account", "2", "true", /ACCT-2: account 2 is no account that trades/],
  ])("ACCT-2 a change is found in them: %s", async (_, column, to, of, problem) => {
    expect(await lines()).toEqual([]);
    const found = await whileRewritten(directory, "margins", withOneChanged(column, to, "booking", of), lines);
    expect(found).toContainEqual(expect.stringMatching(problem));
  });
});
