/** A connection to the queue: our tables through pg, jobs through pg-boss, both loaded only when they are needed. */
import type { Pool } from "pg";
import type PgBoss from "pg-boss";
import { InputError } from "../../sim/index.ts";
import type { QueueAddress } from "./address.ts";
import type { Executor } from "./executor.ts";
import { BOSS_SCHEMA, makeTables } from "./schema.ts";

/** What work is done with within a transaction: SQL, and the same for pg-boss. */
export interface Transaction extends Executor {
  readonly forBoss: { readonly db: PgBoss.Db };
}

/** An open connection to a queue. */
export interface QueueDatabase extends Executor {
  readonly boss: PgBoss;
  /** Where it is, for messages. */
  readonly shown: string;
  /** Does all of it or nothing. Done again when the connection was lost, so it must bear being done twice. */
  transaction<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

/** The database was away for longer than anyone waits. */
export class DatabaseLost extends Error {}

/** Waits between one attempt and the next, milliseconds: a restart of the server is survived. */
const WAITS_MS = [200, 500, 1000, 2000, 4000, 8000, 16_000, 30_000];
/** Of one process; mostly it has one or two. */
const CONNECTIONS_MOST = 4;
const CONNECT_WITHIN_MS = 10_000;

/**
 * Connects, and makes the tables where they are not there yet.
 * @throws InputError of one line, without the password, when the database cannot be reached or used
 */
export async function openQueue(address: QueueAddress): Promise<QueueDatabase> {
  const [{ default: pg }, { default: Boss }] = await Promise.all([import("pg"), import("pg-boss")]);
  let pool: Pool | null = null;
  try {
    const options = { max: CONNECTIONS_MOST, connectionTimeoutMillis: CONNECT_WITHIN_MS, application_name: "breakwater" };
    pool = new pg.Pool({ connectionString: address.url, ...options });
    // A connection that breaks while idle is replaced by the next query.
    pool.on("error", () => {});
    const database = databaseOver(pool, address, (db) => {
      return new Boss({ db, schema: BOSS_SCHEMA, supervise: false, schedule: false });
    });
    await inTransaction(pool, async (transaction) => {
      await makeTables(transaction);
      // While others wait for the same: pg-boss's own lock lets two that are the first at once fail (PostgreSQL remembers that a schema was not there).
      await database.boss.start();
    });
    return database;
  } catch (error) {
    await pool?.end().catch(() => {});
    throw new InputError(address.source, `cannot use ${address.shown}: ${reasonOf(error)}`);
  }
}

function databaseOver(pool: Pool, { shown }: QueueAddress, makeBoss: (db: PgBoss.Db) => PgBoss): QueueDatabase {
  const query = (text: string, values?: unknown[]) => patiently(shown, () => pool.query(text, values));
  const boss = makeBoss({ executeSql: (text, values) => pool.query(text, values) });
  boss.on("error", () => {});
  return {
    boss,
    shown,
    query,
    transaction: (work) => patiently(shown, () => inTransaction(pool, work)),
    async close() {
      await boss.stop({ graceful: false }).catch(() => {});
      await pool.end();
    },
  };
}

async function inTransaction<Result>(pool: Pool, work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
  const client = await pool.connect();
  let broken = false;
  // Between two queries nobody else hears of a connection that breaks, and an error that nobody hears ends the process.
  const onError = () => {
    broken = true;
  };
  client.on("error", onError);
  try {
    await client.query("BEGIN");
    const query: Executor["query"] = (text, values) => client.query(text, values);
    const result = await work({ query, forBoss: { db: { executeSql: query } } });
    await client.query("COMMIT");
    return result;
  } catch (error) {
    await client.query("ROLLBACK").catch(() => {
      broken = true;
    });
    throw error;
  } finally {
    client.off("error", onError);
    client.release(broken);
  }
}

/** Tries again while the database is away: a restart of it ends nobody's sweep. */
async function patiently<Result>(shown: string, work: () => Promise<Result>): Promise<Result> {
  for (const waitMs of WAITS_MS) {
    try {
      return await work();
    } catch (error) {
      if (!isPassing(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
  return await work().catch((error: unknown) => {
    throw isPassing(error) ? new DatabaseLost(`${shown}: lost: ${reasonOf(error)}`) : error;
  });
}

/** Whether an error is of the connection or the moment: the network's, or PostgreSQL's classes for those. */
function isPassing(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code === "string" && /^[0-9A-Z]{5}$/.test(code)) return /^(08|40|53|57P)/.test(code);
  return typeof code === "string" ? /^E[A-Z]+$/.test(code) : error instanceof Error && /connection|timeout/i.test(error.message);
}

/** PostgreSQL's code for a row whose sweep was removed meanwhile. */
export function isOfNoSweep(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === "23503";
}

/** One line. Node gives a host of several addresses an error without a message, with one for each within. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  return error instanceof Error ? error.message || error.name : String(error);
}
