/** The terms of a backstop vault, as a manifest has them (LIQ-4, LIQ-5). */
import { type Fraction, fractionOf, over, rounded } from "./exact.ts";

export interface VaultTerms {
  /** Below which part of the maintenance margin it takes positions; null where it takes none. */
  readonly below: Fraction | null;
  /** Seed capital, quanta. */
  readonly seed: bigint;
}

/** What of a venue's rules is about a vault. */
interface VaultRules {
  readonly backstop?: { readonly belowMaintenance: string } | null | undefined;
  readonly surplusTo: string;
}

/**
 * Those of a venue with a vault; null of one without.
 * @param seedCapital decimal of the settlement asset, of which `quantum` is the unit
 * @param file the manifest, for errors
 * @throws InputError naming manifest and field
 */
export function vaultTerms({ backstop, surplusTo }: VaultRules, seedCapital: string, quantum: Fraction, file: string): VaultTerms | null {
  if (backstop == null && surplusTo !== "vault") return null;
  const seed = rounded(over(fractionOf(seedCapital, `${file}: scenario.vault.seedCapital`), quantum), "even");
  if (backstop == null) return { below: null, seed };
  const where = `${file}: scenario.venue.backstop.belowMaintenance`;
  const [part = "", whole = "1"] = backstop.belowMaintenance.split("/");
  return { below: over(fractionOf(part, where), fractionOf(whole, where)), seed };
}
