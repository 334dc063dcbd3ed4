import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { auditRun } from "../../../data/audit/audit.ts";
import { differenceLine } from "../../../data/audit/findings.ts";
import { openStore } from "../../../data/store/store.ts";
import { TABLES, VAULT_ENTRIES } from "../../../sim/tables.ts";
import { fundingAt, REDUCING, recordRun, SEVERAL, SHARED_LOSSES, SMALL_RUNS, type SmallRun, VAULTED } from "./recorded-run.ts";

let folder = "";
const booked = new Set<string>();
const vaulted = new Set<string>();
const reduced = new Set<string>();
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "breakwater-audit-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("a run as recorded", () => {
  test.each([...SMALL_RUNS, ...SHARED_LOSSES])("CONS-1, CONS-2: all balances can be rebuilt: $name, seed $seed", async (small) => {
    const directory = await recordRun(folder, small);
    const { checked, differences } = await auditRun(directory);
    expect(differences.map(differenceLine)).toEqual([]);
    expect(checked.liquidations).toBeGreaterThan(0);
    expect(checked.conservation).toBeGreaterThan(checked.trades);
    const store = await openStore(directory);
    const found = await store.rows(
      `SELECT DISTINCT 'inventory ' || entry AS kind FROM inventory
       UNION SELECT DISTINCT 'funding' || CASE WHEN short_quanta > 0 THEN ' short' WHEN account < 2 THEN ' of the engine' ELSE '' END FROM funding
       UNION SELECT DISTINCT 'funds ' || entry || CASE WHEN liquidation IS NULL THEN ', no liquidation' ELSE '' END FROM funds`,
    );
    store.close();
    for (const { kind } of found) booked.add(String(kind));
  });

  test.each(SEVERAL)("CONS-1, CONS-2, FUND-1: so can those of several instruments: $name", async (small) => {
    const directory = await recordRun(folder, small);
    const { checked, differences } = await auditRun(directory);
    expect(differences.map(differenceLine)).toEqual([]);
    const store = await openStore(directory);
    const [found] = await store.rows(
      `SELECT (SELECT count(*) FROM positions) AS positions, (SELECT count(DISTINCT pool) FROM funds) AS pools,
         (SELECT list(count ORDER BY instrument) FROM (SELECT instrument, count(*) AS count FROM liquidations GROUP BY instrument)) AS liquidations,
         (SELECT count(DISTINCT instrument) FROM funding) AS paying, (SELECT count(*) FROM samples) AS samples,
         (SELECT count(DISTINCT instrument) FROM adl) AS deleveraging`,
    );
    store.close();
    expect(found).toMatchObject({ paying: 2, deleveraging: 2, positions: checked.positions, samples: checked.samples });
    expect(found?.["pools"]).toBe(small === SEVERAL[0] ? 2 : 1);
    expect(found?.["liquidations"]).toEqual([expect.any(Number), expect.any(Number)]);
  });

  test.each(REDUCING)("LIQ-3, LIQ-4: so can those whose positions are reduced first: $name", async (small) => {
    const directory = await recordRun(folder, small);
    const { differences } = await auditRun(directory);
    expect(differences.map(differenceLine)).toEqual([]);
    const store = await openStore(directory);
    const found = await store.rows(
      `SELECT DISTINCT CASE WHEN reduced_lots > 0 THEN 'reduced and ' ELSE 'not reduced and ' END || status ||
         CASE WHEN taken.time_us > trigger_time_us THEN ', taken over later' WHEN end_time_us > trigger_time_us THEN ', later' ELSE '' END AS kind
       FROM liquidations LEFT JOIN inventory AS taken ON taken.liquidation = liquidations.liquidation AND taken.entry = 'takeover'
       UNION SELECT 'against the engine' FROM trades WHERE taker_account > 2 AND maker_account < 2 AND liquidation IN (
         SELECT liquidation FROM liquidations WHERE account = taker_account AND reduced_lots > 0)`,
    );
    store.close();
    for (const { kind } of found) reduced.add(String(kind));
  });

  test.each(VAULTED)("CONS-1, CONS-2, LIQ-4, LIQ-5: so can those with a vault: $name", async (small) => {
    const directory = await recordRun(folder, small);
    const { checked, differences } = await auditRun(directory);
    expect(differences.map(differenceLine)).toEqual([]);
    const store = await openStore(directory);
    const found = await store.rows("SELECT DISTINCT entry AS kind FROM vault");
    expect(checked.vault).toBe(Number((await store.rows("SELECT count(*) AS rows FROM vault"))[0]?.["rows"]));
    store.close();
    for (const { kind } of found) vaulted.add(String(kind));
    expect(found.map(({ kind }) => kind)).toEqual(expect.arrayContaining(["seed", "takeover", "trade"]));
  });

  test("LIQ-4, LIQ-5: between them the vaults move in every way there is", () => {
    expect([...vaulted].sort()).toEqual([...VAULT_ENTRIES].sort());
  });

  test("LIQ-3: between them positions are reduced, pass, wait and are taken over in every order", () => {
    expect([...reduced]).toEqual(
      expect.arrayContaining([
        ...["reduced and reduced", "reduced and reduced, later", "not reduced and reduced, later"],
        ...["reduced and closed, taken over later", "not reduced and closed, taken over later", "against the engine"],
      ]),
    );
  });

  test("between them these runs book everything there is", () => {
    const entries = ["takeover", "trade", "netting", "adl", "house"].map((entry) => `inventory ${entry}`);
    expect([...booked]).toEqual(expect.arrayContaining(entries));
    expect([...booked]).toEqual(
      expect.arrayContaining([
        "funds seed, no liquidation",
        "funds surplus",
        "funds cover",
        "funds uncovered",
        "funds cover, no liquidation",
        "funds funding, no liquidation",
        "funds uncovered, no liquidation",
        "funds settlement, no liquidation",
        "funds socialised",
        "funds fees, no liquidation",
        "funding",
        "funding short",
        "funding of the engine",
      ]),
    );
  });
});

