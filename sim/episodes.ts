/**
 * Episodes (CASC-2): cascades that overlap in time, joined one after the other, whatever
 * their instruments. Trees tell who induced whom; an episode tells what came at once.
 */
import { type Cascade, furthestApart } from "./cascades.ts";
import type { LiquidationStart, Liquidations } from "./clearing/liquidations.ts";
import type { Table } from "./kernel/table.ts";

export interface Episode {
  /** Numbers of its cascades, in order of their roots' triggers. */
  readonly cascades: readonly number[];
  /** First trigger, last closing. */
  readonly firstTimeUs: number;
  readonly lastTimeUs: number;
  /** How many instruments its cascades are of. */
  readonly instruments: number;
  readonly liquidations: number;
  readonly accounts: number;
  readonly notionalQuanta: number;
  /** Generations after the root of its deepest cascade. */
  readonly depth: number;
  /** Of its instruments the one whose mark was displaced furthest during all of the episode, the lowest number of equals; and how far, as a part of the shadow mark. */
  readonly displacedInstrument: number;
  readonly displacementRatio: number;
}

/**
 * All episodes, in order of time. Two cascades overlap when neither ends before the other begins: one that
 * begins at the instant of the other's last closing is of the same episode.
 * @param cascades in order of their roots' triggers
 * @param marks the table of marks, in order of time
 */
export function episodesOf(cascades: readonly Cascade[], liquidations: Liquidations, marks: Table): Episode[] {
  const groups: number[][] = [];
  let lastTimeUs = Number.NEGATIVE_INFINITY;
  cascades.forEach((cascade, number) => {
    // They come in order of their beginnings, so whatever ends last says whether this one still overlaps.
    if (cascade.firstTimeUs > lastTimeUs) groups.push([number]);
    else (groups.at(-1) as number[]).push(number);
    lastTimeUs = Math.max(lastTimeUs, cascade.lastTimeUs);
  });
  return groups.map((numbers) => measure(numbers, cascades, liquidations, marks));
}

function measure(numbers: readonly number[], all: readonly Cascade[], { starts }: Liquidations, marks: Table): Episode {
  const cascades = numbers.map((number) => all[number] as Cascade);
  const instruments = [...new Set(cascades.map(({ instrument }) => instrument))].sort((a, b) => a - b);
  const accounts = new Set(cascades.flatMap(({ members }) => members.map((member) => (starts[member] as LiquidationStart).account)));
  const { firstTimeUs } = cascades[0] as Cascade;
  const lastTimeUs = cascades.reduce((last, cascade) => Math.max(last, cascade.lastTimeUs), firstTimeUs);
  let [displacedInstrument, displacementRatio] = [instruments[0] as number, 0];
  for (const instrument of instruments) {
    const { ratio } = furthestApart(marks, instrument, firstTimeUs, lastTimeUs);
    if (Math.abs(ratio) > Math.abs(displacementRatio)) [displacedInstrument, displacementRatio] = [instrument, ratio];
  }
  return {
    cascades: numbers,
    firstTimeUs,
    lastTimeUs,
    instruments: instruments.length,
    liquidations: cascades.reduce((sum, { members }) => sum + members.length, 0),
    accounts: accounts.size,
    notionalQuanta: cascades.reduce((sum, { notionalQuanta }) => sum + notionalQuanta, 0),
    depth: cascades.reduce((deepest, { depth }) => Math.max(deepest, depth), 0),
    displacedInstrument,
    displacementRatio,
  };
}
