/** What a scenario may name but `data/` does not know: given by whoever parses it (`lab/`). */
import type { z } from "zod";

/** The kinds of agents, the population and the ADL policies, with the schemas of their parameters. */
export interface ScenarioRegistries {
  /** By kind: an object schema of the fields of one entry of `agents`. `kind` and `count` are added where it lacks them. */
  readonly agents: Readonly<Record<string, z.ZodType>>;
  /** The fields of `population`, all with defaults. */
  readonly population: z.ZodType;
  /** Names of the ADL policies (ADL-3). */
  readonly policies: readonly string[];
}