/** A change of one cell, and how the row is called. */
interface Tampering {
  readonly table: string;
  readonly column: string;
  /** The key of the row. */
  readonly key: string;
}

const KEYS: Readonly<Record<string, string>> = {
  trades: "trade",
  liquidations: "liquidation",
  inventory: "booking",
  adl: "booking",
  funds: "movement",
  funding: "booking",
  cascades: "cascade",
  episodes: "episode",
  accounts: "account",
  positions: "concat('instrument ', instrument, ', account ', account)",
  samples: "time_us",
};
/** Rows in which what was there at the start shows at the end, as it does not in one that was liquidated. */
const heldIn = (table: string) => (table === "positions" ? "position_lots <> 0" : "true");
/** How a row is called. */
function placeOf(table: string, key: string, row: ChangedRow): string {
  if (table === "samples") return `samples, row ${row.position}`;
  return table === "positions" ? `positions, ${row.key}` : `${table}, ${key} ${row.key}`;
}
/** What an account starts with shows in what it ends with. */
const STARTS = /^(deposited|start_)/;
const MONEY: Tampering[] = TABLES.flatMap(({ name, columns }) =>
  columns.flatMap(({ name: column }) => {
    const key = KEYS[name];
    // Of a run with a vault; those have tests of their own.
    if (column === "vault_equity_quanta") return [];
    return key !== undefined && (/_quanta$/.test(column) || column === "start_position_lots") ? [{ table: name, column, key }] : [];
  }),
);
/** Cells that are not money but decide about it. */
const CAUSES: Tampering[] = [
  { table: "trades", column: "size_lots", key: "trade" },
  { table: "trades", column: "price_ticks", key: "trade" },
  { table: "trades", column: "booking", key: "trade" },
  { table: "trades", column: "maker_account", key: "trade" },
  { table: "inventory", column: "size_lots", key: "booking" },
  { table: "inventory", column: "liquidation", key: "booking" },
  { table: "adl", column: "size_lots", key: "booking" },
  { table: "funding", column: "account", key: "booking" },
  { table: "funding", column: "rate", key: "booking" },
  { table: "funding", column: "time_us", key: "booking" },
  { table: "adl", column: "account", key: "booking" },
  { table: "liquidations", column: "market_lots", key: "liquidation" },
  { table: "liquidations", column: "account", key: "liquidation" },
  { table: "positions", column: "position_lots", key: "account" },
  { table: "positions", column: "account", key: "account" },
  { table: "samples", column: "open_interest_lots", key: "time_us" },
];

