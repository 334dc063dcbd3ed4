import fc from "fast-check";
import { describe, it } from "vitest";
import { differences } from "./compare-calculators.ts";
import { atTheEdge, documents } from "./documents.ts";

/** Takes a few seconds; `calculator.full.test.ts` asks more. */
const DOCUMENTS = 100;

describe("the margin calculator against the oracle", () => {
  it("MARGIN-1..5 TIER-1..2 ACCT-5..6 ORDER-2 LIQ-3: gives the same answer to the quantum, and prices to 1e-9", async () => {
    const property = fc.asyncProperty(documents, fc.boolean(), async (document, atEdge) => {
      const asked = atEdge ? atTheEdge(document) : document;
      const found = await differences(asked);
      if (found.length > 0) throw new Error(`${found.join("\n")}\n${JSON.stringify(asked)}`);
    });
    await fc.assert(property, { numRuns: DOCUMENTS });
  });
});
