import { describe, expect, test } from "vitest";
import { compileScenario, compileTimes } from "../../../data/scenario/compile.ts";
import { compileMarkets } from "../../../data/scenario/compile-markets.ts";
import { resolveScenario } from "../../../data/scenario/resolve.ts";
import { registries, smallScenario, useFolder } from "./support.ts";

const folder = useFolder();
const SAFE = Number.MAX_SAFE_INTEGER;

describe("a scenario in whole units", () => {
  test("UNIT-1 UNIT-2 ticks, lots, quanta and ratios are exact", async () => {
    const compiled = compileScenario(await resolveScenario(await folder.write("s.json", smallScenario()), { registries }));
    expect(compiled.asset).toEqual({ symbol: "USDT", quantum: "0.000001" });
    expect(compiled.instruments).toHaveLength(1);
    expect(compiled.instruments[0]).toEqual({
      symbol: "X-USDT",
      kind: "linear",
      productLine: "perpetual",
      expiryUs: null,
      underlying: "X",
      settleAsset: "USDT",
      tickSize: "0.5",
      lotSize: "0.01",
      multiplier: "1",
      faceValue: null,
      quantaPerTickLot: { numerator: 5000, denominator: 1 },
      tiers: {
        scheme: "flat",
        boundBy: "lots",
        tiers: [
          { upTo: 1000, maintenanceMarginRate: { numerator: 1, denominator: 100 }, maxLeverageHundredths: 5000, deduction: null },
          { upTo: SAFE, maintenanceMarginRate: { numerator: 3, denominator: 200 }, maxLeverageHundredths: 2000, deduction: null },
        ],
      },
      fees: {
        maker: { numerator: -1, denominator: 10_000 },
        taker: { numerator: 1, denominator: 2000 },
        liquidation: { numerator: 1, denominator: 1000 },
      },
    });
    expect(compiled.pools).toEqual({ "perpetual/X/USDT": 1_000_000_000 });
    expect(compiled.rules).toEqual({
      name: "small-venue",
      mark: { rule: "index", averageUs: 60_000_000, clamp: { numerator: 1, denominator: 100 } },
      margin: {
        closingFeeInPositionMargin: "once",
        maintenanceIncludesClosingFee: true,
        closingFeeRate: "taker",
        triggerAt: "at-or-below",
        bankruptcyAt: "closing-fee",
        unrealizedProfitAsMargin: "own",
        positionValueAt: "mark",
        tiersIncludeOpenOrders: false,
        partialLiquidation: "full",
        fraction: { part: { numerator: 1, denominator: 5 }, above: "100000", coolDownUs: 30_000_000 },
        walletModel: "separate",
        marginModeChange: "instrument",
      },
      surplusTo: "pool",
      backstop: null,
      fund: { settlement: "continuous", residual: "house", feeShare: null },
      takeoverAt: "bankruptcy",
      adl: {
        policy: "profit-times-leverage",
        eligible: "all",
        triggers: ["fund-short"],
        drawdown: null,
        beyond: { numerator: 1, denominator: 20 },
        cancels: "instrument",
        price: "bankruptcy",
        far: { numerator: 1, denominator: 20 },
      },
      orders: { selfTradePrevention: "cancel-oldest", priceBand: null },
      closingWindowUs: 3_600_000_000,
      index: { combine: "mean", staleAfterUs: 10_000_000, ownMarketWeight: { numerator: 0, denominator: 1 } },
      funding: null,
    });
  });

  test("TIME-1 times are whole microseconds", async () => {
    const scenario = await resolveScenario(await folder.write("s.json", smallScenario()), { registries });
    expect(compileTimes(scenario)).toEqual({
      startUs: Date.UTC(2025, 0, 1) * 1000,
      durationUs: 60_000_000,
      indexIntervalUs: 1_000_000,
      sampleIntervalUs: 10_000_000,
      halfLifeUs: 60_000_000,
    });
  });

  test("MARK-1 MARK-4 external markets: offsets as ratios, outages from the start of the run on, impact for a quantum", async () => {
    const sets = [
      'index.markets=[{"name":"a","weight":3,"offset":"-0.002","outages":[{"at":"0s","for":"2s"},{"at":"10s","for":"5s"}]},{"name":"b"}]',
      'index.impact={"perMillion":"0.0005","halfLife":"20s"}',
    ];
    const scenario = await resolveScenario(await folder.write("s.json", smallScenario()), { registries, sets });
    const startUs = Date.UTC(2025, 0, 1) * 1000;
    const compiled = compileMarkets(scenario, { symbol: "USDT", quantum: "0.01" }, "BTC-USDT");
    expect(compiled.externalMarkets).toEqual([
      {
        name: "a",
        weight: 3,
        offset: { numerator: -1, denominator: 500 },
        outages: [
          { fromUs: startUs, untilUs: startUs + 2_000_000 },
          { fromUs: startUs + 10_000_000, untilUs: startUs + 15_000_000 },
        ],
      },
      { name: "b", weight: 1, offset: { numerator: 0, denominator: 1 }, outages: [] },
    ]);
    // A million USDT are a hundred million cents.
    expect((compiled.externalImpact?.partPerQuantum ?? 0) * 1e8).toBeCloseTo(0.0005, 12);
    expect(compiled.externalImpact?.halfLifeUs).toBe(20_000_000);
    const plain = await resolveScenario(await folder.write("s.json", smallScenario()), { registries });
    expect(compileMarkets(plain, { symbol: "USDT", quantum: "0.01" }, "BTC-USDT")).toEqual({
      externalMarkets: [{ name: "path", weight: 1, offset: { numerator: 0, denominator: 1 }, outages: [] }],
      externalImpact: null,
    });
  });

  test("MARK-3 funding: rates as whole hundred-millionths, the impact size in quanta", async () => {
    const sets = ['venue.funding={"interval":"1h","interest":"-0.00000001","impactNotional":"250.5"}', "assets.USDT.quantum=0.1"];
    const scenario = await resolveScenario(await folder.write("s.json", smallScenario()), { registries, sets });
    expect(compileScenario(scenario).rules.funding).toEqual({
      intervalUs: 3_600_000_000,
      interestHundredMillionths: -1,
      clampHundredMillionths: 50_000,
      capHundredMillionths: 750_000,
      impactNotionalQuanta: 2_505,
    });
  });

  test("UNIT-2 a ratio of value that is no whole number of quanta is kept as a ratio", async () => {
    const file = await folder.write("s.json", smallScenario());
    const scenario = await resolveScenario(file, { registries, sets: ["instruments.0.multiplier=0.0003", "assets.USDT.quantum=0.01"] });
    expect(compileScenario(scenario).instruments[0]?.quantaPerTickLot).toEqual({ numerator: 3, denominator: 20_000 });
  });
});