describe("a run that somebody changed", () => {
  let directory = "";
  beforeAll(async () => {
    // Paid once, so that a changed start does not change more than the first thousand differences tell.
    const [first] = SMALL_RUNS as [SmallRun];
    directory = await recordRun(folder, { ...first, sets: [...first.sets, fundingAt("0.0003", "10m")], seed: 4 });
  });

  test("has money in every table that is tampered with", () => {
    expect(new Set(MONEY.map(({ table }) => table))).toEqual(new Set(Object.keys(KEYS)));
    expect(MONEY.length).toBeGreaterThan(35);
  });

  test.each(MONEY)("by a quantum in one cell is found and named: $column of $table", async ({ table, column, key }) => {
    await tampered(
      directory,
      table,
      async (rewrite) => {
        const row = await rewrite(`${column} + 1`, column, key);
        const { differences } = await auditRun(directory);
        const where = placeOf(table, key, row);
        if (STARTS.test(column)) expect(differences).toContainEqual(expect.objectContaining({ where }));
        else {
          const recorded = String(BigInt(row.value as string) + 1n);
          expect(differences).toEqual([{ where, column, recorded, rebuilt: row.value }]);
        }
      },
      heldIn(table),
    );
  });

  test.each(CAUSES)("in what decides about money is found: $column of $table", async ({ table, column, key }) => {
    await tampered(
      directory,
      table,
      async (rewrite) => {
        for (const expression of [`${column} + 1`, "0", `-${column} - 1`, "9223372036854775807"]) {
          await rewrite(expression, column, key);
          expect((await auditRun(directory)).differenceCount, expression).toBeGreaterThan(0);
        }
      },
      heldIn(table),
    );
  });

  test.each(Object.keys(KEYS).filter((table) => table !== "samples"))("by a row less is found: %s", async (table) => {
    await tampered(directory, table, async (_, replace) => {
      await replace((rows) => `SELECT * FROM (${rows}) WHERE NOT here`);
      expect((await auditRun(directory)).differenceCount).toBeGreaterThan(0);
    });
  });

  test.each(["trades", "funds", "funding", "adl", "inventory", "accounts", "positions"])("by a row twice is found: %s", async (table) => {
    await tampered(directory, table, async (_, replace) => {
      await replace((rows) => `SELECT * FROM (${rows}) UNION ALL SELECT * FROM (${rows}) WHERE here`);
      expect((await auditRun(directory)).differenceCount).toBeGreaterThan(0);
    });
  });

  const OF_EPISODES = ["first_time_us", "last_time_us", "cascades", "instruments", "liquidations", "accounts", "depth"];
  test.each([
    ...OF_EPISODES.map((column) => ({ table: "episodes", column })),
    ...["episode", "last_time_us", "depth"].map((column) => ({ table: "cascades", column })),
  ])("CASC-2 by one in one cell is found and named: $column of $table", async ({ table, column }) => {
    const key = KEYS[table] as string;
    await tampered(directory, table, async (rewrite) => {
      const row = await rewrite(`${column} + 1`, column, key);
      const recorded = String(BigInt(row.value as string) + 1n);
      expect((await auditRun(directory)).differences).toEqual([{ where: placeOf(table, key, row), column, recorded, rebuilt: row.value }]);
    });
  });

  test.each([
    ["funding", "paid no funding at its mark"],
    ["adl", "was not closed by auto-deleveraging at its mark or the one before"],
    ["levy", "bore no levy at its mark or the one before"],
  ])("CASC-1 in a cause that no booking speaks for is found: %s", async (cause, problem) => {
    await tampered(
      directory,
      "liquidations",
      async (rewrite) => {
        const row = await rewrite(`'${cause}'`, "cause", "liquidation");
        const where = `liquidations, liquidation ${row.key}`;
        expect((await auditRun(directory)).differences).toEqual([{ where, problem: `CASC-1: cause ${cause}, but it ${problem}` }]);
      },
      "parent IS NULL",
    );
  });

  test("CASC-1 in a parent of one that was not induced is found", async () => {
    await tampered(
      directory,
      "liquidations",
      async (rewrite) => {
        const row = await rewrite("'direct'", "cause", "liquidation");
        const where = `liquidations, liquidation ${row.key}`;
        expect((await auditRun(directory)).differences).toEqual([{ where, problem: "CASC-1: cause direct, but it has a parent" }]);
      },
      "parent IS NOT NULL",
    );
  });

  test("in the fees of the manifest is found", async () => {
    const file = join(directory, "manifest.json");
    const text = await readFile(file, "utf8");
    try {
      const manifest = JSON.parse(text);
      manifest.scenario.instruments[0].fees = { maker: "0.0003", taker: "0.0005", liquidation: "0.0005" };
      await writeFile(file, JSON.stringify(manifest));
      const { differences } = await auditRun(directory);
      expect(differences).toContainEqual(expect.objectContaining({ column: "maker_fee_quanta" }));
    } finally {
      await writeFile(file, text);
    }
  });

  test("MARK-3 in the funding of the manifest is found: a cap below the rate, another interval, none at all", async () => {
    const file = join(directory, "manifest.json");
    const text = await readFile(file, "utf8");
    const problemsWith = async (funding: object | null) => {
      const manifest = JSON.parse(text);
      manifest.scenario.venue.funding = funding;
      await writeFile(file, JSON.stringify(manifest));
      return [...new Set((await auditRun(directory)).differences.map(({ problem }) => problem))];
    };
    try {
      expect(await problemsWith({ interval: "10m", cap: "0.0001" })).toEqual([
        expect.stringMatching(/^MARK-3: the rate \S+ is beyond the cap$/),
      ]);
      expect(await problemsWith({ interval: "25m", cap: "0.05" })).toEqual(["MARK-3: no interval ends here"]);
      expect(await problemsWith(null)).toEqual(["the venue pays no funding"]);
    } finally {
      await writeFile(file, text);
    }
  });

  test("and put right again has no differences", async () => {
    expect((await auditRun(directory)).differences).toEqual([]);
  });
});

