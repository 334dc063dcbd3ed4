import { describe, expect, test } from "vitest";
import { summaryTable } from "../../cli/summary-table.ts";
import type { Summary } from "../../data/store/run-directory.ts";

const pool = (name: string, exhausted: boolean) => ({
  ...{ pool: name, start: "1000", end: "0.5", lowest: "0", maxDrawdown: "1000", maxDrawdownRatio: 1, secondsUnderWater: 60 },
  exhausted,
});
const instrument = (symbol: string, liquidations: number) => ({
  ...{ symbol, trades: 1200, liquidations, liquidatedNotional: "12345.678", adlNotional: "0" },
});
const summary: Summary = {
  ...{ scenario: "s", venue: "v", seed: 7, digest: "d", simulatedSeconds: 60, messages: 5, trades: 2400, accounts: 9 },
  liquidations: { count: 3, accounts: 3, notional: "24691.356", induced: 1, byPath: { market: 2, fund: 1, adl: 0 } },
  cascades: { count: 0, largestAccounts: 0, largestNotional: "0", branchingRatio: 0, longestSeconds: 0 },
  funds: [pool("perpetual/BTC/USDT", true), pool("perpetual/ETH/USDT", false)],
  adl: {
    ...{ events: 0, accounts: 0, notional: "0", needed: "0", taken: "0", overshootGross: "0", overshootNet: "0" },
  },
  instruments: [instrument("BTC-USDT", 1), instrument("ETH-USDT", 2)],
  uncoveredLoss: "0",
  conservation: { checks: 60, violations: 0 },
};

describe("the summary for people", () => {
  test("has a line a pool and, of several instruments, a line each", () => {
    const table = summaryTable(summary);
    expect(table).toMatch(/^fund perpetual\/BTC\/USDT +1,000 → 0\.5, .*, exhausted$/m);
    expect(table).toMatch(/^fund perpetual\/ETH\/USDT +1,000 → 0\.5, .*\)$/m);
    expect(table).toMatch(/^in ETH-USDT +1,200 trades, 2 liquidations worth 12,345\.68, ADL worth 0$/m);
  });

  test("says what the market of each instrument looked like, as far as that was measured", () => {
    const index = {
      ...{ count: 120, volatility: 0.567, excessKurtosis: 6.14, beyondFourSigma: 0 },
      tailExponent: { falls: null, rises: null },
    };
    const within = [5, 25].map((basisPoints) => ({
      basisPoints,
      bid: basisPoints * 12_345.6,
      ask: 9_876_543,
      ofFurthest: { bid: 1, ask: 1 },
    }));
    const nothing = { ...{ funding: null, liquidationSizes: null, tradeSizes: null, volumePerHour: null, openInterest: null } };
    const measured = {
      ...{ symbol: "BTC-USDT", ...nothing, returns: { seconds: 60, index: { ...index, autocorrelation: [] }, mark: null, mid: null } },
      ...{ spread: { marks: 9, quantile5: 0, median: 0.000123, quantile95: 1 }, depth: { samples: 2, within } },
    };
    const unknown = {
      symbol: "ETH-USDT",
      ...nothing,
      returns: { ...{ seconds: 60, index: null, mark: null, mid: null } },
      spread: null,
      depth: null,
    };
    const line = "index volatility 57 %, excess kurtosis 6.1, spread 1.23 bp, within 25 bp bids worth 309,000 and asks worth 9,880,000";
    expect(summaryTable({ ...summary, facts: [measured] })).toMatch(new RegExp(`^market +${line}$`, "m"));
    const both = summaryTable({ ...summary, facts: [measured, unknown] });
    expect(both).toMatch(new RegExp(`^market BTC-USDT +${line}$`, "m"));
    expect(both).not.toContain("market ETH-USDT");
    expect(summaryTable({ ...summary, facts: [unknown] })).not.toMatch(/^market /m);
    expect(summaryTable(summary)).not.toMatch(/^market /m);
  });

  test("LIQ-3: says how many positions were only reduced, where some were", () => {
    const byPath = { market: 1, fund: 1, adl: 0, house: 0, reduced: 1, open: 2 };
    const inEth = { ...instrument("ETH-USDT", 2), reduced: 1 };
    const instruments = [instrument("BTC-USDT", 1), inEth];
    const table = summaryTable({ ...summary, liquidations: { ...summary.liquidations, byPath }, instruments });
    expect(table).toMatch(/^closed by +market 1, fund 1, ADL 0, only reduced 1, still open 2$/m);
    expect(table).toMatch(/^in ETH-USDT +1,200 trades, 2 liquidations \(1 only reduced\) worth 12,345\.68, ADL worth 0$/m);
    expect(summaryTable(summary)).not.toContain("reduced");
  });

  test("CASC-3: says what came of it off the book, and how far both agree, where there is a twin", () => {
    const tally = (count: number) => ({ count, notional: "1" });
    const agreement = { windowSeconds: 90, both: tally(2), onlyBase: tally(1), onlyTwin: tally(4), byCause: [] };
    const twin = { ...summary, funds: [], liquidations: { ...summary.liquidations, count: 6, notional: "1234.5" }, agreement };
    const table = summaryTable({ ...summary, counterfactual: twin });
    expect(table).toMatch(/^off the book +6 liquidations worth 1,234\.5$/m);
    expect(table).toMatch(/^agreement +2 in both runs within 90 s, 1 only with the book, 4 only off it$/m);
    expect(summaryTable(summary)).not.toContain("agreement");
  });

  test("CASC-1 CASC-2 CASC-5: other causes, episodes, and what ADL had taken five seconds later, where there is any of it", () => {
    const none = summaryTable(summary);
    expect(none).toMatch(/^induced +1; the index alone would have reached NaN of all$/m);
    const byCause = { direct: 1, induced: 1, adl: 1, levy: 0, funding: 2 };
    const episodes = { ...{ count: 1, perDay: 1, mostCascades: 3, mostInstruments: 2, deepest: 1, longestSeconds: 1 } };
    const largest = { largestLiquidations: 2, largestAccounts: 2, largestNotional: "1", furthestDisplacement: -0.1 };
    const at = (seconds: number, taken: string) => ({ seconds, taken, overshootGross: "0", overshootNet: "0" });
    const table = summaryTable({
      ...summary,
      liquidations: { ...summary.liquidations, byCause, reachedByIndex: 3 },
      cascades: { ...summary.cascades, count: 3, episodes: { ...episodes, ...largest } },
      adl: { ...summary.adl, events: 2, later: [at(0, "5"), at(5, "1234.5")], hedged: { accounts: 4, closings: 5, notional: "9" } },
    });
    expect(table).toMatch(/^induced +1; the index alone would have reached 3 of all; for funding 2; for ADL 1$/m);
    expect(table).toMatch(/^cascades +3 in 1 episode, the largest /m);
    expect(table).toMatch(/^ADL .*, taken 0, 5 s later 1,234\.5; 4 of these accounts while hedged$/m);
  });

  test("does not repeat itself for the only instrument", () => {
    expect(summaryTable({ ...summary, instruments: [instrument("BTC-USDT", 3)] })).not.toMatch(/^in /m);
  });
});
