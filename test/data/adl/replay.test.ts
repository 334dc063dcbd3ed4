import { describe, expect, test } from "vitest";
import { type AdlAnswer, checkFills, replayAll, replayPolicy } from "../../../data/adl/replay.ts";
import { ADL_POLICY_NAMES } from "../../../data/scenario/venue-schema.ts";
import { SIX, useSnapshots } from "./support.ts";

const snapshots = useSnapshots();

const closedBy = ({ fills }: AdlAnswer) => fills.map(({ account, size }) => [account, size]);

describe("ADL-3 policies on a snapshot, worked by hand", () => {
  // At mark 95 the shorts have u: alice 30, bob 90, carol 50, dave -25. Closed at 98 a contract loses 3.
  test("profit-times-leverage: carol 50 × 20, bob 90 × 5, alice 30 × 10", async () => {
    const answer = replayPolicy(await snapshots.caseOf(SIX), "profit-times-leverage");
    expect(answer).toMatchObject({ policy: "profit-times-leverage", requested: "10", closed: "10", uncovered: "0" });
    expect(answer.fills).toEqual([
      { account: "carol", size: "2", price: "98", score: 1000, rank: 1, realizedProfit: "44", haircut: "6", haircutShare: 0.1 },
      { account: "bob", size: "6", price: "98", score: 450, rank: 2, realizedProfit: "72", haircut: "18", haircutShare: 0.1 },
      { account: "alice", size: "2", price: "98", score: 300, rank: 3, realizedProfit: "4", haircut: "6", haircutShare: 0.05 },
    ]);
  });

  test("highest-profit and largest-position order by u and by n", async () => {
    const given = await snapshots.caseOf(SIX);
    expect(closedBy(replayPolicy(given, "highest-profit"))).toEqual([
      ["bob", "6"],
      ["carol", "2"],
      ["alice", "2"],
    ]);
    expect(replayPolicy(given, "largest-position").fills.map(({ account, score }) => [account, score])).toEqual([
      ["alice", 6],
      ["bob", 6],
    ]);
  });

  test("return-over-margin-ratio: r × requirement ÷ equity: carol 1/288, bob 1/330, alice 1/800", async () => {
    const { fills } = replayPolicy(await snapshots.caseOf(SIX), "return-over-margin-ratio");
    // carol: u 50 over 240 entry, 1 over 60; bob: 90 over 660, 4 over 180; alice: 30 over 600, 3 over 120.
    expect(fills.map(({ account, score }) => [account, score])).toEqual([
      ["carol", expect.closeTo(1 / 288, 12)],
      ["bob", expect.closeTo(1 / 330, 12)],
      ["alice", expect.closeTo(1 / 800, 12)],
    ]);
  });

  test.each([
    { size: "10", closed: ["4", "4", "2"] },
    { size: "11", closed: ["5", "5", "1"] },
  ])("pro-rata-size: holdings 6, 6, 2, asked $size, give $closed: the largest remainder", async ({ size, closed }) => {
    const { fills } = replayPolicy(await snapshots.caseOf(SIX, { size }), "pro-rata-size");
    expect(fills.map(({ account, size }) => [account, size])).toEqual([
      ["alice", closed[0]],
      ["bob", closed[1]],
      ["carol", closed[2]],
    ]);
  });

  test("leverage-draining takes from the highest value ÷ equity, lot by lot", async () => {
    // 570/120 = 4.75, 570/180 and 190/60 = 3.17: alice gives lots at 4.75, 4.06 and 3.33, then bob (before carol by name) and carol one each.
    expect(closedBy(replayPolicy(await snapshots.caseOf(SIX, { size: "5" }), "leverage-draining"))).toEqual([
      ["alice", "3"],
      ["bob", "1"],
      ["carol", "1"],
    ]);
  });

  test("min-max-haircut keeps (closed + 1) ÷ u the least", async () => {
    // Per lot: alice 1/30, bob 1/90, carol 1/50. Nine lots: 90 : 50 : 30 are 5, 2 (all she has), 1.67 → 2.
    expect(closedBy(replayPolicy(await snapshots.caseOf(SIX, { size: "9" }), "min-max-haircut"))).toEqual([
      ["bob", "5"],
      ["carol", "2"],
      ["alice", "2"],
    ]);
  });

  test("losers are closed only after all winners, and what is left is uncovered", async () => {
    const answer = replayPolicy(await snapshots.caseOf(SIX, { size: "25" }), "highest-profit");
    expect(closedBy(answer)).toEqual([
      ["bob", "6"],
      ["carol", "2"],
      ["alice", "6"],
      ["dave", "5"],
    ]);
    expect(answer).toMatchObject({ requested: "25", closed: "19", uncovered: "6", metrics: { needed: "75", taken: "57" } });
  });

  test("the side of a bankrupt short: longs are closed, a price below mark takes from them", async () => {
    const answer = replayPolicy(await snapshots.caseOf(SIX, { side: "short", size: "3", price: "94.5" }), "highest-profit");
    expect(answer.fills).toMatchObject([{ account: "frank", size: "3", realizedProfit: "1.5", haircut: "1.5", haircutShare: 0.005 }]);
    expect(answer.metrics).toMatchObject({ needed: "1.5", taken: "1.5" });
  });

  test("a price better than the mark takes nothing: needed is 0, haircuts are gains", async () => {
    const { fills, metrics } = replayPolicy(await snapshots.caseOf(SIX, { price: "94" }), "highest-profit");
    // Then even erin can afford it.
    expect(fills[0]).toMatchObject({ account: "erin", haircut: "-10" });
    expect(metrics).toMatchObject({ needed: "0", taken: "-10", largestHaircutShare: 0 });
  });
});

