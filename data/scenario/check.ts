/** Whether a file is valid, and what it is: the work behind `breakwater check`. */
import { InputError } from "../../sim/kernel/input-error.ts";
import { isLeverageTiers, readLeverageTiers } from "../sources/leverage-tiers.ts";
import { type Document, type JsonFile, readJsonFile } from "./bundled.ts";
import { isObject } from "./path.ts";
import { show } from "./problem.ts";
import type { ScenarioRegistries } from "./registries.ts";
import { resolveDocument, resolveVenueDocument } from "./resolve.ts";
import type { ResolvedScenario } from "./scenario-schema.ts";
import { isTierTable, readTierTables, type TierTableDocument } from "./tier-table.ts";
import type { ResolvedVenue } from "./venue-schema.ts";

/** A document that passed. */
export type CheckedDocument =
  | { readonly kind: "scenario"; readonly file: string; readonly scenario: ResolvedScenario }
  | { readonly kind: "venue"; readonly file: string; readonly venue: ResolvedVenue }
  /** A plan of a sweep, whose own checks are of those who run it. */
  | { readonly kind: "plan"; readonly file: string; readonly document: Document }
  | { readonly kind: "tiers"; readonly file: string; readonly tables: readonly TierTableDocument[] };

/** Fields by which each kind can be told from the other. */
const TELLING_FIELDS = {
  scenario: ["venue", "shock", "seed", "start", "duration", "population", "agents", "pools", "cascades", "record", "assets"],
  venue: ["extends", "tierScheme", "partialLiquidation", "fees", "mark", "funding", "fund", "adl", "collateral", "sources"],
  plan: ["scenario", "factors", "replications", "commonRandomNumbers", "design", "metrics", "stopping"],
} as const;

/**
 * Checks a scenario, a venue profile or tier tables (ours, or ccxt's), whichever it is.
 * A scenario may have rules that a run does not simulate yet; of a plan nothing is checked here.
 * @param nameOrFile a file, or the name of something bundled
 * @throws InputError for the first problem, or when it is none of these
 */
export async function checkDocument(nameOrFile: string, registries: ScenarioRegistries): Promise<CheckedDocument> {
  const read = await readJsonFile(["scenario", "plan", "venue"], nameOrFile, ".");
  const { file, content } = read;
  if (isLeverageTiers(content)) return { kind: "tiers", file, tables: readLeverageTiers(content, file) };
  if (isTierTable(content)) return { kind: "tiers", file, tables: readTierTables(content, file) };
  const document = objectOf(read);
  const kind = kindOf(document);
  if (kind === "plan") return { kind, file, document };
  if (kind === "scenario") {
    return { kind: "scenario", file, scenario: await resolveDocument(document, [], registries, "check") };
  }
  return { kind: "venue", file, venue: await resolveVenueDocument(document, registries) };
}

function objectOf(read: JsonFile): Document {
  if (!isObject(read.content)) throw new InputError(read.file, `expected an object or a list of tiers, got ${show(read.content)}`);
  return { ...read, content: read.content };
}

function kindOf({ file, content }: Document): "scenario" | "venue" | "plan" {
  const count = (fields: readonly string[]) => fields.filter((field) => Object.hasOwn(content, field)).length;
  const plan = count(TELLING_FIELDS.plan);
  const [scenario, venue] = [count(TELLING_FIELDS.scenario), count(TELLING_FIELDS.venue)];
  if (plan > scenario && plan > venue) return "plan";
  if (scenario > 0 && scenario >= venue) return "scenario";
  // A profile may have contracts only: written out, where a scenario would name them.
  if (venue > 0 || Object.hasOwn(content, "instruments")) return "venue";
  throw new InputError(
    file,
    `expected a scenario (with venue, shock, …), a plan (with scenario, factors, …), a venue profile (with instruments, mark, …) or a tier table (with tiers), got ${show(content)}`,
  );
}