describe("a run in which positions were reduced that somebody changed", () => {
  let directory = "";
  beforeAll(async () => {
    directory = await recordRun(folder, { ...(REDUCING[0] as SmallRun), seed: 11 });
  });
  const WAS_REDUCED = "reduced_lots > 0";
  const BY_ITSELF = "taker_account > 2 AND maker_account > 2 AND liquidation IS NOT NULL";

  test.each([
    { table: "liquidations", column: "reduced_lots", of: WAS_REDUCED },
    { table: "liquidations", column: "takeover_lots", of: WAS_REDUCED },
    { table: "liquidations", column: "takeover_value_quanta", of: WAS_REDUCED },
    { table: "liquidations", column: "liquidated_quanta", of: WAS_REDUCED },
    { table: "liquidations", column: "fee_quanta", of: WAS_REDUCED },
    { table: "liquidations", column: "requirement_quanta", of: WAS_REDUCED },
    { table: "liquidations", column: "end_time_us", of: "status = 'reduced'" },
    { table: "liquidations", column: "bankruptcy_price_ticks", of: WAS_REDUCED },
    { table: "trades", column: "taker_fee_quanta", of: BY_ITSELF },
    { table: "samples", column: "liquidated_long_quanta", of: "liquidated_long_quanta > 0" },
    { table: "cascades", column: "notional_quanta", of: "true" },
  ])("by one in one cell is found and named: $column of $table", async ({ table, column, of }) => {
    const key = KEYS[table] as string;
    await tampered(
      directory,
      table,
      async (rewrite) => {
        const row = await rewrite(`${column} + 1`, column, key);
        const recorded = String(BigInt(row.value as string) + 1n);
        const where = placeOf(table, key, row);
        expect((await auditRun(directory)).differences).toEqual([{ where, column, recorded, rebuilt: row.value }]);
      },
      of,
    );
  });

  test.each([
    { table: "liquidations", column: "status", to: ["'closed'", "'open'"], of: "status = 'reduced'" },
    {
      table: "liquidations",
      column: "end_time_us",
      to: ["NULL", "end_time_us + 1000000", "trigger_time_us - 1000000"],
      of: "status = 'reduced'",
    },
    { table: "liquidations", column: "trigger_time_us", to: ["trigger_time_us + 1", "trigger_time_us - 1"], of: WAS_REDUCED },
    { table: "liquidations", column: "booking", to: ["booking + 1", "booking - 1", "booking + 100"], of: WAS_REDUCED },
    { table: "trades", column: "liquidation", to: ["NULL", "liquidation + 1", "liquidation - 1"], of: BY_ITSELF },
    { table: "trades", column: "price_ticks", to: ["price_ticks + 1", "price_ticks - 1", "1"], of: BY_ITSELF },
    { table: "trades", column: "size_lots", to: ["size_lots + 1", "size_lots * 1000000"], of: BY_ITSELF },
  ])("in what decides about it is found: $column of $table", async ({ table, column, to, of }) => {
    await tampered(
      directory,
      table,
      async (rewrite) => {
        for (const expression of to) {
          await rewrite(expression, column, KEYS[table] as string);
          expect((await auditRun(directory)).differenceCount, expression).toBeGreaterThan(0);
        }
      },
      of,
    );
  });

  test("LIQ-3: under a manifest whose venue reduces no position is found", async () => {
    const file = join(directory, "manifest.json");
    const text = await readFile(file, "utf8");
    try {
      const manifest = JSON.parse(text);
      manifest.scenario.venue.partialLiquidation = "full";
      await writeFile(file, JSON.stringify(manifest));
      const problems = new Set((await auditRun(directory)).differences.map(({ problem }) => problem));
      expect([...problems]).toEqual(["LIQ-3: the venue reduces no position"]);
    } finally {
      await writeFile(file, text);
    }
  });
});

