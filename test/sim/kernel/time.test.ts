import { describe, expect, test } from "vitest";
import { formatDuration, formatTime, parseDuration, parseTime } from "../../../sim/kernel/time.ts";

describe("durations", () => {
  test.each([
    { text: "250ms", durationUs: 250_000 },
    { text: "7us", durationUs: 7 },
    { text: "10s", durationUs: 10_000_000 },
    { text: "1.5h", durationUs: 5_400_000_000 },
    { text: "0.000001s", durationUs: 1 },
    { text: "1d", durationUs: 86_400_000_000 },
    { text: "0s", durationUs: 0 },
  ])("TIME-1 $text is $durationUs microseconds", ({ text, durationUs }) => {
    expect(parseDuration(text, "x")).toBe(durationUs);
  });

  test.each([
    { text: "10", problem: 'expected a duration such as "250ms", "10s" or "3h", got "10"' },
    { text: "-1s", problem: 'expected a duration such as "250ms", "10s" or "3h", got "-1s"' },
    { text: "1 s", problem: 'expected a duration such as "250ms", "10s" or "3h", got "1 s"' },
    { text: "NaNs", problem: 'expected a duration such as "250ms", "10s" or "3h", got "NaNs"' },
    { text: "0.5us", problem: 'expected a whole number of microseconds, got "0.5us"' },
    { text: "999999999d", problem: 'expected at most 2^53 − 1 microseconds, got "999999999d"' },
  ])("$text is refused", ({ text, problem }) => {
    expect(() => parseDuration(text, "file: field")).toThrow(`file: field: ${problem}`);
  });

  test.each(["1d", "36h", "90m", "61s", "1500ms", "1us", "0s"])("%s is printed as it was read", (text) => {
    expect(formatDuration(parseDuration(text, ""))).toBe(text);
  });
});

describe("instants", () => {
  test.each([
    { text: "1970-01-01T00:00:00Z", timeUs: 0 },
    { text: "2025-10-10T20:00:00Z", timeUs: 1_760_126_400_000_000 },
    { text: "2024-02-29T23:59:59.999999Z", timeUs: 1_709_251_199_999_999 },
    { text: "2025-10-10T20:00:00.25Z", timeUs: 1_760_126_400_250_000 },
  ])("TIME-1 $text", ({ text, timeUs }) => {
    expect(parseTime(text, "x")).toBe(timeUs);
    expect(formatTime(timeUs)).toBe(text);
  });

  test.each([
    "2025-10-10",
    "2025-10-10T20:00:00",
    "2025-10-10T20:00:00+02:00",
    "2025-10-10T20:00:00.1234567Z",
    "2025-02-30T00:00:00Z",
    "2025-13-01T00:00:00Z",
    "2025-10-10T24:00:00Z",
    "1969-12-31T23:59:59Z",
    "9999-01-01T00:00:00Z",
  ])("%s is refused", (text) => {
    expect(() => parseTime(text, "start")).toThrow(/^start: expected a time/);
  });
});
