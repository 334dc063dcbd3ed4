import fc from "fast-check";
import { describe, it } from "vitest";
import { compareHistory } from "./compare-houses.ts";
import { FastHouseDriver } from "./fast-house.ts";
import { wishes, world } from "./histories.ts";

const HISTORIES = 12_000;
const LONG_HISTORIES = 300;

describe("the clearing house against the oracle, at length", () => {
  it("ACCT-1..6 ORDER-2..4 MARK-3 INST-1..5 CONS-1..3: books the same to the quantum over many short histories", () => {
    const property = fc.property(world, wishes(40), (begun, history) => {
      compareHistory(begun, history, (made) => new FastHouseDriver(made), new Map());
    });
    fc.assert(property, { numRuns: HISTORIES });
  });

  it("ACCT-1..6 ORDER-2..4 MARK-3 INST-1..5 CONS-1..3: books the same to the quantum over some long histories", () => {
    const property = fc.property(world, wishes(400), (begun, history) => {
      compareHistory(begun, history, (made) => new FastHouseDriver(made), new Map());
    });
    fc.assert(property, { numRuns: LONG_HISTORIES });
  });
});
