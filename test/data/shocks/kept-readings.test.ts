/** Files of shocks are read once, and again when they changed. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { KeptReadings } from "../../../data/shocks/kept-readings.ts";

test("a file is read once a way of reading, again when it changed, and a failure is not kept", async () => {
  const folder = await mkdtemp(join(tmpdir(), "breakwater-kept-"));
  try {
    const file = join(folder, "bars.csv");
    await writeFile(file, "one");
    const readings = new KeptReadings<number>();
    let reads = 0;
    const read = async () => ++reads;
    expect([await readings.get(file, "a", read), await readings.get(file, "a", read), await readings.get(file, "b", read)]).toEqual([
      1, 1, 2,
    ]);
    await writeFile(file, "longer");
    expect(await readings.get(file, "a", read)).toBe(3);
    const fail = async () => {
      reads += 1;
      throw new Error("broken");
    };
    await expect(readings.get(file, "c", fail)).rejects.toThrow("broken");
    expect(await readings.get(file, "c", read)).toBe(5);
    // What is not there is the reader's to complain of.
    await expect(readings.get(join(folder, "none"), "a", fail)).rejects.toThrow("broken");
    for (let other = 0; other < 20; other++) await readings.get(file, `other ${other}`, read);
    const before = reads;
    await readings.get(file, "a", read);
    expect(reads).toBe(before + 1);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
