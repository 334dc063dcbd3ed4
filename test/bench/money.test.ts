import { expect, test } from "vitest";
import { benchMoney } from "../../bench/money.ts";

test("UNIT-3 the money benchmark: house and oracle book the same flow alike, and the digest repeats", () => {
  const [first, second] = [benchMoney(20_000, 1), benchMoney(20_000, 1)];
  expect(first.oracleAgrees).toBe(true);
  expect(first.digest).toMatch(/^[0-9a-f]{32}$/);
  expect(second.digest).toBe(first.digest);
});
