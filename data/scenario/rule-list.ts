/** The rules of a venue one by one, each with where it comes from. */
import type { ResolvedVenue } from "./venue-schema.ts";

/** One rule: `liquidation.bankruptcyAt`, `instruments.BTC-USDT.fees.maker`. */
export interface VenueRule {
  readonly rule: string;
  readonly value: unknown;
  /** Null when the profile names none. */
  readonly source: string | null;
  /** Date of the source, or on which it was read; null when there is none. */
  readonly date: string | null;
  readonly note: string | null;
}

/**
 * The rules of a venue, in the order of the profile. A tier table is one rule; a source
 * of `instruments.BTC-USDT.fees` holds for each of the fees that has none of its own.
 */
export function venueRules(venue: ResolvedVenue): VenueRule[] {
  const { mark, liquidation, fund, adl, orders } = venue;
  const rules: VenueRule[] = [];
  const add = (value: unknown, rule: string): void => {
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      for (const [name, inner] of Object.entries(value)) add(inner, `${rule}.${name}`);
    } else rules.push({ rule, value, ...sourceOf(venue.sources, rule) });
  };
  for (const [name, part] of Object.entries({ mark, liquidation, fund, adl, orders })) add(part, name);
  for (const instrument of venue.instruments) add(instrument, `instruments.${instrument.symbol}`);
  return rules;
}

function sourceOf(sources: ResolvedVenue["sources"], rule: string): Pick<VenueRule, "source" | "date" | "note"> {
  for (let key = rule; key !== ""; key = key.slice(0, Math.max(0, key.lastIndexOf(".")))) {
    const found = sources[key];
    if (found !== undefined) return { source: found.source, date: found.date ?? null, note: found.note ?? null };
  }
  return { source: null, date: null, note: null };
}
