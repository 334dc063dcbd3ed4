/** Whether a file is valid, and what it is: the work behind `breakwater check`. */
import { InputError } from "../../sim/kernel/input-error.ts";
import { type Document, readDocument } from "./bundled.ts";
import { show } from "./problem.ts";
import type { ScenarioRegistries } from "./registries.ts";
import { resolveDocument, resolveVenueDocument } from "./resolve.ts";
import type { ResolvedScenario } from "./scenario-schema.ts";
import type { ResolvedVenue } from "./venue-schema.ts";

/** A document that passed. */
export type CheckedDocument =
  | { readonly kind: "scenario"; readonly file: string; readonly scenario: ResolvedScenario }
  | { readonly kind: "venue"; readonly file: string; readonly venue: ResolvedVenue };

/** Fields by which each kind can be told from the other. */
const TELLING_FIELDS = {
  scenario: ["venue", "shock", "seed", "start", "duration", "population", "agents", "pools", "index", "cascades", "record", "assets"],
  venue: ["extends", "mark", "liquidation", "fund", "adl", "orders", "sources"],
} as const;

/**
 * Checks a scenario or a venue profile, whichever it is.
 * @param nameOrFile a file, or the name of something bundled
 * @throws InputError for the first problem, or when it is neither of the two
 */
export async function checkDocument(nameOrFile: string, registries: ScenarioRegistries): Promise<CheckedDocument> {
  const document = await readDocument(["scenario", "venue"], nameOrFile, ".");
  const { file } = document;
  if (kindOf(document) === "scenario") return { kind: "scenario", file, scenario: await resolveDocument(document, [], registries) };
  return { kind: "venue", file, venue: await resolveVenueDocument(document, registries) };
}

function kindOf({ file, content }: Document): "scenario" | "venue" {
  const count = (fields: readonly string[]) => fields.filter((field) => Object.hasOwn(content, field)).length;
  const [scenario, venue] = [count(TELLING_FIELDS.scenario), count(TELLING_FIELDS.venue)];
  if (scenario > 0 && scenario >= venue) return "scenario";
  // A profile may have contracts only: written out, where a scenario would name them.
  if (venue > 0 || Object.hasOwn(content, "instruments")) return "venue";
  throw new InputError(
    file,
    `expected a scenario (with venue, shock, …) or a venue profile (with instruments, mark, …), got ${show(content)}`,
  );
}
