/** What a job holds: runs, and the scenarios they are of, each once. */
import type { ResolvedScenario } from "../../data/scenario/scenario-schema.ts";

/** A run to be done. */
export interface QueuedRun {
  readonly hash: string;
  readonly scenario: ResolvedScenario;
}

/** The data of a job. Scenarios are text: in the database's own JSON the fields would lose their order. */
export interface JobData {
  readonly sweep: string;
  /** How often its runs could not be done before. */
  readonly attempt: number;
  readonly scenarios: readonly string[];
  readonly runs: readonly { readonly hash: string; readonly scenario: number; readonly seed: number }[];
}

/** Packs runs; the runs of a setting differ in their seed alone. */
export function packJob(sweep: string, attempt: number, runs: readonly QueuedRun[]): JobData {
  const scenarios: string[] = [];
  const packed = runs.map(({ hash, scenario }) => {
    const text = JSON.stringify({ ...scenario, seed: 0 });
    let place = scenarios.indexOf(text);
    if (place < 0) place = scenarios.push(text) - 1;
    return { hash, scenario: place, seed: scenario.seed };
  });
  return { sweep, attempt, scenarios, runs: packed };
}

/** The runs of a job, as they were packed. */
export function unpackJob({ scenarios, runs }: JobData): QueuedRun[] {
  return runs.map(({ hash, scenario, seed }) => ({
    hash,
    scenario: { ...(JSON.parse(scenarios[scenario] as string) as ResolvedScenario), seed },
  }));
}

/** The queue of a sweep. */
export function queueName(sweep: string): string {
  return `sweep-${sweep}`;
}
