import { describe, expect, test } from "vitest";
import { clock, count, dateTime, day, duration, money, percent, plural, price } from "../../reports/format.ts";

const plain = (text: string) => text.replaceAll("\u00a0", " ");

describe("numbers as people read them", () => {
  test.each([
    ["1234567.891", "USDT", "1,234,568 USDT"],
    ["834.4", "USDT", "834.40 USDT"],
    ["-0.000001", "USDT", "−0.000001 USDT"],
    ["0", "USDT", "0 USDT"],
    ["12345678901234567890.5", "", "12,345,678,901,234,567,891"],
  ])("money %s %s is %s", (amount, unit, expected) => {
    expect(plain(money(amount, unit))).toBe(expected);
  });

  test.each([
    [0.25, "0.25 s"],
    [9.5, "9.5 s"],
    [60, "1 min"],
    [94, "1 min 34 s"],
    [10_800, "3 h"],
    [90_061, "1 d 1 h"],
  ])("a duration of %d s is %s", (seconds, expected) => {
    expect(plain(duration(seconds))).toBe(expected);
  });

  test("counts, ratios, prices and plurals", () => {
    expect(count(20_000)).toBe("20,000");
    expect(plain(percent(0.1234))).toBe("12.3 %");
    expect(plain(percent(-1))).toBe("−100.0 %");
    expect(price(100_000)).toBe("100,000");
    expect(price(0.00012345)).toBe("0.00012345");
    expect([1, 2].map((value) => plain(plural(value, "account")))).toEqual(["1 account", "2 accounts"]);
  });

  test("times are UTC whatever the machine's zone", () => {
    const ms = Date.UTC(2025, 9, 10, 23, 59, 58);
    expect([dateTime(ms), clock(ms), day(ms)]).toEqual(["2025-10-10 23:59:58", "23:59:58", "10 October 2025"]);
  });
});
