/**
 * Which runs of a sweep are next. Without a stopping rule all of them, in their order; with one, of each setting as many
 * as the rule asks for, judged replication by replication, so that neither workers nor order of finishing change which runs count.
 */
import type { ResolvedScenario } from "../../data/scenario/scenario-schema.ts";
import type { PlannedRun, PreparedPlan } from "../plan/prepare.ts";
import { replicationsMost, stoppingRule } from "../plan/stopping.ts";
import { SequentialStopping, type StoppingState } from "../statistics/sequential-stopping.ts";

/** A run to be done. */
export interface ScheduledRun {
  readonly run: PlannedRun;
  readonly hash: string;
  readonly scenario: ResolvedScenario;
}

/** What a schedule needs of the sweep. */
export interface ScheduleInput {
  readonly prepared: PreparedPlan;
  /** Of the runs, in their order. */
  readonly hashes: readonly string[];
  /** Hashes of runs that were done before. */
  readonly finished: ReadonlySet<string>;
  readonly scenarioOf: (run: PlannedRun) => Promise<ResolvedScenario>;
  /** The stopping rule's metric of a run that is done; null where it has none. */
  readonly measure: (hash: string) => Promise<number | null>;
  /** Called after each end of a run. */
  readonly onEnd?: () => void;
}

/** Runs of a setting may be begun so far ahead of its judgement, or a quarter of those judged: what turns out not to count is wasted. */
const AHEAD = 8;

/** One setting under a stopping rule. */
interface Judged {
  readonly stopping: SequentialStopping;
  readonly setting: number;
  /** Replications handed out or found done. */
  begun: number;
}

/** Hands out the runs of a sweep, each once, and takes word of their ends. */
export class RunSchedule {
  readonly #input: ScheduleInput;
  readonly #perSetting: number;
  readonly #least: number;
  /** By setting; none without a stopping rule. */
  readonly #judged: readonly Judged[];
  /** Handed out or done. */
  readonly #asked: Set<string>;
  readonly #done: Set<string>;
  /** Settings and replications that wait for a run of this hash. */
  readonly #waiting = new Map<string, { readonly judged: Judged; readonly replication: number }[]>();
  readonly #problems: string[] = [];
  /** Different runs that were not done before. */
  readonly #toDo: number;
  #begun = 0;
  #place = 0;
  #underWay = 0;

  constructor(input: ScheduleInput) {
    const { plan, settings } = input.prepared;
    const rule = stoppingRule(plan);
    this.#input = input;
    this.#perSetting = replicationsMost(plan);
    this.#least = rule?.least ?? 0;
    this.#asked = new Set(input.finished);
    this.#done = new Set(input.finished);
    this.#toDo = new Set(input.hashes.filter((hash) => !input.finished.has(hash))).size;
    this.#judged = rule === null ? [] : settings.map((_, setting) => ({ stopping: new SequentialStopping(rule), setting, begun: 0 }));
  }

  /** Runs handed out that have not ended. */
  get underWay(): number {
    return this.#underWay;
  }

  /** What could not be done at all, in the order in which it was told. */
  get problems(): readonly string[] {
    return this.#problems;
  }

  /** How many runs are still to be begun: with a stopping rule, at most. */
  get left(): number {
    if (this.#judged.length === 0) return this.#toDo - this.#begun;
    return this.#judged.reduce((sum, { stopping, begun }) => sum + (isRunning(stopping) ? this.#perSetting - begun : 0), 0);
  }

  /** The next run; null when there is none, or none before some of those under way have ended. */
  async next(): Promise<ScheduledRun | null> {
    const run = this.#judged.length === 0 ? this.#nextInOrder() : await this.#nextJudged();
    return run === null ? null : { run, hash: this.#hashOf(run), scenario: await this.#input.scenarioOf(run) };
  }

  /** Tells that a run is done, and lies where `measure` finds it. */
  async finished(hash: string): Promise<void> {
    if (this.#judged.length > 0) this.#tell(hash, await this.#input.measure(hash));
    this.#done.add(hash);
    this.#underWay -= 1;
    this.#input.onEnd?.();
  }

  /** Tells that a run could not be done, by no doing of its own. */
  failed({ run, hash }: ScheduledRun, reason: string): void {
    this.#problems.push(`run ${run.run}, seed ${run.seed}: ${reason}`);
    this.#tell(hash, null);
    this.#underWay -= 1;
    this.#input.onEnd?.();
  }

  /** The runs that count, in their order, once none is left. */
  counted(): PlannedRun[] {
    const { runs } = this.#input.prepared;
    if (this.#judged.length === 0) return [...runs];
    return runs.filter(({ setting, replication }) => replication < (this.#judged[setting] as Judged).stopping.state().replications);
  }

  /** How the rule ended, setting by setting; empty without one. */
  states(): StoppingState[] {
    return this.#judged.map(({ stopping }) => stopping.state());
  }

  #hashOf({ run }: PlannedRun): string {
    return this.#input.hashes[run] as string;
  }

  #nextInOrder(): PlannedRun | null {
    const { runs } = this.#input.prepared;
    while (this.#place < runs.length) {
      const run = runs[this.#place++] as PlannedRun;
      // Settings that come to the same are run once.
      if (this.#begin(run)) return run;
    }
    return null;
  }

  /** Marks a run as handed out, unless it was; at once, since several may ask for runs at a time. */
  #begin(run: PlannedRun): boolean {
    const hash = this.#hashOf(run);
    if (this.#asked.has(hash)) return false;
    this.#asked.add(hash);
    this.#underWay += 1;
    this.#begun += 1;
    return true;
  }

  /** Of the settings still judged, the first of those least begun. */
  async #nextJudged(): Promise<PlannedRun | null> {
    for (;;) {
      let least: Judged | null = null;
      for (const each of this.#judged) if (this.#mayBegin(each) && (least === null || each.begun < least.begun)) least = each;
      if (least === null) return null;
      const run = this.#input.prepared.runs[least.setting * this.#perSetting + least.begun] as PlannedRun;
      const hash = this.#hashOf(run);
      const wait = { judged: least, replication: least.begun };
      least.begun += 1;
      if (this.#done.has(hash)) {
        least.stopping.add(wait.replication, await this.#input.measure(hash));
        continue;
      }
      const waiting = this.#waiting.get(hash);
      if (waiting === undefined) this.#waiting.set(hash, [wait]);
      else waiting.push(wait);
      if (this.#begin(run)) return run;
    }
  }

  #mayBegin({ stopping, begun }: Judged): boolean {
    if (!isRunning(stopping) || begun >= this.#perSetting) return false;
    const { replications } = stopping.state();
    return begun < Math.max(this.#least, replications + Math.max(AHEAD, Math.floor(replications / 4)));
  }

  #tell(hash: string, value: number | null): void {
    for (const { judged, replication } of this.#waiting.get(hash) ?? []) judged.stopping.add(replication, value);
    this.#waiting.delete(hash);
  }
}

function isRunning(stopping: SequentialStopping): boolean {
  return stopping.state().status === "running";
}
