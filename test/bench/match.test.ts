import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { benchFlow, benchMatch, readFlow } from "../../bench/match.ts";

const directory = mkdtempSync(join(tmpdir(), "breakwater-match-"));
afterAll(() => rmSync(directory, { recursive: true }));

function fileOf(name: string, records: readonly (readonly number[])[]): string {
  const bytes = Buffer.alloc(20 * records.length);
  records.forEach((record, row) => {
    record.forEach((field, place) => {
      bytes.writeInt32LE(field, 20 * row + 4 * place);
    });
  });
  const file = join(directory, name);
  writeFileSync(file, bytes);
  return file;
}

test("ORDER-1 a flow read from a file trades as worked by hand", () => {
  const file = fileOf("flow.bin", [
    [0, 1, 1, 105, 10],
    [0, 2, 1, 104, 5],
    [0, 3, 0, 100, 7],
    // Takes 5 of order 2 at 104 and 3 of order 1 at 105.
    [0, 4, 0, 105, 8],
    [1, 1, 0, 0, 0],
    // Nothing left to buy from: rests at 106.
    [0, 5, 0, 106, 4],
    // Sells 4 to order 5 at 106 and 6 of the 7 to order 3 at 100.
    [0, 6, 1, 90, 10],
    [1, 99, 0, 0, 0],
  ]);
  const { trades, volume, digest, messagesPerCpuSecond } = benchFlow(readFlow(file), 1);
  expect({ trades, volume }).toEqual({ trades: 4, volume: 18 });
  expect(digest).toMatch(/^[0-9a-f]{32}$/);
  expect(messagesPerCpuSecond).toBeGreaterThan(0);
  expect(benchFlow(readFlow(file), 2).digest).toBe(digest);
});

test("ORDER-1 the drawn flow trades alike in the peer's book", () => {
  const { peerAgrees, trades, digest } = benchMatch(3_000, 1);
  expect(peerAgrees).toBe(true);
  expect(trades).toBeGreaterThan(300);
  expect(benchMatch(3_000, 1).digest).toBe(digest);
}, 60_000);

test.each([
  ["type.bin", [[2, 1, 0, 5, 5]], /type\.bin: record 1: type: expected 0 or 1, got 2$/],
  [
    "side.bin",
    [
      [0, 1, 0, 5, 5],
      [0, 1, 2, 5, 5],
    ],
    /side\.bin: record 2: side: expected 0 or 1, got 2$/,
  ],
  ["price.bin", [[0, 1, 0, 0, 5]], /price\.bin: record 1: price: expected at least 1, got 0$/],
  ["lots.bin", [[0, 1, 0, 5, -1]], /lots\.bin: record 1: lots: expected at least 1, got -1$/],
])("a damaged flow is refused with its record: %s", (name, records, message) => {
  expect(() => readFlow(fileOf(name, records))).toThrow(message);
});

test("a file that holds no whole records is refused", () => {
  const file = join(directory, "short.bin");
  writeFileSync(file, Buffer.alloc(21));
  expect(() => readFlow(file)).toThrow("short.bin: expected records of 20 bytes, got 21 bytes");
});