describe("a run with a vault that somebody changed", () => {
  let directory = "";
  beforeAll(async () => {
    directory = await recordRun(folder, VAULTED[0] as SmallRun);
  });

  const money = ["value_quanta", "amount_quanta", "cash_quanta", "entry_value_quanta", "size_lots", "position_lots"];
  test.each([
    ...money.map((column) => ({ table: "vault", column, key: "movement" })),
    { table: "samples", column: "vault_equity_quanta", key: "time_us" },
    { table: "liquidations", column: "vault_lots", key: "liquidation" },
  ])("LIQ-4, CONS-2: by one in one cell is found and named: $column of $table", async ({ table, column, key }) => {
    await tampered(directory, table, async (rewrite) => {
      await rewrite(`${column} + 1`, column, key);
      const { differences } = await auditRun(directory);
      expect(differences).toContainEqual(expect.objectContaining({ where: expect.stringContaining(table), column }));
    });
  });

  test.each(["vault", "accounts"])("by a row less or twice is found: %s", async (table) => {
    await tampered(directory, table, async (_, replace) => {
      await replace((rows) => `SELECT * FROM (${rows}) WHERE NOT here`);
      expect((await auditRun(directory)).differenceCount).toBeGreaterThan(0);
      await replace((rows) => `SELECT * FROM (${rows}) UNION ALL SELECT * FROM (${rows}) WHERE here`);
      expect((await auditRun(directory)).differenceCount).toBeGreaterThan(0);
    });
  });

  test("LIQ-4: in the fraction of the manifest is found, and in the seed capital", async () => {
    const file = join(directory, "manifest.json");
    const text = await readFile(file, "utf8");
    try {
      const manifest = JSON.parse(text);
      manifest.scenario.venue.backstop.belowMaintenance = "1/1000";
      await writeFile(file, JSON.stringify(manifest));
      const [first] = (await auditRun(directory)).differences;
      expect(first?.problem).toMatch(/^LIQ-4: the vault takes what has equity \d+ for a requirement of \d+$/);
      manifest.scenario.venue.backstop.belowMaintenance = "2/3";
      manifest.scenario.vault.seedCapital = "20000.01";
      await writeFile(file, JSON.stringify(manifest));
      expect((await auditRun(directory)).differences.map(differenceLine)).toEqual([expect.stringContaining("vault, movement 0")]);
    } finally {
      await writeFile(file, text);
    }
  });
});

