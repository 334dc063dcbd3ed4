/**
 * The audit of a twin run (CASC-3), in which the house takes at the mark all that fails: the
 * same replay under other terms, and nothing may have stayed with the engine.
 */
import type { RebuiltLiquidation } from "./engine.ts";
import type { Findings } from "./findings.ts";
import type { AuditTerms } from "./terms.ts";

/** Terms of a venue whose liquidations never reach the book: no reductions, pools that hold nothing, margin left over is the trader's. */
export function offBookTerms(terms: AuditTerms): AuditTerms {
  const pools = { seed: 0n, settlement: "continuous", residual: "house", feeShare: { numerator: 0n, denominator: 1n } } as const;
  return { ...terms, ...pools, takeoverAt: "mark", surplusTo: "trader", vault: null, reduces: false };
}

/** Every position that failed went to the house whole, at the instant of its trigger. */
export function checkOffBook(liquidations: readonly RebuiltLiquidation[], findings: Findings): void {
  liquidations.forEach(({ size, residual, triggerUs, endUs }, number) => {
    if (residual === size && endUs === triggerUs) return;
    findings.note(
      `liquidations, liquidation ${number}`,
      `CASC-3: the house took ${residual} of ${size} lots, all of them at once was expected`,
    );
  });
}
