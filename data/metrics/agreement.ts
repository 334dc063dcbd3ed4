/**
 * How far two runs of one seed agree on who is liquidated (CASC-3): the base run, and its
 * twin with liquidations off the book. A liquidation of one has its like in the other when
 * the same account is liquidated in the same instrument within the window, each once. Notional
 * is at the trigger.
 */
import { formatWhole } from "../../sim/venue/decimal.ts";
import type { Agreement } from "../store/run-directory.ts";
import type { Store } from "../store/store.ts";

/** A liquidation, as far as agreement goes. */
interface Trigger {
  readonly timeUs: number;
  readonly cause: string;
  readonly notional: bigint;
}

/** A count of liquidations with their notional, quanta. */
interface Tally {
  count: number;
  notional: bigint;
}

/** By account and instrument, in order of time. */
type Triggers = ReadonlyMap<string, readonly Trigger[]>;

const CAUSES = ["direct", "induced", "adl", "levy", "funding"] as const;

/**
 * Compares the liquidations of a base run with those of its twin.
 * @param windowUs how far apart the triggers of two that are alike may be
 */
export async function agreementOf(base: Store, twin: Store, windowUs: number): Promise<Agreement> {
  const [ours, theirs] = [await readTriggers(base), await readTriggers(twin)];
  const quantum = String((await base.rows("SELECT quantum FROM assets ORDER BY asset LIMIT 1"))[0]?.["quantum"]);
  const tally = (): Tally => ({ count: 0, notional: 0n });
  const byCause = new Map(CAUSES.map((cause) => [String(cause), { both: tally(), onlyBase: tally() }]));
  const [both, onlyBase, onlyTwin] = [tally(), tally(), tally()];
  for (const [key, mine] of ours) {
    const match = matched(mine, theirs.get(key) ?? [], windowUs);
    mine.forEach((trigger, place) => {
      const isShared = match.base.has(place);
      add(isShared ? both : onlyBase, trigger);
      const own = byCause.get(trigger.cause);
      if (own !== undefined) add(isShared ? own.both : own.onlyBase, trigger);
    });
  }
  for (const [key, others] of theirs) {
    const match = matched(ours.get(key) ?? [], others, windowUs);
    others.forEach((trigger, place) => {
      if (!match.twin.has(place)) add(onlyTwin, trigger);
    });
  }
  const written = ({ count, notional }: Tally) => ({ count, notional: formatWhole(notional, quantum) });
  return {
    windowSeconds: windowUs / 1e6,
    both: written(both),
    onlyBase: written(onlyBase),
    onlyTwin: written(onlyTwin),
    byCause: CAUSES.map((cause) => {
      const own = byCause.get(cause) ?? { both: tally(), onlyBase: tally() };
      return { cause, both: written(own.both), onlyBase: written(own.onlyBase) };
    }),
  };
}

/**
 * Pairs the triggers of one account and instrument, earliest first: with one window for all
 * no other pairing finds more.
 * @returns the places that have their like
 */
function matched(base: readonly Trigger[], twin: readonly Trigger[], windowUs: number): { base: Set<number>; twin: Set<number> } {
  const places = { base: new Set<number>(), twin: new Set<number>() };
  let next = 0;
  base.forEach(({ timeUs }, place) => {
    while (next < twin.length && (twin[next] as Trigger).timeUs < timeUs - windowUs) next += 1;
    if (next === twin.length || (twin[next] as Trigger).timeUs > timeUs + windowUs) return;
    places.base.add(place);
    places.twin.add(next);
    next += 1;
  });
  return places;
}

async function readTriggers(store: Store): Promise<Triggers> {
  const rows = await store.rows(
    "SELECT account, instrument, trigger_time_us, cause, notional_quanta FROM liquidations ORDER BY trigger_time_us, liquidation",
  );
  const triggers = new Map<string, Trigger[]>();
  for (const row of rows) {
    const key = `${String(row["account"])}/${String(row["instrument"])}`;
    const own = triggers.get(key) ?? [];
    triggers.set(key, own);
    own.push({
      timeUs: Number(row["trigger_time_us"]),
      cause: String(row["cause"]),
      notional: BigInt(row["notional_quanta"] as number | bigint),
    });
  }
  return triggers;
}

function add(tally: Tally, { notional }: Trigger): void {
  tally.count += 1;
  tally.notional += notional;
}