describe("ADL-3 who is eligible", () => {
  test("a row is ineligible when closing all of it would take its equity below 0, not when it would take just all", async () => {
    const rows = ["account,size,entry_price,equity", "just,-40,99,120", "beyond,-40,99,119.999999", "other,1,90,10"];
    const answer = replayPolicy(await snapshots.caseOf(rows, { size: "41" }), "highest-profit");
    expect(answer.ineligible).toEqual(["beyond"]);
    expect(closedBy(answer)).toEqual([["just", "40"]]);
    expect(answer.fills[0]?.haircutShare).toBe(1);
    expect(answer.uncovered).toBe("1");
  });

  test("equity of 0 or less has no share", async () => {
    const rows = ["account,size,entry_price,equity", "empty,-4,99,0"];
    const { fills, metrics } = replayPolicy(await snapshots.caseOf(rows, { price: "95", size: "3" }), "profit-over-equity");
    expect(fills[0]).toMatchObject({ haircut: "0", haircutShare: null, score: null });
    expect(metrics.maxLeverageAfter).toBe(null);
  });

  test.each([
    { why: "nobody on the other side", rows: ["frank,8,94,300"] },
    { why: "nobody on either side", rows: ["flat,0,0,300"] },
  ])("$why leaves all uncovered", async ({ rows }) => {
    const answer = replayPolicy(await snapshots.caseOf(["account,size,entry_price,equity", ...rows]), "pro-rata-size");
    expect(answer).toMatchObject({ closed: "0", uncovered: "10", fills: [], ineligible: [] });
    expect(answer.metrics).toMatchObject({ accounts: 0, gini: 0, topTenShare: 0, inversions: 0, maxLeverageAfter: 0 });
  });

  test("ties go to the account first in order: as numbers when all are, else as text", async () => {
    const header = "account,size,entry_price,equity";
    const first = async (accounts: string[]) => {
      const given = await snapshots.caseOf([header, ...accounts.map((account) => `${account},-5,100,100`)], { size: "1" });
      return replayPolicy(given, "highest-profit").fills[0]?.account;
    };
    expect(await first(["10", "9", "100"])).toBe("9");
    expect(await first(["10", "9", "b"])).toBe("10");
  });
});

