import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type AdlQuestion, adlCase } from "../../../data/adl/adl-case.ts";
import type { Snapshot, SnapshotPosition } from "../../../data/adl/read-snapshot.ts";
import { type AdlAnswer, replayAll } from "../../../data/adl/replay.ts";
import { formatWhole } from "../../../sim/venue/decimal.ts";

/** What is drawn of a row: whole hundredths of money, whole lots. */
const drawnRow = fc.record({
  lots: fc.integer({ min: -12, max: 12 }).filter((lots) => lots !== 0),
  entry: fc.integer({ min: 8_000, max: 12_000 }),
  equity: fc.integer({ min: -500, max: 90_000 }),
  leverage: fc.integer({ min: 1, max: 50 }),
  gross: fc.integer({ min: 0, max: 900_000 }),
  requirement: fc.nat(3_000),
});
const drawnRows = fc.array(drawnRow, { minLength: 1, maxLength: 12 });
const drawnQuestion = fc.record({
  side: fc.constantFrom("long" as const, "short" as const),
  lots: fc.integer({ min: 1, max: 40 }),
  mark: fc.integer({ min: 9_000, max: 11_000 }),
  price: fc.integer({ min: 9_000, max: 11_000 }),
});

interface DrawnRow {
  readonly lots: number;
  readonly entry: number;
  readonly equity: number;
  readonly leverage: number;
  readonly gross: number;
  readonly requirement: number;
}
interface DrawnQuestion {
  readonly side: "long" | "short";
  readonly lots: number;
  readonly mark: number;
  readonly price: number;
}

/** @param unit of money: what 1 of a drawn amount is */
function snapshotOf(rows: readonly DrawnRow[], unit: string): Snapshot {
  const positions = rows.map(
    (row, account): SnapshotPosition => ({
      row: `line ${account + 2}`,
      account: String(account),
      accountNumber: account,
      size: String(row.lots),
      entryPrice: formatWhole(row.entry, unit),
      equity: formatWhole(row.equity, unit),
      leverage: String(row.leverage),
      maxLeverage: null,
      marginMode: null,
      grossNotional: formatWhole(row.gross, unit),
      requirement: formatWhole(row.requirement, unit),
    }),
  );
  return { file: "drawn", instrument: null, columns: new Set(["leverage", "gross_notional", "requirement"]), positions };
}

function questionOf({ side, lots, mark, price }: DrawnQuestion, unit: string): AdlQuestion {
  return { side, size: String(lots), mark: formatWhole(mark, unit), price: formatWhole(price, unit), lot: "1" };
}

/** Contracts closed by policy and account. */
function closedOf(snapshot: Snapshot, question: AdlQuestion): Record<string, Record<string, number>> {
  const answers = replayAll(adlCase(snapshot, question)) as AdlAnswer[];
  const closedBy = ({ fills }: AdlAnswer) => Object.fromEntries(fills.map(({ account, size }) => [account, Number(size)]));
  return Object.fromEntries(answers.map((answer) => [answer.policy, closedBy(answer)]));
}

describe("ADL-3 on random snapshots, every policy", () => {
  test("closes what is asked or all there is, winners first, and takes what is needed", () => {
    fc.assert(
      fc.property(drawnRows, drawnQuestion, (rows, drawn) => {
        const given = adlCase(snapshotOf(rows, "0.01"), questionOf(drawn, "0.01"));
        const sign = drawn.side === "long" ? -1 : 1;
        for (const answer of replayAll(given) as AdlAnswer[]) {
          if (answer.policy === "socialised-loss") continue;
          expect(Number(answer.closed) + Number(answer.uncovered)).toBe(drawn.lots);
          const closed = new Map(answer.fills.map(({ account, size }) => [Number(account), Number(size)]));
          const left = { winners: 0, losersClosed: 0 };
          rows.forEach(({ lots, entry, equity }, account) => {
            const mine = closed.get(account) ?? 0;
            const held = lots * sign;
            const ineligible = held > 0 && equity - lots * (drawn.mark - drawn.price) < 0;
            expect(answer.ineligible.includes(String(account))).toBe(ineligible);
            expect(mine).toBeLessThanOrEqual(held > 0 && !ineligible ? held : 0);
            if (held <= 0 || ineligible) return;
            if (lots * (drawn.mark - entry) > 0) left.winners += held - mine;
            else left.losersClosed += mine;
          });
          expect(Math.min(left.winners, left.losersClosed)).toBe(0);
          if (answer.uncovered === "0" && answer.metrics.needed !== "0") expect(answer.metrics.taken).toBe(answer.metrics.needed);
        }
      }),
    );
  });

  test("the order of rows changes nobody's", () => {
    fc.assert(
      fc.property(drawnRows, drawnQuestion, (rows, drawn) => {
        const snapshot = snapshotOf(rows, "0.01");
        const reversed = { ...snapshot, positions: [...snapshot.positions].reverse() };
        const question = questionOf(drawn, "0.01");
        expect(closedOf(reversed, question)).toEqual(closedOf(snapshot, question));
      }),
    );
  });

  test("the scale of the currency changes nobody's", () => {
    fc.assert(
      fc.property(drawnRows, drawnQuestion, (rows, drawn) => {
        const small = closedOf(snapshotOf(rows, "0.0001"), questionOf(drawn, "0.0001"));
        expect(closedOf(snapshotOf(rows, "10"), questionOf(drawn, "10"))).toEqual(small);
      }),
    );
  });
});
