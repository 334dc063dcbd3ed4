import { Decimal } from "decimal.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InputError } from "../../../sim/kernel/input-error.ts";
import { formatWhole, parseDecimal, parseFraction, parseRatio, parseWhole, ratioOf, snapWhole } from "../../../sim/venue/decimal.ts";

const SAFE = Number.MAX_SAFE_INTEGER;
const Exact = Decimal.clone({ precision: 200, toExpNeg: -200, toExpPos: 200 });
const WHERE = "scenario.json: startPrice";

/** Decimals as people and exporters write them: signs, zeros in front and behind, exponents. */
const text = fc
  .tuple(
    fc.constantFrom("", "", "", "-", "+"),
    fc.stringMatching(/^\d{1,9}$/),
    fc.option(fc.stringMatching(/^\d{1,8}$/), { nil: null }),
    fc.option(fc.integer({ min: -12, max: 9 }), { nil: null }),
  )
  .map(
    ([sign, whole, fraction, exponent]) =>
      `${sign}${whole}${fraction === null ? "" : `.${fraction}`}${exponent === null ? "" : `e${exponent}`}`,
  );
const unit = fc.constantFrom("1", "0.1", "0.01", "0.5", "0.25", "0.001", "0.000001", "0.00000001", "2.5", "10", "5e-05", "1e2", "0.3");

