/** Quantiles out of a table in two passes are those of DuckDB, which holds all values, and those of this package's own definition. */
import { tmpdir } from "node:os";
import fc from "fast-check";
import { expect, test } from "vitest";
import { quantilesByInstrument } from "../../../data/metrics/quantile-query.ts";
import { ascending, quantileOf } from "../../../data/metrics/quantiles.ts";
import { sizeFacts } from "../../../data/metrics/size-facts.ts";
import { sizesByInstrument } from "../../../data/metrics/sizes-by-instrument.ts";
import { type Store, storeOver } from "../../../data/store/store.ts";

const PERCENTS = [0, 1, 5, 50, 95, 99, 100];

type Row = { readonly instrument: number; readonly value: number };

/** A store whose one table, under each of the names, has these rows in this order. */
async function storeOf(rows: readonly Row[], type: "BIGINT" | "DOUBLE"): Promise<Store> {
  return await storeOver(tmpdir(), tmpdir(), async (connection) => {
    await connection.run(`CREATE TABLE trades (instrument BIGINT, value ${type}, value_quanta BIGINT)`);
    if (rows.length > 0) {
      const values = rows.map(({ instrument, value }) => `(${instrument}, ${value}, ${type === "BIGINT" ? value : 0})`);
      await connection.run(`INSERT INTO trades VALUES ${values.join(", ")}`);
    }
    return [];
  });
}

async function checkAll(rows: readonly Row[], type: "BIGINT" | "DOUBLE", bucketsPerRoot: number): Promise<void> {
  const store = await storeOf(rows, type);
  try {
    const found = await quantilesByInstrument(store, { source: "SELECT instrument, value FROM trades", bucketsPerRoot }, PERCENTS);
    const parts = PERCENTS.map((percent) => (percent / 100).toFixed(2)).join(", ");
    const held = await store.rows(
      `SELECT instrument, count(*) AS count, quantile_disc(value, [${parts}])::VARCHAR AS quantiles FROM trades GROUP BY instrument`,
    );
    expect(found.size).toBe(held.length);
    for (const { instrument, count, quantiles } of held) {
      const own = found.get(Number(instrument));
      expect(own?.count).toBe(count);
      expect(own?.quantiles.map(Number)).toEqual(JSON.parse(String(quantiles)));
      const sorted = ascending(rows.filter((row) => row.instrument === instrument).map(({ value }) => value));
      expect(own?.quantiles[3]).toBe(quantileOf(sorted, 0.5));
    }
  } finally {
    store.close();
  }
}

const instrument = fc.integer({ min: 0, max: 2 });

test("whole numbers of any size, many of them alike, in buckets of any width", async () => {
  const value = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 200_000 }), fc.maxSafeNat());
  const rows = fc.array(fc.record({ instrument, value }), { maxLength: 120 });
  await fc.assert(
    fc.asyncProperty(rows, fc.constantFrom(0.01, 1, 4, 4096), (given, buckets) => checkAll(given, "BIGINT", buckets)),
    { numRuns: 60 },
  );
});

test("small doubles", async () => {
  const value = fc.oneof(fc.constantFrom(0, 1e-5, 2), fc.double({ min: 0, max: 2, noNaN: true }).map(Math.abs));
  const rows = fc.array(fc.record({ instrument, value }), { maxLength: 120 });
  await fc.assert(
    fc.asyncProperty(rows, (given) => checkAll(given, "DOUBLE", 4096)),
    { numRuns: 40 },
  );
});

test("sizes are those of all values in memory", async () => {
  const value = fc.oneof(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 1e15 }));
  const rows = fc.array(fc.record({ instrument, value }), { minLength: 1, maxLength: 700, size: "max" });
  await fc.assert(
    fc.asyncProperty(rows, async (given) => {
      const store = await storeOf(given, "BIGINT");
      try {
        const found = await sizesByInstrument(store, "trades");
        for (const number of new Set(given.map((row) => row.instrument))) {
          const quanta = given.filter((row) => row.instrument === number).map((row) => row.value);
          const [own, expected] = [found.get(number)?.facts(1), sizeFacts(quanta)];
          const { mean, largestShare, tailExponent, ...exact } = expected as NonNullable<typeof expected>;
          expect(own).toMatchObject(exact);
          expect((own?.mean ?? 0) / Math.max(mean, 1)).toBeCloseTo(mean / Math.max(mean, 1), 9);
          if (exact.largest > 0) expect(own?.largestShare).toBeCloseTo(largestShare, 9);
          if (tailExponent === null) expect(own?.tailExponent).toBeNull();
          else expect(own?.tailExponent).toBeCloseTo(tailExponent, 9);
        }
      } finally {
        store.close();
      }
    }),
    { numRuns: 10, endOnFailure: true },
  );
});
