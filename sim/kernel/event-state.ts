/** What a snapshot keeps of the event queue (TIME-4): plain numbers and columns, the events in their order. */
import { EventList, KIND_MOST, SEQUENCES } from "./event-list.ts";
import { InputError } from "./input-error.ts";

/** Numbers by name, and columns of one length by name. */
export interface EventQueueState {
  readonly numbers: Record<string, number>;
  readonly columns: Record<string, Float64Array | Int32Array>;
}

/** Columns `timesUs`, `kinds`, `sequences` and `subjects` of events in the total order of the queue. */
export function columnsOf(list: EventList): EventQueueState["columns"] {
  const columns = {
    timesUs: new Float64Array(list.length),
    kinds: new Int32Array(list.length),
    sequences: new Float64Array(list.length),
    subjects: new Float64Array(list.length),
  };
  for (const [place, row] of list.order().entries()) {
    const rank = list.ranks[row] as number;
    const kind = Math.floor(rank / SEQUENCES);
    columns.timesUs[place] = list.times[row] as number;
    columns.kinds[place] = kind;
    columns.sequences[place] = rank - kind * SEQUENCES;
    columns.subjects[place] = list.subjects[row] as number;
  }
  return columns;
}

/**
 * The number of a name.
 * @throws InputError when it is missing or no number
 */
export function numberOf(state: EventQueueState, name: string): number {
  const value: unknown = state.numbers[name];
  if (typeof value !== "number" || Number.isNaN(value)) throw new InputError(`queue: ${name}`, `expected a number, got ${String(value)}`);
  return value;
}

/**
 * The events of the columns.
 * @param sequence the next one to be given: those of the events lie below it
 * @throws InputError naming column and row of what `columnsOf` cannot have written
 */
export function eventsOf(state: EventQueueState, sequence: number): EventList {
  if (!Number.isSafeInteger(sequence) || sequence < 0) throw new InputError("queue: sequence", `expected a whole number, got ${sequence}`);
  const [times, kinds, sequences, subjects] = ["timesUs", "kinds", "sequences", "subjects"].map((name) => {
    const column = state.columns[name];
    if (column === undefined) throw new InputError(`queue: ${name}`, "the column is missing");
    return column;
  }) as [Float64Array, Int32Array, Float64Array, Float64Array];
  const list = new EventList(times.length);
  const record = new Float64Array(3);
  for (const [name, column] of Object.entries({ kinds, sequences, subjects })) {
    if (column.length !== times.length) throw new InputError(`queue: ${name}`, `expected ${times.length} rows, got ${column.length}`);
  }
  for (let row = 0; row < times.length; row++) {
    const timeUs = times[row] as number;
    const kind = kinds[row] as number;
    const given = sequences[row] as number;
    const refuse = (name: string, value: number) => new InputError(`queue: ${name}: row ${row}`, `cannot be ${value}`);
    if (!Number.isSafeInteger(timeUs) || timeUs < 0) throw refuse("timesUs", timeUs);
    if (!Number.isInteger(kind) || kind < 0 || kind > KIND_MOST) throw refuse("kinds", kind);
    if (!Number.isInteger(given) || given < 0 || given >= sequence) throw refuse("sequences", given);
    const rank = kind * SEQUENCES + given;
    const before = row === 0 ? -1 : (times[row - 1] as number);
    if (timeUs < before || (timeUs === before && rank <= (list.ranks[row - 1] as number)))
      throw new InputError(`queue: timesUs: row ${row}`, `${timeUs} is not in the order of time, kind and sequence`);
    record.set([timeUs, rank, subjects[row] as number]);
    list.push(record, 0);
  }
  return list;
}
