/**
 * What auto-deleveraging closed at the latest two marks, account by account: of one that
 * fails afterwards it is asked whether it would have passed had nothing of it been closed (CASC-1).
 */
import type { Position } from "./clearing/margin.ts";

/** What a closing took out of a position: lots with their sign, their entry value and what the margin is less by, of a cross position the wallet; quanta. */
export type Closed = Required<Pick<Position, "lots" | "entryValue" | "margin">>;

/** Numbers of one account in a state: who, and what was closed. */
const WIDTH = 4;

/** Closings of the latest two marks, as plain data: account, lots, entry value and margin of each, one after the other. */
export interface AdlClosingsState {
  readonly now: Float64Array;
  readonly before: Float64Array;
}

export class AdlClosings {
  #now = new Map<number, Closed>();
  #before = new Map<number, Closed>();

  /** A new mark is judged. */
  begin(): void {
    if (this.#now.size === 0 && this.#before.size === 0) return;
    this.#before = this.#now;
    this.#now = new Map();
  }

  /** An account was closed, in part or all of it. */
  note(account: number, before: Position, after: Position): void {
    const closed = difference(before, after);
    const earlier = this.#now.get(account);
    this.#now.set(account, earlier === undefined ? closed : joined(earlier, closed));
  }

  /**
   * The position as it would be had nothing of it been closed since the mark before was judged:
   * with the lots, their entry value and the margin they had.
   * @returns null when nothing was, or only of a position on the other side
   */
  undone(account: number, position: Position): Position | null {
    let whole: Position | null = null;
    for (const closed of [this.#before.get(account), this.#now.get(account)]) {
      if (closed === undefined || closed.lots * position.lots <= 0) continue;
      whole = { ...position, ...joined(whole ?? position, closed) };
    }
    return whole;
  }

  /** All that was closed of a position since the mark before was judged, null for nothing. */
  since(account: number): Closed | null {
    const [before, now] = [this.#before.get(account), this.#now.get(account)];
    if (before === undefined || now === undefined) return before ?? now ?? null;
    return joined(before, now);
  }

  /** A copy of what it remembers (TIME-4). */
  state(): AdlClosingsState {
    return { now: flattened(this.#now), before: flattened(this.#before) };
  }

  restore({ now, before }: AdlClosingsState): void {
    this.#now = filled(now);
    this.#before = filled(before);
  }
}

function difference(a: Position, b: Position): Closed {
  return { lots: a.lots - b.lots, entryValue: a.entryValue - b.entryValue, margin: a.margin - b.margin };
}

function joined(a: Closed, b: Closed): Closed {
  return { lots: a.lots + b.lots, entryValue: a.entryValue + b.entryValue, margin: a.margin + b.margin };
}

function flattened(closings: ReadonlyMap<number, Closed>): Float64Array {
  return Float64Array.from([...closings].flatMap(([account, { lots, entryValue, margin }]) => [account, lots, entryValue, margin]));
}

function filled(flat: Float64Array): Map<number, Closed> {
  const closings = new Map<number, Closed>();
  for (let place = 0; place < flat.length; place += WIDTH) {
    const [account, lots, entryValue, margin] = flat.subarray(place, place + WIDTH) as unknown as [number, number, number, number];
    closings.set(account, { lots, entryValue, margin });
  }
  return closings;
}