describe("what a snapshot lacks", () => {
  const PLAIN = SIX.map((row) => row.split(",").slice(0, 4).join(","));

  test("a policy whose column is missing is an error naming policy and column", async () => {
    const given = await snapshots.caseOf(PLAIN);
    expect(() => replayPolicy(given, "profit-times-leverage")).toThrow(
      /positions\.csv: policy profit-times-leverage needs column leverage or max_leverage, which the snapshot lacks$/,
    );
    const hole = SIX.map((row) => (row.startsWith("bob") ? "bob,-6,110,180,5,700," : row));
    const holed = await snapshots.caseOf(hole);
    expect(() => replayPolicy(holed, "return-over-margin-ratio")).toThrow(/needs column requirement, which is empty in line 3$/);
  });

  test("with all it is listed with its reason, the others are replayed", async () => {
    const answers = replayAll(await snapshots.caseOf(PLAIN));
    expect(answers.map(({ policy }) => policy)).toEqual([...ADL_POLICY_NAMES]);
    const skipped = answers.filter((answer) => "reason" in answer).map(({ policy }) => policy);
    expect(skipped).toEqual(["profit-times-leverage", "return-over-margin-ratio", "mark-over-entry-times-leverage", "factor-draining"]);
  });

  test("leverage falls back to the tier's maximum, gross notional of an isolated position is its own value", async () => {
    const rows = [
      "account,size,entry_price,equity,leverage,max_leverage,margin_mode",
      "a,-1,100,50,,40,isolated",
      "b,-1,100,50,30,90,isolated",
    ];
    const given = await snapshots.caseOf(rows, { size: "1" });
    expect(given.candidates.leverageHundredths).toEqual([4000, 3000]);
    expect(given.candidates.grossNotional).toEqual([95_000_000, 95_000_000]);
    expect(replayPolicy(given, "profit-times-leverage").fills[0]?.account).toBe("a");
  });

  test("a name that is no policy is refused with those there are", async () => {
    const given = await snapshots.caseOf(SIX);
    expect(() => replayPolicy(given, "lottery")).toThrow(/^--policy: expected one of "profit-times-leverage", .*"all", got "lottery"$/);
  });
});

describe("socialised-loss", () => {
  test("levies what is needed on open profit of both sides, in quanta, and closes nothing", async () => {
    // Profits: bob 90, carol 50, erin 160, alice 30, frank 8, in all 338; needed 30.
    const answer = replayPolicy(await snapshots.caseOf(SIX), "socialised-loss");
    expect(answer).toMatchObject({
      closed: "0",
      uncovered: "10",
      fills: [],
      unlevied: "0",
      metrics: { needed: "30", taken: "30", accounts: 5 },
    });
    expect(answer.levies?.map(({ account, levy }) => [account, levy])).toEqual([
      ["erin", "14.201183"],
      ["bob", "7.988166"],
      ["carol", "4.43787"],
      ["alice", "2.662722"],
      ["frank", "0.710059"],
    ]);
  });

  test("no levy is above the profit it is taken from", async () => {
    const answer = replayPolicy(await snapshots.caseOf(SIX, { size: "1000" }), "socialised-loss");
    expect(answer).toMatchObject({ unlevied: "2662", metrics: { needed: "3000", taken: "338" } });
    expect(answer.levies?.map(({ levy }) => levy)).toEqual(["160", "90", "50", "30", "8"]);
  });
});

test("ADL-3 a policy that breaks its promises is found", async () => {
  const given = await snapshots.caseOf(SIX);
  const check = (fills: [candidate: number, lots: number][]) => () =>
    checkFills(
      given,
      "wrong",
      fills.map(([candidate, lots]) => ({ candidate, lots, score: 0 })),
    );
  expect(
    check([
      [0, 6],
      [1, 4],
    ])(),
  ).toEqual([6, 4, 0, 0]);
  expect(
    check([
      [0, 7],
      [1, 3],
    ]),
  ).toThrow("Policy wrong closes 7 lots of 6");
  expect(
    check([
      [0, 5],
      [0, 5],
    ]),
  ).toThrow("Policy wrong closes candidate 0 twice");
  expect(
    check([
      [0, 6],
      [1, 3],
    ]),
  ).toThrow("Policy wrong closes 9 lots instead of 10");
  expect(
    check([
      [0, 6],
      [1, 3.5],
    ]),
  ).toThrow("Policy wrong closes 3.5 lots of 6");
});
