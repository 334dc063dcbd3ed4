import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { queueAddress } from "../../../lab/queue/address.ts";
import { openQueue } from "../../../lab/queue/database.ts";
import { removeSweep } from "../../../lab/queue/jobs.ts";
import { fetchFile, storeFiles } from "../../../lab/queue/stored-files.ts";
import { announceSweep, queuedSweeps } from "../../../lab/queue/sweeps.ts";
import { startDatabase } from "./postgres.ts";

const PART = 4 << 20;

test("files of any size come back as they were, and go with their sweep", async () => {
  const folder = await mkdtemp(join(tmpdir(), "breakwater-stored-"));
  const server = await startDatabase();
  // Several processes may be the first at once.
  const address = queueAddress(server.url, {});
  const [database, ...others] = await Promise.all([openQueue(address), openQueue(address), openQueue(address)]);
  try {
    await announceSweep(database, { id: "one", name: "one", version: "1", tables: ["trades"], files: { "bars.csv": "00" } });
    expect(await queuedSweeps(database)).toEqual([
      { id: "one", name: "one", version: "1", tables: ["trades"], files: { "bars.csv": "00" } },
    ]);
    const sizes = [0, 1, PART - 1, PART, PART + 1, 2 * PART, ...Array.from({ length: 150 }, (_, size) => size)];
    const contents = sizes.map((size) => randomBytes(size));
    const keyOf = (number: number) => ({ sweep: "one", sha256: String(number) });
    const files = await Promise.all(
      contents.map(async (content, number) => {
        const file = join(folder, `in-${number}`);
        await writeFile(file, content);
        return { key: keyOf(number), file };
      }),
    );
    await database.transaction((transaction) => storeFiles(transaction, "input_file", files));
    for (const [number, content] of contents.entries()) {
      const file = join(folder, `out-${number}`);
      await fetchFile(database, "input_file", keyOf(number), file);
      expect(content.equals(await readFile(file))).toBe(true);
    }
    await removeSweep(database, "one");
    await expect(fetchFile(database, "input_file", keyOf(1), join(folder, "gone"))).rejects.toThrow(
      /^one 1: is not in the queue's database$/,
    );
  } finally {
    for (const one of [database, ...others]) await one?.close();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
});
