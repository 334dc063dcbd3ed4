import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { RowFile } from "../../../data/store/row-file.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "breakwater-rows-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("the file of recorded rows", () => {
  test("gives back what was written, to the bit, in any order", () => {
    const file = new RowFile(folder);
    const blocks = Array.from({ length: 40 }, (_, number) =>
      Float64Array.from(
        { length: 1 + 37 * number },
        (_, place) => [number * place, -0, Number.NaN, 2 ** 60, Number.MIN_VALUE, -1 / 3][place % 6] as number,
      ),
    );
    const places = blocks.map((block) => file.write(block));
    // What was given may be written anew.
    const copies = blocks.map((block) => block.slice());
    for (const block of blocks) block.fill(7);
    for (const number of [39, 0, 17, 17, 1, 38]) {
      const into = new Float64Array((copies[number] as Float64Array).length);
      file.read(places[number] as number, into);
      expect(Buffer.from(into.buffer).equals(Buffer.from((copies[number] as Float64Array).buffer)), `block ${number}`).toBe(true);
    }
    expect(file.length).toBe(8 * copies.reduce((sum, { length }) => sum + length, 0));
    file.close();
  });

  test.skipIf(process.platform === "win32")("stands in no directory, so that a process that is killed leaves nothing", async () => {
    const file = new RowFile(folder);
    file.write(new Float64Array(1_000));
    expect(await readdir(folder)).toEqual([]);
    file.close();
    expect(await readdir(folder)).toEqual([]);
  });

  test("is made where there is something to keep, in what there is of its directory", async () => {
    const file = new RowFile(join(folder, "not", "yet"));
    expect(file.length).toBe(0);
    file.write(Float64Array.of(1, 2));
    const into = new Float64Array(2);
    file.read(0, into);
    expect([...into]).toEqual([1, 2]);
    file.close();
    expect(await readdir(folder)).toEqual([]);
  });

  test("refuses to read what was never written, or is closed", () => {
    const file = new RowFile(folder);
    expect(() => file.read(0, new Float64Array(1))).toThrow("Cannot read recorded rows: none at 0");
    file.write(Float64Array.of(1, 2));
    expect(() => file.read(8, new Float64Array(2))).toThrow("Cannot read recorded rows: none at 8");
    file.close();
    file.close();
    expect(() => file.read(0, new Float64Array(1))).toThrow("Cannot read recorded rows: none at 0");
  });

  test("names its directory when the system refuses", async () => {
    const place = join(folder, "a-file");
    await writeFile(place, "");
    expect(() => new RowFile(place).write(new Float64Array(1))).toThrow(/^Cannot keep recorded rows in .*a-file: .*\(ENOTDIR\)$/);
    await rm(place);
  });
});
