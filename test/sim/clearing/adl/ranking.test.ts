import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Accounts, FIRST_TRADER_ACCOUNT } from "../../../../sim/clearing/accounts.ts";
import { eligibleCandidates } from "../../../../sim/clearing/adl/candidates.ts";
import { ADL_POLICIES } from "../../../../sim/clearing/adl/policies.ts";
import type { AdlFill, AdlPolicy } from "../../../../sim/clearing/adl/policy.ts";
import { Rankings } from "../../../../sim/clearing/adl/rankings.ts";
import { instrumentOf, liquidationRulesOf } from "../../venue-fixture.ts";

const TERMS = { instrument: instrumentOf(), rules: liquidationRulesOf() };
const QUEUES = Object.entries(ADL_POLICIES).flatMap(([name, policy]) => (policy.scoreOf === undefined ? [] : [name]));

interface Held {
  readonly lots: number;
  readonly entryTicks: number;
  readonly margin: number;
  readonly leverage: number;
  readonly busy: boolean;
}

/** Narrow ranges, so that scores are often the same. */
const position = fc.record({
  lots: fc.integer({ min: -6, max: 6 }),
  entryTicks: fc.integer({ min: 90, max: 110 }),
  margin: fc.integer({ min: 0, max: 60 }),
  leverage: fc.constantFrom(100, 200, 1_000),
  busy: fc.integer({ min: 0, max: 9 }).map((one) => one === 0),
});

const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("event" as const),
      lots: fc.integer({ min: -12, max: 12 }).filter((lots) => lots !== 0),
      ticks: fc.integer({ min: 85, max: 115 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("changed" as const), account: fc.nat(), position }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("taken over" as const), account: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("busy" as const), account: fc.nat(), busy: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("mark" as const), ticks: fc.integer({ min: 90, max: 110 }) }) },
);

function put(accounts: Accounts, account: number, { lots, entryTicks, margin, leverage, busy }: Held): void {
  accounts.positionLots[account] = lots;
  accounts.entryValue[account] = Math.abs(lots) * entryTicks;
  accounts.margin[account] = lots === 0 ? 0 : margin;
  accounts.leverageHundredths[account] = leverage;
  accounts.inLiquidation[account] = busy ? 1 : 0;
}

describe("the ranking of a mark", () => {
  test.each(QUEUES)("ADL-3 %s: event after event it closes whom the policy would choose among all that are eligible", (name) => {
    const policy = ADL_POLICIES[name] as AdlPolicy;
    fc.assert(
      fc.property(
        fc.array(position, { minLength: 1, maxLength: 25 }),
        fc.array(step, { minLength: 1, maxLength: 25 }),
        fc.constantFrom("all" as const, "profitable" as const),
        (list, steps, eligible) => {
          const accounts = new Accounts(FIRST_TRADER_ACCOUNT + list.length);
          list.forEach((one, index) => {
            put(accounts, FIRST_TRADER_ACCOUNT + index, one);
          });
          const rankings = Rankings.of(accounts, TERMS, { eligible }, policy) as Rankings;
          let markTicks = 100;
          for (const one of steps) {
            const account = "account" in one ? FIRST_TRADER_ACCOUNT + (one.account % list.length) : 0;
            if (one.kind === "mark") {
              markTicks = one.ticks;
              rankings.clear();
            } else if (one.kind === "busy") accounts.inLiquidation[account] = one.busy ? 1 : 0;
            // A takeover leaves nothing, and nobody says so before the mark is done with.
            else if (one.kind === "taken over") put(accounts, account, { lots: 0, entryTicks: 1, margin: 0, leverage: 100, busy: false });
            else if (one.kind === "changed") {
              put(accounts, account, one.position);
              rankings.changed(account);
            } else {
              const inventory = { lots: one.lots, value: Math.abs(one.lots) * one.ticks };
              const candidates = eligibleCandidates(accounts, TERMS, { eligible }, inventory, markTicks, policy.needs);
              const request = {
                bankruptSide: one.lots > 0 ? 1 : -1,
                lots: Math.abs(one.lots),
                markValue: markTicks * Math.abs(one.lots),
                priceValue: inventory.value,
              } as const;
              const named = (accountOf: readonly number[], fills: readonly AdlFill[]) =>
                fills.map(({ candidate, lots, score }) => ({ account: accountOf[candidate], lots, score }));
              const expected = named(candidates.account, policy.choose(request, candidates, new Map()));
              const chosen = rankings.choose(inventory, markTicks);
              expect(named(chosen.account, chosen.fills)).toEqual(expected);
              for (const { account: closed, lots } of expected) {
                const held = accounts.positionLots[closed as number] as number;
                const rest = held - Math.sign(held) * lots;
                accounts.entryValue[closed as number] =
                  ((accounts.entryValue[closed as number] as number) / Math.abs(held)) * Math.abs(rest);
                accounts.positionLots[closed as number] = rest;
                if (rest === 0) accounts.margin[closed as number] = 0;
                rankings.changed(closed as number);
              }
            }
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  test("ADL-3 what is no queue has no ranking", () => {
    const accounts = new Accounts(FIRST_TRADER_ACCOUNT);
    expect(Rankings.of(accounts, TERMS, { eligible: "all" }, ADL_POLICIES["pro-rata-size"] as AdlPolicy)).toBeNull();
    expect(QUEUES.length).toBe(7);
  });
});
