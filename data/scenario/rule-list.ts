/** The rules of a venue one by one, each with where it comes from. */
import type { ResolvedVenue } from "./venue-schema.ts";

/** One rule: `bankruptcyAt`, `mark.rule`, `instruments.BTC-USDT.tiers`. */
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
 * The rules of a venue, in the order of the profile's fields. A table of tiers or
 * haircuts is one rule; a source of `instruments.BTC-USDT.fees` holds for each of the
 * fees that has none of its own.
 */
export function venueRules(venue: ResolvedVenue): VenueRule[] {
  const { name, description, instruments, sources, ...parts } = venue;
  const rules: VenueRule[] = [];
  const add = (value: unknown, rule: string): void => {
    if (value === undefined) return;
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      for (const [field, inner] of Object.entries(value)) add(inner, `${rule}.${field}`);
    } else rules.push({ rule, value, ...sourceOf(sources, rule) });
  };
  for (const [field, part] of Object.entries(parts)) add(part, field);
  for (const instrument of instruments) add(instrument, `instruments.${instrument.symbol}`);
  return rules;
}

function sourceOf(sources: ResolvedVenue["sources"], rule: string): Pick<VenueRule, "source" | "date" | "note"> {
  for (let key = rule; key !== ""; key = key.slice(0, Math.max(0, key.lastIndexOf(".")))) {
    const found = sources[key];
    if (found !== undefined) return { source: found.source, date: found.date ?? null, note: found.note ?? null };
  }
  return { source: null, date: null, note: null };
}
