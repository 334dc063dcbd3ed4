import { afterAll, beforeAll, expect, test } from "vitest";
import { queueAddress } from "../../../lab/queue/address.ts";
import { openQueue, type QueueDatabase } from "../../../lab/queue/database.ts";
import { execute, startDatabase, type TestDatabase } from "./postgres.ts";

let server: TestDatabase;
let database: QueueDatabase;
beforeAll(async () => {
  server = await startDatabase();
  database = await openQueue(queueAddress(server.url, {}));
});
afterAll(async () => {
  await database.close();
  await server.stop();
});

test("a transaction whose connection breaks between two of its queries is done again", async () => {
  const connections: unknown[] = [];
  const { rows } = await database.transaction(async ({ query }) => {
    const [connection] = (await query("SELECT pg_backend_pid() AS id")).rows;
    connections.push(connection?.["id"]);
    if (connections.length === 1) {
      await execute(server.url, `SELECT pg_terminate_backend(${connection?.["id"]})`);
      // As long as reading a file takes: word of it comes meanwhile.
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    return await query("SELECT 7 AS seven");
  });
  expect(rows).toEqual([{ seven: 7 }]);
  expect(new Set(connections).size).toBe(2);
});