describe("a run of two instruments that somebody changed", () => {
  let directory = "";
  beforeAll(async () => {
    directory = await recordRun(folder, { ...(SEVERAL[0] as SmallRun), seed: 3 });
  });

  /** The middle row of the second instrument, where a table has rows of one. */
  const inSecond = (table: string) => {
    const hasOne = TABLES.find(({ name }) => name === table)?.columns.some(({ name }) => name === "instrument");
    return hasOne === true ? `instrument = 1 AND ${heldIn(table)}` : "true";
  };

  // Of the tables in which instruments and what they share meet all of them, of the others one each.
  const shared = ["accounts", "positions", "funds", "samples"];
  const some = MONEY.filter(({ table }, place) => shared.includes(table) || MONEY[place - 1]?.table !== table);

  test.each(some)("by a quantum in one cell of the second is found and named: $column of $table", async ({ table, column, key }) => {
    await tampered(
      directory,
      table,
      async (rewrite) => {
        const row = await rewrite(`${column} + 1`, column, key);
        const { differences } = await auditRun(directory);
        const where = placeOf(table, key, row);
        if (STARTS.test(column)) expect(differences).toContainEqual(expect.objectContaining({ where }));
        else expect(differences).toEqual([{ where, column, recorded: String(BigInt(row.value as string) + 1n), rebuilt: row.value }]);
      },
      inSecond(table),
    );
  });

  test.each(["trades", "liquidations", "inventory", "adl", "funding", "cascades", "positions", "samples", "marks"])(
    "in which instrument a row of %s belongs to is found",
    async (table) => {
      await tampered(directory, table, async (rewrite) => {
        for (const expression of ["1 - instrument", "2", "-1"]) {
          await rewrite(expression, "instrument", KEYS[table] ?? "time_us");
          expect((await auditRun(directory)).differenceCount, expression).toBeGreaterThan(0);
        }
      });
    },
  );

  test("FUND-1: in which pool a payment belongs to is found and named", async () => {
    await tampered(directory, "funds", async (rewrite) => {
      const row = await rewrite("1 - pool", "pool", "movement");
      expect((await auditRun(directory)).differences).toEqual([
        { where: `funds, movement ${row.key}`, column: "pool", recorded: String(1 - Number(row.value)), rebuilt: row.value },
      ]);
    });
  });

  test("and put right again has no differences", async () => {
    expect((await auditRun(directory)).differences).toEqual([]);
  });

  test("so that the manifest speaks of other contracts cannot be audited", async () => {
    const file = join(directory, "manifest.json");
    const text = await readFile(file, "utf8");
    try {
      const manifest = JSON.parse(text);
      manifest.scenario.instruments.reverse();
      await writeFile(file, JSON.stringify(manifest));
      await expect(auditRun(directory)).rejects.toThrow(
        /manifest\.json: scenario\.instruments: expected BTC-USDT, ETH-USDT as in instruments\.parquet, got ETH-USDT, BTC-USDT$/,
      );
    } finally {
      await writeFile(file, text);
    }
  });
});

