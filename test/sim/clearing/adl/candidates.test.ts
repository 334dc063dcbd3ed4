import { existsSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Accounts, FIRST_TRADER_ACCOUNT } from "../../../../sim/clearing/accounts.ts";
import { eligibleCandidates } from "../../../../sim/clearing/adl/candidates.ts";
import { instrumentOf, liquidationRulesOf } from "../../venue-fixture.ts";

const TERMS = { instrument: instrumentOf(), rules: liquidationRulesOf() };

interface Held {
  readonly lots: number;
  readonly entry: number;
  readonly margin: number;
  readonly busy: boolean;
}

function accountsOf(list: readonly Held[]): Accounts {
  const accounts = new Accounts(FIRST_TRADER_ACCOUNT + list.length);
  list.forEach(({ lots, entry, margin, busy }, index) => {
    const account = FIRST_TRADER_ACCOUNT + index;
    accounts.positionLots[account] = lots;
    accounts.entryValue[account] = entry;
    accounts.margin[account] = margin;
    accounts.leverageHundredths[account] = 1_000;
    accounts.inLiquidation[account] = busy ? 1 : 0;
  });
  return accounts;
}

const held = fc.record({
  lots: fc.integer({ min: -40, max: 40 }),
  entry: fc.integer({ min: 0, max: 60_000 }),
  margin: fc.integer({ min: 0, max: 20_000 }),
  busy: fc.boolean(),
});

describe("who can be deleveraged", () => {
  test("ADL-3 opposite side, not in liquidation, equity ≥ 0 after closing the whole at the ADL price: judged exactly", () => {
    fc.assert(
      fc.property(
        fc.array(held, { minLength: 1, maxLength: 20 }),
        fc.integer({ min: -30, max: 30 }).filter((lots) => lots !== 0),
        fc.integer({ min: 0, max: 60_000 }),
        fc.integer({ min: 1, max: 2_000 }),
        fc.constantFrom("all" as const, "profitable" as const),
        (list, lots, value, mark, eligible) => {
          const rules = { eligible };
          const found = eligibleCandidates(accountsOf(list), TERMS, rules, { lots, value }, mark);
          const expected = list.flatMap((one, index) => {
            if (one.lots * lots >= 0 || one.busy) return [];
            const size = Math.abs(one.lots);
            // The ADL value of the whole position, as a fraction of the inventory's lots, rounded half to even.
            const over = BigInt(Math.abs(lots));
            const product = BigInt(value) * BigInt(size);
            let atAdl = product / over;
            const rest = (product % over) * 2n;
            if (rest > over || (rest === over && atAdl % 2n === 1n)) atAdl += 1n;
            const gain = one.lots > 0 ? atAdl - BigInt(one.entry) : BigInt(one.entry) - atAdl;
            if (BigInt(one.margin) + gain < 0n) return [];
            const profit = one.lots > 0 ? mark * size - one.entry : one.entry - mark * size;
            if (eligible === "profitable" && profit <= 0) return [];
            return [{ account: FIRST_TRADER_ACCOUNT + index, lots: size, profit, leverage: 1_000 }];
          });
          const rows = found.account.map((account, row) => ({
            account,
            lots: found.lots[row],
            profit: found.profit[row],
            leverage: found.leverageHundredths[row],
          }));
          expect(rows).toEqual(expected);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test("ADL-3 equity of exactly zero is eligible, a quantum less is not", () => {
    const rules = { eligible: "all" as const };
    const short = (margin: number) => accountsOf([{ lots: -10, entry: 8_000, margin, busy: false }]);
    const inventory = { lots: 10, value: 9_000 };
    expect(eligibleCandidates(short(1_000), TERMS, rules, inventory, 850).account).toEqual([FIRST_TRADER_ACCOUNT]);
    expect(eligibleCandidates(short(999), TERMS, rules, inventory, 850).account).toEqual([]);
  });
});

const VECTORS = new URL("../../../../../shared/vectors/vectors.json", import.meta.url);
interface Pair {
  readonly id: string;
  readonly inputs: { readonly liquidated: { readonly quote: number }; readonly offsetting: { readonly quote: number } };
  readonly expected: { readonly valid: boolean; readonly offsetting_quote_after: number | null };
}

describe.skipIf(!existsSync(VECTORS))("worked cases of a real venue (skipped where the collection is not there)", () => {
  const all = existsSync(VECTORS) ? (JSON.parse(readFileSync(VECTORS, "utf8")) as Pair[]) : [];

  test.each(["03", "07", "11"])(
    "ADL-3 ADL-5 dydx-adl-pair-%s: the long gets the short's bankruptcy value, if that leaves it solvent",
    (number) => {
      const { inputs, expected } = all.find((pair) => pair.id === `dydx-adl-pair-${number}`) as Pair;
      // Their quote balance is margin less entry value of a long of one lot.
      const entry = 60_000;
      const accounts = accountsOf([{ lots: 1, entry, margin: entry + inputs.offsetting.quote, busy: false }]);
      const inventory = { lots: -1, value: inputs.liquidated.quote };
      const rules = { eligible: "all" as const };
      const found = eligibleCandidates(accounts, TERMS, rules, inventory, 50_000);
      expect(found.account.length === 1).toBe(expected.valid);
      if (expected.valid) expect(inputs.offsetting.quote + inventory.value).toBe(expected.offsetting_quote_after);
    },
  );
});
