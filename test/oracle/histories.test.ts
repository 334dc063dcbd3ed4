import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { refusals } from "./commands.ts";
import { compareHistory, type Tally } from "./compare-houses.ts";
import { FastHouseDriver } from "./fast-house.ts";
import { wishes, world } from "./histories.ts";

/** Takes some ten seconds; `histories.full.test.ts` runs more and longer ones. */
const HISTORIES = 1000;

describe("the clearing house against the oracle", () => {
  it("ACCT-1..6 ORDER-2..4 MARK-3 INST-1..5 CONS-1..3: books the same to the quantum after every command", () => {
    const tally: Tally = new Map();
    const property = fc.property(world, wishes(40), (begun, history) => {
      compareHistory(begun, history, (made) => new FastHouseDriver(made), tally);
    });
    fc.assert(property, { numRuns: HISTORIES });
    // Histories that only get refused would prove little.
    const met = [...tally.keys()];
    for (const kind of ["cross one-way", "cross hedge", "isolated one-way", "isolated hedge"]) {
      for (const what of kind.endsWith("hedge") ? ["opened", "extended", "reduced"] : ["opened", "extended", "reduced", "flipped"]) {
        expect(met).toContain(`trade: ${kind} ${what}`);
      }
    }
    expect(met).toEqual(
      expect.arrayContaining(["trade: the pool paid", "funding: the pool paid", "convert: collateral sold", "settle done"]),
    );
    const refused = new Set(met.map((key) => key.split(" ")[1]));
    expect(refusals.filter((code) => !refused.has(code) && code !== "same-account" && code !== "invalid-price")).toEqual([]);
  });
});