describe("parseDecimal", () => {
  test("UNIT-2 agrees with decimal.js", () => {
    fc.assert(
      fc.property(text, (written) => {
        const { digits, places } = parseDecimal(written, WHERE);
        expect(places).toBeGreaterThanOrEqual(0);
        expect(new Exact(digits.toString()).dividedBy(new Exact(10).pow(places)).equals(new Exact(written.replace("+", "")))).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    "",
    " ",
    ".",
    "-",
    "+",
    "1.",
    ".5",
    "1,5",
    "1_000",
    "0x10",
    "NaN",
    "Infinity",
    "-Infinity",
    "1e",
    "1e1.5",
    "1e9999",
    "--1",
    "1 2",
    "١",
    "1e-999",
    "1n",
  ])("UNIT-2 refuses %j, naming field and value", (bad) => {
    for (const parse of [parseDecimal, parseRatio]) {
      expect(() => parse(bad, WHERE)).toThrow(InputError);
      expect(() => parse(bad, WHERE)).toThrow(`${WHERE}: expected a decimal number, got ${JSON.stringify(bad)}`);
    }
    for (const parse of [parseWhole, snapWhole]) {
      expect(() => parse(bad, "0.1", WHERE)).toThrow(`${WHERE}: expected a decimal number, got ${JSON.stringify(bad)}`);
      expect(() => parse("1", bad, WHERE)).toThrow(InputError);
    }
  });
});

describe("parseWhole", () => {
  test.each([
    ["0.1", "0.1", 1],
    ["0.3", "0.1", 3],
    ["0.7", "0.1", 7],
    ["1.1", "0.1", 11],
    ["4.35", "0.01", 435],
    ["1.005", "0.001", 1005],
    ["-0.3", "0.1", -3],
    ["0", "0.1", 0],
    ["-0", "0.1", 0],
    ["120000", "0.1", 1_200_000],
    ["0.10", "0.1", 1],
    ["7.5", "2.5", 3],
    ["5e-05", "0.00001", 5],
    ["1e2", "0.5", 200],
    ["9007199254740991", "1", SAFE],
    ["-9007199254.740991", "0.000001", -SAFE],
  ] as const)("UNIT-2 %s is exactly so many units of %s: %i", (value, step, units) => {
    expect(parseWhole(value, step, WHERE)).toBe(units);
    expect(snapWhole(value, step, WHERE)).toBe(units);
  });

  test("UNIT-2 agrees with decimal.js: whole multiples are exact, all else is refused", () => {
    fc.assert(
      fc.property(text, unit, (value, step) => {
        const units = new Exact(value.replace("+", "")).dividedBy(step);
        // 0.3 has no finite inverse: a quotient is whole when multiplying back gives the value.
        const whole = units
          .round()
          .times(step)
          .equals(new Exact(value.replace("+", "")));
        if (!whole) expect(() => parseWhole(value, step, WHERE)).toThrow(`${WHERE}: ${value} is no whole multiple of ${step}`);
        else if (units.abs().greaterThan(SAFE)) expect(() => parseWhole(value, step, WHERE)).toThrow(`${WHERE}: ${value} is beyond`);
        else expect(parseWhole(value, step, WHERE)).toBe(units.round().toNumber() + 0);
      }),
      { numRuns: 3000 },
    );
  });

  test("UNIT-2 a price that is no whole tick is refused, never rounded, however near", () => {
    for (const near of ["0.15", "0.10000000000000000000000001", "0.09999999999999999999", "100000.05"]) {
      expect(() => parseWhole(near, "0.1", WHERE)).toThrow(new InputError(WHERE, `${near} is no whole multiple of 0.1`));
    }
  });

  test("UNIT-1 beyond 2^53 units is refused with the value", () => {
    expect(() => parseWhole("9007199254740992", "1", WHERE)).toThrow(`${WHERE}: 9007199254740992 is beyond ±(2^53 − 1) units of 1`);
    expect(() => parseWhole("-9007199254740993", "1", WHERE)).toThrow(InputError);
    expect(() => parseWhole("900719925.4740992", "0.0000001", WHERE)).toThrow(InputError);
    expect(() => snapWhole("9007199254740991.5", "1", WHERE)).toThrow(InputError);
    expect(snapWhole("9007199254740991.4", "1", WHERE)).toBe(SAFE);
  });

  test.each(["0", "-0.1", "0.000"])("UNIT-2 a unit of %s is refused", (step) => {
    expect(() => parseWhole("1", step, WHERE)).toThrow(`${WHERE}: expected a positive unit, got "${step}"`);
    expect(() => snapWhole("1", step, WHERE)).toThrow(`${WHERE}: expected a positive unit, got "${step}"`);
  });
});

describe("snapWhole", () => {
  test.each([
    ["0.05", "0.1", 0],
    ["0.15", "0.1", 2],
    ["0.25", "0.1", 2],
    ["-0.05", "0.1", 0],
    ["-0.15", "0.1", -2],
    ["-0.25", "0.1", -2],
    ["0.0500001", "0.1", 1],
    ["-0.0500001", "0.1", -1],
    ["-0.04", "0.1", 0],
  ] as const)("UNIT-2 snaps %s to the tick %s: %i", (value, step, units) => {
    expect(snapWhole(value, step, WHERE)).toBe(units);
  });

  test("UNIT-2 agrees with decimal.js: nearest, ties to even", () => {
    fc.assert(
      fc.property(text, unit, (value, step) => {
        const units = new Exact(value.replace("+", "")).dividedBy(step).toDecimalPlaces(0, Decimal.ROUND_HALF_EVEN);
        if (units.abs().greaterThan(SAFE)) expect(() => snapWhole(value, step, WHERE)).toThrow(InputError);
        else expect(snapWhole(value, step, WHERE)).toBe(units.toNumber() + 0);
      }),
      { numRuns: 3000 },
    );
  });
});

describe("parseFraction", () => {
  test("UNIT-2 takes decimals and two whole numbers, exactly", () => {
    expect(parseFraction("2/3", "x")).toEqual({ numerator: 2, denominator: 3 });
    expect(parseFraction("0.5", "x")).toEqual(parseRatio("0.5", "x"));
  });

  test.each(["1/0", "1/2/3", "1.5/2", "/3", "2/", "-1/2"])("refuses %s", (text) => {
    expect(() => parseFraction(text, "x")).toThrow(`x: expected a decimal or two whole numbers such as "2/3", got "${text}"`);
  });
});

describe("parseRatio", () => {
  test("UNIT-2 is the exact decimal in lowest terms", () => {
    expect(parseRatio("0.0005", WHERE)).toEqual({ numerator: 1, denominator: 2000 });
    expect(parseRatio("-0.00015", WHERE)).toEqual({ numerator: -3, denominator: 20000 });
    expect(parseRatio("0", WHERE)).toEqual({ numerator: 0, denominator: 1 });
    expect(parseRatio("12.50", WHERE)).toEqual({ numerator: 25, denominator: 2 });
    expect(parseRatio("1e2", WHERE)).toEqual({ numerator: 100, denominator: 1 });
  });

  test("UNIT-2 agrees with decimal.js, or says that it has too many digits", () => {
    fc.assert(
      fc.property(text, (value) => {
        let ratio: ReturnType<typeof parseRatio>;
        try {
          ratio = parseRatio(value, WHERE);
        } catch (error) {
          expect((error as Error).message).toBe(`${WHERE}: ${value} has too many digits`);
          // True only if no ratio of safe integers equals it: the lowest terms leave the range.
          const [numerator, denominator] = new Exact(value.replace("+", "")).toFraction() as [Decimal, Decimal];
          expect(numerator.abs().greaterThan(SAFE) || denominator.greaterThan(SAFE)).toBe(true);
          return;
        }
        expect(ratio.denominator).toBeGreaterThan(0);
        const [numerator, denominator] = new Exact(value.replace("+", "")).toFraction() as [Decimal, Decimal];
        expect([ratio.numerator, ratio.denominator]).toEqual([numerator.toNumber() + 0, denominator.toNumber()]);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("ratioOf", () => {
  test("UNIT-2 tick × lot × multiplier ÷ quantum, in lowest terms", () => {
    expect(ratioOf(["0.1", "0.001", "1"], ["0.000001"], WHERE)).toEqual({ numerator: 100, denominator: 1 });
    expect(ratioOf(["0.01", "1", "0.0001"], ["0.00001"], WHERE)).toEqual({ numerator: 1, denominator: 10 });
    expect(ratioOf(["-2"], ["-4"], WHERE)).toEqual({ numerator: 1, denominator: 2 });
    expect(ratioOf(["2"], ["-4"], WHERE)).toEqual({ numerator: -1, denominator: 2 });
    expect(ratioOf([], [], WHERE)).toEqual({ numerator: 1, denominator: 1 });
    expect(ratioOf(["0"], ["3"], WHERE)).toEqual({ numerator: 0, denominator: 1 });
  });

  test("UNIT-2 agrees with decimal.js", () => {
    const short = fc
      .tuple(fc.integer({ min: 1, max: 9999 }), fc.integer({ min: 0, max: 5 }))
      .map(([digits, places]) => `${digits}e-${places}`);
    fc.assert(
      fc.property(fc.array(short, { maxLength: 2 }), fc.array(short, { maxLength: 2 }), (times, over) => {
        const product = (values: string[]) => values.reduce((all, value) => all.times(value), new Exact(1));
        const places = new Exact(10).pow(20);
        const [top, bottom] = [product(times).times(places), product(over).times(places)].map((value) => BigInt(value.toFixed(0))) as [
          bigint,
          bigint,
        ];
        const divisor = bigGcd(top, bottom);
        if (top / divisor > BigInt(SAFE) || bottom / divisor > BigInt(SAFE)) {
          expect(() => ratioOf(times, over, WHERE)).toThrow("has too many digits");
          return;
        }
        const { numerator, denominator } = ratioOf(times, over, WHERE);
        expect([BigInt(numerator), BigInt(denominator)]).toEqual([top / divisor, bottom / divisor]);
      }),
      { numRuns: 1000 },
    );
  });

  test("UNIT-2 refuses to divide by zero and ratios beyond 2^53, naming field and value", () => {
    expect(() => ratioOf(["1"], ["2", "0"], WHERE)).toThrow(`${WHERE}: 1 ÷ 2 × 0 divides by zero`);
    expect(() => ratioOf(["1"], ["1e-17"], WHERE)).toThrow(`${WHERE}: 1 ÷ 1e-17 has too many digits`);
    expect(() => ratioOf(["x"], ["1"], WHERE)).toThrow(`${WHERE}: expected a decimal number, got "x"`);
  });
});

describe("formatWhole", () => {
  test.each([
    [15, "0.1", "1.5"],
    [10, "0.1", "1"],
    [0, "0.1", "0"],
    [-0, "0.1", "0"],
    [-1, "0.001", "-0.001"],
    [-1500, "0.001", "-1.5"],
    [5, "10", "50"],
    [3, "1e2", "300"],
    [7, "5e-05", "0.00035"],
    [SAFE, "0.000001", "9007199254.740991"],
    [10n ** 30n + 1n, "0.01", "10000000000000000000000000000.01"],
  ] as const)("UNIT-2 %s units of %s print as %s", (units, step, printed) => {
    expect(formatWhole(units, step)).toBe(printed);
  });

  test("UNIT-2 what is printed parses back to the same units", () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), unit, (units, step) => {
        const printed = formatWhole(units, step);
        expect(printed).toMatch(/^-?(0|[1-9]\d*)(\.\d*[1-9])?$/);
        expect(parseWhole(printed, step, WHERE)).toBe(units + 0);
        expect(new Exact(printed).equals(new Exact(units).times(step))).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

function bigGcd(a: bigint, b: bigint): bigint {
  return b === 0n ? a : bigGcd(b, a % b);
}
