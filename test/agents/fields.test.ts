import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { duration, inHundredths, inQuanta, leverage, lotsFor, money } from "../../agents/fields.ts";
import { InputError, type Instrument, valueOf } from "../../sim/index.ts";
import { BTC, USDT } from "./support.ts";

function withRatio(numerator: number, denominator: number): Instrument {
  return { ...BTC, quantaPerTickLot: { numerator, denominator } };
}

describe("fields of agents", () => {
  test("UNIT-2 amounts are whole quanta, or refused with the field and the value", () => {
    expect(inQuanta("60000", USDT, "size")).toBe(60_000_000_000);
    expect(inQuanta("0.000001", USDT, "size")).toBe(1);
    expect(() => inQuanta("0.0000015", USDT, "agents: market-maker: size")).toThrow(InputError);
    expect(() => inQuanta("0.0000015", USDT, "agents: market-maker: size")).toThrow("agents: market-maker: size: 0.0000015");
    expect(() => inQuanta("9007199255", USDT, "deposit")).toThrow("deposit: 9007199255");
  });

  test("leverage is in hundredths", () => {
    expect([inHundredths("3"), inHundredths("66.66"), inHundredths("1.5")]).toEqual([300, 6666, 150]);
  });

  test.each(["0", "0.99", "1000.01", "1.234", "-3", "", "x", "1e2", "9".repeat(400)])("leverage %j is refused", (text) => {
    expect(leverage().safeParse(text).success).toBe(false);
  });

  test.each(["0", "0.0", "-1", "", "1e6", "NaN", "1,000"])("an amount of %j is refused", (text) => {
    expect(money("1").safeParse(text).success).toBe(false);
  });

  test.each(["0s", "0ms", "5", "-1s", "s", "1 s", "1w", "0.0000001s", "999999999999999999d", "367d", "9999999999999999us"])(
    "a duration of %j is refused",
    (text) => {
      expect(duration("1s").safeParse(text).success).toBe(false);
    },
  );

  test("a duration of up to 366 days is taken", () => {
    for (const text of ["1us", "0.5ms", "366d"]) expect(duration("1s").parse(text)).toBe(text);
  });

  test("lotsFor is the most lots whose exact value does not exceed the amount", () => {
    const ratios = fc
      .constantFrom([100, 1], [1, 100], [1, 10], [3, 7], [1, 1], [7, 1000])
      .map(([n, d]) => withRatio(n as number, d as number));
    fc.assert(
      fc.property(ratios, fc.integer({ min: 1, max: 2_000_000 }), fc.integer({ min: 0, max: 1e11 }), (instrument, ticks, quanta) => {
        const { numerator, denominator } = instrument.quantaPerTickLot;
        const exact = (BigInt(quanta) * BigInt(denominator)) / (BigInt(ticks) * BigInt(numerator));
        expect(BigInt(lotsFor(quanta, ticks, instrument))).toBe(exact);
      }),
      { numRuns: 2000 },
    );
  });

  test("lotsFor gives back the lots whose value is whole quanta", () => {
    for (const instrument of [BTC, withRatio(1, 100), withRatio(1, 10)]) {
      for (let lots = 1; lots <= 500; lots++) expect(lotsFor(valueOf(instrument, 700, lots), 700, instrument)).toBe(lots);
    }
  });
});
