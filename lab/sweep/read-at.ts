/** A scenario whose files are read from other places than it names: on machines that have copies of them. */
import type { ResolvedScenario } from "../../data/scenario/scenario-schema.ts";
import { shockForm } from "../../data/scenario/shocks.ts";

/** Where files are to be read, by the name that the scenario has for them. */
export type ReadAt = Readonly<Record<string, string>>;

/** The scenario for running. What is recorded and hashed is the one with the names. */
export function scenarioToRead(scenario: ResolvedScenario, readAt: ReadAt): ResolvedScenario {
  const { shock, instruments } = scenario;
  const symbols = instruments.map(({ symbol }) => symbol);
  const moved =
    shockForm(shock, symbols) === "one"
      ? movedShock(shock, readAt)
      : Object.fromEntries(Object.entries(shock).map(([symbol, own]) => [symbol, movedShock(own, readAt)]));
  return { ...scenario, shock: moved as ResolvedScenario["shock"] };
}

function movedShock(shock: object, readAt: ReadAt): object {
  const entries = Object.entries(shock).map(([field, value]: [string, unknown]) => {
    const isFile = (field === "from" || field === "bars") && typeof value === "string";
    return [field, isFile && Object.hasOwn(readAt, value) ? readAt[value] : value];
  });
  return Object.fromEntries(entries);
}

/** A message in which files have the names of the scenario again. */
export function asNamed(message: string, readAt: ReadAt): string {
  return Object.entries(readAt).reduce((text, [file, place]) => text.replaceAll(place, file), message);
}