describe("what cannot be audited", () => {
  test("is a directory without the tables of this version, which is said in one line", async () => {
    const directory = await recordRun(folder, { ...(SMALL_RUNS.at(-1) as SmallRun), seed: 9 });
    await rm(join(directory, "inventory.parquet"));
    await expect(auditRun(directory)).rejects.toThrow(/inventory\.parquet: missing: without it balances cannot be rebuilt/);
    await expect(auditRun(join(folder, "nowhere"))).rejects.toThrow(/nowhere: no such directory/);
  });

  test("is a table without a column that an earlier version did not have", async () => {
    const directory = await recordRun(folder, { ...(SMALL_RUNS.at(-1) as SmallRun), seed: 8 });
    await tampered(directory, "trades", async (_, replace) => {
      await replace((rows) => `SELECT * EXCLUDE (booking) FROM (${rows})`);
      await expect(auditRun(directory)).rejects.toThrow(/trades\.parquet: no column booking/);
    });
  });
});

interface ChangedRow {
  readonly key: unknown;
  readonly position: number;
  readonly value: unknown;
}
type Rewrite = (expression: string, column: string, key: string) => Promise<ChangedRow>;
/** Replaces the file by a SELECT over its rows, of which one, in the middle, is `here`. */
type Replace = (select: (rows: string) => string) => Promise<void>;

/**
 * Lets a table's file be rewritten, and puts it back.
 * @param of which rows one may be `here`
 */
async function tampered(
  directory: string,
  table: string,
  change: (rewrite: Rewrite, replace: Replace) => Promise<void>,
  of = "true",
): Promise<void> {
  const file = join(directory, `${table}.parquet`);
  const original = join(folder, "original.parquet");
  await copyFile(file, original);
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  const connection = await instance.connect();
  const rows = (column: string | null) =>
    `SELECT *, row_number() OVER () - 1 AS position, position = (WITH eligible AS (SELECT p, row_number() OVER (ORDER BY p) AS n FROM (
       SELECT *, row_number() OVER () - 1 AS p, ${column ?? "1"} AS cell FROM '${original}') WHERE cell IS NOT NULL AND ${of})
       SELECT max(p) FROM eligible WHERE n <= 1 + (SELECT count(*) FROM eligible) // 2) AS here FROM '${original}'`;
  const write = (select: string) =>
    connection.run(
      `COPY (SELECT * EXCLUDE (position, here) FROM (${select})) TO '${file}' (FORMAT parquet, KV_METADATA {breakwater_format_version: '1', breakwater_table: '${table}'})`,
    );
  try {
    await change(
      async (expression, column, key) => {
        const all = rows(column);
        await write(`SELECT * REPLACE (CASE WHEN here THEN ${expression} ELSE ${column} END AS ${column}) FROM (${all})`);
        const found = await connection.runAndReadAll(`SELECT ${key}, position, ${column} FROM (${all}) WHERE here`);
        const [row] = found.getRowsJson();
        return { key: row?.[0], position: Number(row?.[1]), value: row?.[2] };
      },
      async (select) => {
        await write(select(rows(null)));
      },
    );
  } finally {
    connection.closeSync();
    instance.closeSync();
    await copyFile(original, file);
  }
}
