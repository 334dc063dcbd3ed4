/** The tables of the queue that are ours; the jobs themselves are pg-boss's, in a schema of their own. */
import type { Executor } from "./executor.ts";

/** Of pg-boss: of its own, for another program may use pg-boss in the same database, in another version. */
export const BOSS_SCHEMA = "breakwater_jobs";

/** Any number, the same in every process: who makes the tables keeps others waiting. */
const LOCK = 7_116_420_001;

/**
 * The key of `run_result` is what lets no run be counted twice: pg-boss gives a job to another worker when the first
 * does not answer, and does not keep the first from answering after all. It has the sweep in it, since two sweeps may
 * share a run and keep different tables of it. What a sweep has is removed with its row.
 */
const TABLES = `
  CREATE SCHEMA IF NOT EXISTS breakwater;
  CREATE TABLE IF NOT EXISTS breakwater.sweep (
    id text PRIMARY KEY,
    name text NOT NULL,
    version text NOT NULL,
    tables jsonb NOT NULL,
    files jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    seen_at timestamptz NOT NULL DEFAULT now()
  );
  CREATE TABLE IF NOT EXISTS breakwater.input_file (
    sweep text NOT NULL REFERENCES breakwater.sweep ON DELETE CASCADE,
    sha256 text NOT NULL,
    part integer NOT NULL,
    content bytea NOT NULL,
    PRIMARY KEY (sweep, sha256, part)
  );
  CREATE TABLE IF NOT EXISTS breakwater.queued_run (
    sweep text NOT NULL REFERENCES breakwater.sweep ON DELETE CASCADE,
    run_hash text NOT NULL,
    PRIMARY KEY (sweep, run_hash)
  );
  CREATE TABLE IF NOT EXISTS breakwater.run_result (
    sweep text NOT NULL REFERENCES breakwater.sweep ON DELETE CASCADE,
    run_hash text NOT NULL,
    problem text,
    seconds double precision NOT NULL,
    collected boolean NOT NULL DEFAULT false,
    PRIMARY KEY (sweep, run_hash)
  );
  CREATE INDEX IF NOT EXISTS run_result_new ON breakwater.run_result (sweep) WHERE NOT collected;
  CREATE TABLE IF NOT EXISTS breakwater.run_file (
    sweep text NOT NULL,
    run_hash text NOT NULL,
    name text NOT NULL,
    part integer NOT NULL,
    content bytea NOT NULL,
    PRIMARY KEY (sweep, run_hash, name, part),
    FOREIGN KEY (sweep, run_hash) REFERENCES breakwater.run_result ON DELETE CASCADE
  );
  CREATE TABLE IF NOT EXISTS breakwater.worker (
    id text PRIMARY KEY,
    version text NOT NULL,
    threads integer NOT NULL,
    seen_at timestamptz NOT NULL DEFAULT now()
  );
`;

/** Makes what is not there. Any number of processes may do so at once. */
export async function makeTables(transaction: Executor): Promise<void> {
  await transaction.query(`SELECT pg_advisory_xact_lock(${LOCK})`);
  const { rows } = await transaction.query("SELECT to_regclass('breakwater.worker') IS NOT NULL AS there");
  // Looked for first: who may only use the tables need not be allowed to make them.
  if (rows[0]?.["there"] !== true) await transaction.query(TABLES);
}
