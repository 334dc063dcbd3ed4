import { describe, expect, test } from "vitest";
import { agreementOf } from "../../../data/metrics/agreement.ts";
import type { Store } from "../../../data/store/store.ts";

const MINUTE_US = 60_000_000;

/** A liquidation: account, instrument, minute of its trigger, cause, notional in cents. */
type Row = readonly [account: number, instrument: number, minute: number, cause: string, cents: number];

/** A store that holds liquidations, in the order of the table: that of their triggers. */
function storeOf(...rows: readonly Row[]): Store {
  const liquidations = rows.map(([account, instrument, minute, cause, cents]) => ({
    ...{ account, instrument, trigger_time_us: minute * MINUTE_US, cause, notional_quanta: cents },
  }));
  return {
    tables: ["assets", "liquidations"],
    rows: async (sql) => (sql.includes("assets") ? [{ quantum: "0.01" }] : liquidations),
    query: () => Promise.reject(new Error("no query")),
    stream: () => Promise.reject(new Error("no query")),
    close: () => {},
  };
}

const of = (count: number, notional: string) => ({ count, notional });

describe("CASC-3: agreement of a run and its twin", () => {
  test("a liquidation has its like when the same account fails in the same instrument within the window", async () => {
    const base = storeOf(
      [1, 0, 10, "direct", 1_000],
      [2, 0, 11, "induced", 2_000],
      [3, 0, 12, "induced", 400],
      [4, 0, 13, "funding", 50],
      [5, 1, 14, "adl", 7],
    );
    const twin = storeOf([1, 0, 10, "direct", 1_001], [5, 0, 14, "direct", 9], [2, 0, 16, "direct", 1_900], [4, 0, 24, "direct", 60]);
    expect(await agreementOf(base, twin, 10 * MINUTE_US)).toEqual({
      windowSeconds: 600,
      // Account 1 at once, account 2 five minutes later; 4 came eleven minutes later, 5 in another instrument.
      both: of(2, "30"),
      onlyBase: of(3, "4.57"),
      onlyTwin: of(2, "0.69"),
      byCause: [
        { cause: "direct", both: of(1, "10"), onlyBase: of(0, "0") },
        { cause: "induced", both: of(1, "20"), onlyBase: of(1, "4") },
        { cause: "adl", both: of(0, "0"), onlyBase: of(1, "0.07") },
        { cause: "levy", both: of(0, "0"), onlyBase: of(0, "0") },
        { cause: "funding", both: of(0, "0"), onlyBase: of(1, "0.5") },
      ],
    });
  });

  test("the window reaches both ways, its ends included", async () => {
    const at = (minute: number) => storeOf([1, 0, minute, "direct", 100]);
    const both = async (minute: number) => (await agreementOf(at(30), at(minute), 10 * MINUTE_US)).both.count;
    expect([await both(19), await both(20), await both(30), await both(40), await both(41)]).toEqual([0, 1, 1, 1, 0]);
  });

  test("each is the like of one only, the earliest first, so that no pair is lost", async () => {
    const base = storeOf([1, 0, 10, "direct", 1], [1, 0, 15, "induced", 2], [1, 0, 40, "direct", 4]);
    const twin = storeOf([1, 0, 3, "direct", 8], [1, 0, 18, "direct", 16]);
    const agreement = await agreementOf(base, twin, 10 * MINUTE_US);
    // 3 with 10, 18 with 15: had 10 taken 18, 15 would have been left alone.
    expect(agreement).toMatchObject({ both: of(2, "0.03"), onlyBase: of(1, "0.04"), onlyTwin: of(0, "0") });
    const other = await agreementOf(base, storeOf([1, 0, 12, "direct", 8]), 10 * MINUTE_US);
    expect(other).toMatchObject({ both: of(1, "0.01"), onlyBase: of(2, "0.06"), onlyTwin: of(0, "0") });
  });

  test("nothing in either is no agreement and no difference", async () => {
    const nothing = await agreementOf(storeOf(), storeOf(), MINUTE_US);
    expect(nothing).toMatchObject({ both: of(0, "0"), onlyBase: of(0, "0"), onlyTwin: of(0, "0") });
  });
});
