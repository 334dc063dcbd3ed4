import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Digest } from "../../../sim/kernel/digest.ts";

function ofNumbers(...values: number[]): string {
  const digest = new Digest();
  for (const value of values) digest.number(value);
  return digest.hex();
}

function ofText(...values: string[]): string {
  const digest = new Digest();
  for (const value of values) digest.text(value);
  return digest.hex();
}

/** A NaN with other bits than the usual one. */
function otherNaN(): number {
  const value = new Float64Array(1);
  new Uint32Array(value.buffer).set([0x12345, 0xfff80001]);
  return value[0] as number;
}

const GOLDEN = {
  empty: "8fb47094afe3754329f8da2ab7d42552",
  zero: "d2428c4a1a4facbd8df953f8994359c2",
  mixed: "881e7d8c99f636ee921b5158cd1b1604",
  text: "1c2c260e9fb3062968e4bb98c4f7fea9",
};

describe("digest", () => {
  test("TIME-3 golden values", () => {
    expect(ofNumbers()).toBe(GOLDEN.empty);
    expect(ofNumbers(0)).toBe(GOLDEN.zero);
    expect(ofNumbers(1, -1, 0.1, Number.MAX_SAFE_INTEGER, Number.MIN_VALUE, Number.NEGATIVE_INFINITY, Number.NaN)).toBe(GOLDEN.mixed);
    expect(ofText("BTC-USDT", "", "ä€😀")).toBe(GOLDEN.text);
  });

  test("TIME-3 is 32 hexadecimal digits, the same twice, and feeding may go on after reading", () => {
    const digest = new Digest();
    digest.number(1);
    const first = digest.hex();
    expect(first).toMatch(/^[0-9a-f]{32}$/);
    expect(digest.hex()).toBe(first);
    digest.number(2);
    expect(digest.hex()).toBe(ofNumbers(1, 2));
    expect(digest.hex()).not.toBe(first);
  });

  test("TIME-3 depends on every number, its place and their count", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 12 }),
        fc.nat(),
        fc.double({ noNaN: true }),
        (values, at, other) => {
          const place = at % values.length;
          const same = values.slice();
          expect(ofNumbers(...same)).toBe(ofNumbers(...values));
          if (other !== values[place]) expect(ofNumbers(...values.with(place, other))).not.toBe(ofNumbers(...values));
          expect(ofNumbers(...values, 0)).not.toBe(ofNumbers(...values));
          expect(ofNumbers(...values.slice(0, -1))).not.toBe(ofNumbers(...values));
          const next = (place + 1) % values.length;
          const swapped = values.with(place, values[next] as number).with(next, values[place] as number);
          if (values[place] !== values[next]) expect(ofNumbers(...swapped)).not.toBe(ofNumbers(...values));
        },
      ),
      { numRuns: 1000 },
    );
  });

  test("TIME-3 -0 is 0, and every NaN is the same NaN", () => {
    expect(ofNumbers(-0)).toBe(ofNumbers(0));
    expect(Number.isNaN(otherNaN())).toBe(true);
    expect(ofNumbers(otherNaN(), 1)).toBe(ofNumbers(Number.NaN, 1));
    expect(ofNumbers(Number.NaN)).not.toBe(ofNumbers(0));
    expect(ofNumbers(Number.NaN)).not.toBe(ofNumbers(Number.POSITIVE_INFINITY));
  });

  test("TIME-3 no collision, whole or in any half, among 100,000 inputs that hardly differ", () => {
    const digests: string[] = [];
    // Whole numbers of a column, sums that stay the same, ordered pairs, runs of zeros, neighbouring doubles.
    for (let value = 1; value <= 30_000; value++) digests.push(ofNumbers(value));
    for (let value = 1; value <= 20_000; value++) digests.push(ofNumbers(value, 20_001 - value));
    for (let a = 0; a < 160; a++) for (let b = 0; b < 160; b++) digests.push(ofNumbers(a, 0, b));
    for (let zeros = 4; zeros <= 400; zeros++) digests.push(ofNumbers(...new Array<number>(zeros).fill(0)));
    const bits = new Float64Array([1]);
    const halves = new Uint32Array(bits.buffer);
    for (let step = 1; step <= 25_000; step++) {
      halves[0] = step;
      digests.push(ofNumbers(bits[0] as number));
    }
    expect(digests.length).toBeGreaterThan(100_000);
    expect(new Set(digests).size).toBe(digests.length);
    // Each half of the digits is 64 bits on its own: a collision there would already be a flaw.
    expect(new Set(digests.map((hex) => hex.slice(0, 16))).size).toBe(digests.length);
    expect(new Set(digests.map((hex) => hex.slice(16))).size).toBe(digests.length);
  });

  test("TIME-3 one changed bit changes about half of the digest", () => {
    let [changed, pairs] = [0, 0];
    for (let value = 1; value <= 500; value++) {
      for (const bit of [1, 2, 4, 1024, 2 ** 20]) {
        const [a, b] = [ofNumbers(value, 7), ofNumbers(value + bit, 7)];
        for (let digit = 0; digit < 32; digit++)
          changed += bitsOf(Number.parseInt(a[digit] as string, 16) ^ Number.parseInt(b[digit] as string, 16));
        pairs += 1;
      }
    }
    expect(changed / pairs).toBeGreaterThan(60);
    expect(changed / pairs).toBeLessThan(68);
  });

  test("TIME-3 texts: length, order and every unit count, and a text is no number", () => {
    expect(ofText("ab", "c")).not.toBe(ofText("a", "bc"));
    expect(ofText("abc")).not.toBe(ofText("acb"));
    expect(ofText("")).not.toBe(ofText());
    expect(ofText("", "")).not.toBe(ofText(""));
    expect(ofText("1")).not.toBe(ofNumbers(1));
    expect(ofText("a")).not.toBe(ofNumbers(97));
    expect(ofText("😀")).not.toBe(ofText("😁"));
    expect(ofText("\u0000")).not.toBe(ofText(""));
  });

  test("TIME-4 its whole state is the typed array: a copy goes on as the original", () => {
    const digest = new Digest();
    digest.text("half way");
    const copy = new Digest();
    copy.state.set(digest.state);
    for (const one of [digest, copy]) {
      one.number(1.5);
      one.text("x");
    }
    expect(copy.hex()).toBe(digest.hex());
  });
});

function bitsOf(nibble: number): number {
  return (nibble & 1) + ((nibble >> 1) & 1) + ((nibble >> 2) & 1) + ((nibble >> 3) & 1);
}

test("TIME-3 a row of numbers is fed as each of them alone, wherever the digest stands", () => {
  const values = fc.array(fc.oneof(fc.double(), fc.maxSafeInteger(), fc.constantFrom(0, -0, Number.NaN, otherNaN())), { maxLength: 64 });
  fc.assert(
    fc.property(fc.string({ maxLength: 5 }), fc.array(values, { maxLength: 5 }), (before, rows) => {
      const [one, all] = [new Digest(), new Digest()];
      for (const digest of [one, all]) digest.text(before);
      for (const row of rows) {
        for (const value of row) one.number(value);
        all.numbers(Float64Array.from([...row, 7]), 0, row.length);
      }
      expect(all.hex()).toBe(one.hex());
      expect([...all.state]).toEqual([...one.state]);
    }),
    { numRuns: 300 },
  );
});
