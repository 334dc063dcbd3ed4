import { describe, expect, test } from "vitest";
import { CrossBooks } from "../../../data/audit/cross-books.ts";
import { Findings } from "../../../data/audit/findings.ts";
import { leviesOf } from "../../../data/audit/levies.ts";
import { Marks } from "../../../data/audit/marks.ts";
import { Standing } from "../../../data/audit/standing.ts";
import type { AuditTerms } from "../../../data/audit/terms.ts";
import { emptyRun, missingCash, type Traded } from "../../../data/audit/traded.ts";
import { randomSeveral } from "../../sim/random-several.ts";
import { termsOf } from "./terms-of.ts";

const ACCOUNT = 3;
const OTHER = 4;
const NONE = { numerator: 0n, denominator: 1n };
const NOW = 0;

/** Two instruments at a mark of 110 ticks, maintenance 5 %, no fees but for what a test asks; a lot is worth a quantum a tick. */
function venue(given: Partial<AuditTerms> = {}, { hasOrders = true } = {}) {
  const [some] = termsOf(randomSeveral(1)) as [AuditTerms];
  const terms: AuditTerms = {
    ...some,
    ...{ scale: { numerator: 1n, denominator: 1n }, maker: NONE, taker: NONE, liquidation: NONE, closing: NONE, feeShare: NONE },
    ...{
      tierScheme: "flat",
      tiers: [{ upTo: null, rate: { numerator: 5n, denominator: 100n }, deduction: null }],
      positionValueAt: "mark",
    },
    ...{ unrealizedProfitAsMargin: "own", tiersIncludeOpenOrders: true, residual: "per-open-interest", ...given },
  };
  const marks = () => new Marks(Float64Array.of(NOW), Float64Array.of(110), Float64Array.of(110));
  const run = emptyRun(5, [terms, { ...terms, poolName: "another" }], [marks(), marks()]);
  const [first, second] = run.instruments as [Traded, Traded];
  for (const { books } of run.instruments) books.isCross[ACCOUNT] = 1;
  run.cash.hasOrders[ACCOUNT] = hasOrders ? 1 : 0;
  const standing = new Standing(run);
  const findings = new Findings();
  return { run, first, second, standing, findings, cross: new CrossBooks(standing, run.cash, findings) };
}

describe("what a cross scope has left to pay with (ORDER-3)", () => {
  // Ten lots bought at 100: a profit of 100, of which 55, the requirement, counts by itself.
  const winner = (hasOrders: boolean) => {
    const made = venue({}, { hasOrders });
    made.first.books.hold(ACCOUNT, 10n, 1000n);
    return made;
  };

  test.each([
    { recordedShort: 20n, short: 20n },
    { recordedShort: 0n, short: 0n },
    { recordedShort: 40n, short: 25n },
    { recordedShort: -60n, short: 0n },
  ])("is taken as recorded where open orders may count, within bounds: $recordedShort short", ({ recordedShort, short }) => {
    const { cross, first, run } = winner(true);
    expect(cross.fund(first, ACCOUNT, -80n, NOW, recordedShort)).toBe(short);
    expect(run.cash.wallet[ACCOUNT]).toBe(short - 80n);
  });

  test.each([0n, 20n, 80n])("is known to the quantum where there can be none, whatever is recorded: %d short", (recordedShort) => {
    const { cross, first } = winner(false);
    expect(cross.fund(first, ACCOUNT, -80n, NOW, recordedShort)).toBe(25n);
  });

  test("a rebate is paid and funding received whatever is left", () => {
    const { cross, first, run } = winner(false);
    run.cash.move(ACCOUNT, -1000n, 0n);
    expect(cross.trade(first, ACCOUNT, 1n, 110n, -7n, NOW, 0n)).toEqual({ fee: -7n, profit: 0n, shortfall: 0n });
    expect(cross.fund(first, ACCOUNT, 9n, NOW, 0n)).toBe(0n);
    expect(run.cash.wallet[ACCOUNT]).toBe(-984n);
  });
});

describe("a wallet that owes (ACCT-2)", () => {
  test("may while the scope holds anything, and is made nothing with its last position", () => {
    const { cross, first, second, run } = venue();
    first.books.hold(ACCOUNT, 10n, 2000n);
    second.books.hold(ACCOUNT, 10n, 1150n);
    expect(cross.trade(first, ACCOUNT, -10n, 1100n, 0n, NOW, 0n)).toEqual({ fee: 0n, profit: -900n, shortfall: 0n });
    expect(run.cash.wallet[ACCOUNT]).toBe(-900n);
    expect(cross.trade(second, ACCOUNT, -10n, 1100n, 3n, NOW, 3n)).toEqual({ fee: 0n, profit: -50n, shortfall: 950n });
    expect(run.cash.wallet[ACCOUNT]).toBe(0n);
    expect([first.books.realized[ACCOUNT], second.books.realized[ACCOUNT]]).toEqual([-900n, 900n]);
  });
});

describe("a scope that is taken over (MARGIN-5)", () => {
  test("is split by maintenance margin, its cash to the quantum; a part that stays behind is noted", () => {
    const { cross, first, second, run, findings } = venue({ unrealizedProfitAsMargin: "all" });
    run.cash.move(ACCOUNT, -50n, 0n);
    // A winner of 100 and a loser of 35 with 55 and 28 to maintain: of the equity of 15, ten and five.
    first.books.hold(ACCOUNT, 10n, 1000n);
    second.books.hold(ACCOUNT, 5n, 585n);
    const before = missingCash(run);
    expect(cross.takePart(first, ACCOUNT, NOW)).toBe(10n - 100n);
    expect([first.books.margin[ACCOUNT], second.books.margin[ACCOUNT], run.cash.wallet[ACCOUNT]]).toEqual([-90n, 40n, 0n]);
    expect(missingCash(run)).toBe(before);
    expect([cross.isEntrusted(first, ACCOUNT), cross.isEntrusted(second, ACCOUNT)]).toEqual([false, true]);
    cross.advance(NOW);
    expect(findings.differences).toEqual([
      { where: "account 3, instrument 1", problem: "LIQ-4: not taken over at 0 µs with the others of its scope" },
    ]);
  });
});

describe("a levy on a cross scope (FUND-4)", () => {
  // Both hold ten lots at the mark; the scope's equity of 100 would bear all of its half.
  const levied = (hasOrders: boolean, recorded: bigint) => {
    const { first, run, standing } = venue({}, { hasOrders });
    for (const account of [ACCOUNT, OTHER]) first.books.hold(account, 10n, 1100n);
    run.cash.move(ACCOUNT, 100n, 0n);
    first.books.move(OTHER, 0n, 500n);
    return leviesOf(first, NOW, 60n, standing, new Map([[ACCOUNT, recorded]])).map(({ amount }) => amount);
  };

  test("may be less than its part where open orders may hold the rest, which then is on the others", () => {
    expect(levied(true, 22n)).toEqual([22n, 38n]);
    expect(levied(true, 30n)).toEqual([30n, 30n]);
    expect(levied(true, 31n)).toEqual([30n, 30n]);
    expect(levied(false, 22n)).toEqual([30n, 30n]);
  });
});
