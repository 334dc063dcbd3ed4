/** What `query` must not do, tried over a run, a sweep and a folder of runs: write, change settings, use the network, leave the directory. */
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sweep } from "../../../api/sweep.ts";
import { resolveScenario } from "../../../data/scenario/resolve.ts";
import { openRuns } from "../../../data/store/catalogue.ts";
import type { Store } from "../../../data/store/store.ts";
import { runExperiment, writeExperiment } from "../../../lab/experiment.ts";
import { registries } from "../../../lab/registries.ts";
import { InputError } from "../../../sim/kernel/input-error.ts";

/** Stands in files that lie outside: nothing of it may come out. */
const SECRET = "only-for-its-owner";

let folder = "";
let server: Server;
let requests = 0;
let address = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "breakwater-guard-"));
  const run = join(folder, "run");
  const scenario = await resolveScenario("flash-crash", {
    sets: ["duration=1m", "shock.waypoints=[]", "population.accounts=10"],
    registries,
  });
  const circumstances = { version: "0", startedAt: "2025-01-01T00:00:00Z", wallSeconds: 0 };
  await writeExperiment(run, scenario, await runExperiment(scenario), circumstances);
  const plan = {
    name: "guarded",
    scenario: "flash-crash",
    set: { duration: "1m", "shock.waypoints": [], "population.accounts": 10 },
    factors: [{ path: "venue.fees.liquidation", values: ["0.001"] }],
    design: { kind: "grid" },
    tables: ["instruments", "assets", "trades"],
  };
  await (await sweep(plan, { directory: join(folder, "sweep"), workers: 1 })).close();
  await mkdir(join(folder, "runs"));
  for (const copy of ["runs/first", "other"]) await cp(run, join(folder, copy), { recursive: true });
  for (const kind of ["run", "sweep", "runs"]) {
    const directory = join(folder, kind);
    await mkdir(join(directory, "deeper"));
    await writeFile(join(directory, "own.csv"), "a\n1\n");
    if (process.platform === "win32") continue;
    await symlink(join(folder, "outside.csv"), join(directory, "link.csv"));
    await symlink(folder, join(directory, "above"));
  }
  await writeFile(join(folder, "outside.csv"), `a\n${SECRET}\n`);
  await writeFile(join(folder, "outside.sql"), `CREATE TABLE "${SECRET}" (a INT)`);
  server = createServer((_, response) => {
    requests += 1;
    response.end(`a\n${SECRET}\n`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

const WRITING = [
  "COPY trades TO 'DIR/x.csv'",
  "COPY (SELECT 1) TO 'OUT/x.csv'",
  "EXPLAIN ANALYZE COPY trades TO 'DIR/x.csv'",
  "WITH t AS (COPY trades TO 'DIR/x.csv') SELECT 1",
  "WITH t AS (INSERT INTO trades VALUES (1) RETURNING *) FROM t",
  "EXPORT DATABASE 'DIR/x'",
  "IMPORT DATABASE 'OUT'",
  "CREATE TABLE x AS SELECT 1",
  "CREATE TEMP TABLE x (a INT)",
  "CREATE OR REPLACE VIEW trades AS SELECT 1",
  "CREATE MACRO sly() AS TABLE FROM read_csv('OUT/outside.csv')",
  "CREATE SECRET s (TYPE http)",
  "CREATE PERSISTENT SECRET s (TYPE http)",
  "INSERT INTO trades DEFAULT VALUES",
  "UPDATE trades SET price_ticks = 1",
  "DELETE FROM trades",
  "TRUNCATE trades",
  "MERGE INTO trades USING trades AS t ON true WHEN MATCHED THEN DELETE",
  "ALTER VIEW trades RENAME TO x",
  "DROP VIEW trades",
  "COMMENT ON VIEW trades IS 'x'",
  "PREPARE x AS SELECT 1",
  "EXECUTE x",
  "SELECT 1; DROP VIEW trades",
  "DROP VIEW trades; SELECT 1",
  "-- SELECT\nDROP VIEW trades",
  "/* SELECT */ DROP VIEW trades -- SELECT",
  "CHECKPOINT",
  "FORCE CHECKPOINT",
  "VACUUM",
  "CALL checkpoint()",
];
const SETTINGS = [
  "SET enable_external_access = true",
  "SET GLOBAL allowed_directories = ['/']",
  "SET lock_configuration = false",
  "SET VARIABLE x = 1",
  "RESET allowed_directories",
  "PRAGMA enable_profiling",
  "PRAGMA database_list",
  "USE memory",
  "CALL enable_logging()",
  "FROM enable_logging(storage = 'file', storage_config = {'path': 'DIR/x.csv'})",
  "FROM system.main.query('FROM enable_logging()')",
  "FROM json_execute_serialized_sql(json_serialize_sql('SELECT 1'))",
];
const NETWORK = [
  "INSTALL httpfs",
  "LOAD httpfs",
  "LOAD 'DIR/own.csv'",
  "UPDATE EXTENSIONS",
  "FROM read_csv('URL/x.csv')",
  "FROM 'URL/x.csv'",
  "FROM read_text('URL/x.csv')",
  "FROM read_parquet('s3://bucket/x.parquet')",
  "FROM sniff_csv('URL/x.csv')",
  "ATTACH 'URL/x.db'",
];
const OUTSIDE = [
  "FROM read_text('/etc/passwd')",
  "FROM read_csv('/etc/passwd')",
  "FROM '/etc/passwd'",
  "FROM '/etc/passwd.csv'",
  "FROM read_blob('OUT/outside.csv')",
  "FROM read_csv('OUT/outside.csv')",
  "FROM \"Read_CSV\"('OUT/outside.csv')",
  "FROM system.main.read_csv('OUT/outside.csv')",
  "FROM 'OUT/outside.csv'",
  "FROM sniff_csv('OUT/outside.csv')",
  "FROM query_table('OUT/outside.csv')",
  "FROM query_table(['OUT/outside.csv'])",
  "FROM histogram('OUT/outside.csv', a)",
  "FROM read_text(['DIR/own.csv', 'OUT/outside.csv'])",
  "FROM read_text('OUT' || '/outside.csv')",
  "FROM read_text('DIR/../outside.csv')",
  "FROM read_text('DIR/deeper/../../outside.csv')",
  "FROM read_text('DIR/*/../../outside.csv')",
  "FROM read_text('file://OUT/outside.csv')",
  "FROM read_text('/proc/self/root/OUT/outside.csv')",
  "FROM read_text('/dev/stdin')",
  "FROM read_text('~/.profile')",
  "FROM read_parquet('../../*.parquet')",
  "FROM parquet_metadata('OUT/other/trades.parquet')",
  "FROM glob('OUT/*')",
  "FROM glob('DIR/../*')",
  "DESCRIBE FROM 'OUT/outside.csv'",
  "SUMMARIZE FROM 'OUT/outside.csv'",
  "EXPLAIN ANALYZE FROM read_csv('OUT/outside.csv')",
  "WITH a AS (FROM read_csv('OUT/outside.csv')) FROM a",
  "SELECT (SELECT first(content) FROM read_text('OUT/outside.csv'))",
  "SELECT 1 FROM trades WHERE EXISTS (FROM read_text('OUT/outside.csv'))",
  "ATTACH 'OUT/outside.csv'",
  "FROM read_duckdb('DIR/x.db', table_name = 'x')",
  "SELECT getenv('HOME')",
  "FROM duckdb_secrets()",
  "FROM which_secret('s3://bucket', 's3')",
  "FROM arrow_scan(1, 2, 3)",
];
const LINKS = [
  "FROM read_csv('DIR/link.csv')",
  "FROM 'DIR/link.csv'",
  "FROM read_text('DIR/lin[k].csv')",
  "FROM sniff_csv('DIR/link.csv')",
  "FROM read_text('DIR/above/outside.csv')",
  "FROM glob('DIR/above/*')",
];
// The process would follow a link of Windows only with the right to make one.
const ALL = [...WRITING, ...SETTINGS, ...NETWORK, ...OUTSIDE, ...(process.platform === "win32" ? [] : LINKS)];

describe.each(["run", "sweep", "runs"])("over a directory of the kind %s", (kind) => {
  const directory = () => join(folder, kind);
  const filled = (sql: string) => sql.replaceAll("DIR", directory()).replaceAll("OUT", folder).replaceAll("URL", address);
  let store: Store;
  beforeAll(async () => {
    store = (await openRuns(directory())).store;
  });
  afterAll(() => store.close());

  test.each(ALL)("refuses %s", async (sql) => {
    const before = await readdir(directory());
    for (const ask of [() => store.query(filled(sql)), () => allOf(store, filled(sql))]) {
      const error = await ask().then(
        (result) => result,
        (reason: unknown) => reason,
      );
      expect(error).toBeInstanceOf(InputError);
      expect((error as Error).message).toMatch(/^SQL: [^\n]+$/);
      expect((error as Error).message).not.toContain(SECRET);
    }
    expect(await readdir(directory())).toEqual(before);
    expect(existsSync(join(folder, "x.csv"))).toBe(false);
    expect(requests).toBe(0);
  });

  test("goes on to read after all of that: its tables, and files of the directory", async () => {
    expect((await store.query("SELECT symbol FROM instruments")).rows).toEqual([["BTC-USDT"]]);
    expect((await store.query(`SELECT a FROM read_csv('${directory()}/own.csv')`)).rows).toEqual([[1]]);
    expect((await store.query(`SELECT a FROM '${directory()}/own.csv'`)).rows).toEqual([[1]]);
    const kept = "SELECT name, value FROM duckdb_settings() WHERE name IN ('enable_external_access', 'lock_configuration') ORDER BY name";
    expect((await store.query(kept)).rows).toEqual([
      ["enable_external_access", "false"],
      ["lock_configuration", "true"],
    ]);
  });
});

/** All rows of a stream, as of `query --format arrow`. */
async function allOf(store: Store, sql: string): Promise<unknown> {
  const rows: unknown[] = [];
  for await (const chunk of (await store.stream(sql)).chunks) rows.push(...chunk.getRows());
  return rows;
}
