import { describe, expect, test } from "vitest";
import { cascadesOf } from "../../sim/cascades.ts";
import { Liquidations } from "../../sim/clearing/liquidations.ts";
import { Table } from "../../sim/kernel/table.ts";
import { MARKS } from "../../sim/tables.ts";

/** How far the mark stood from the shadow mark, at times. */
const APART: readonly (readonly [timeUs: number, ticks: number])[] = [
  [99, 40],
  [100, -9],
  [120, 7],
  [150, -8],
  [401, 50],
];

function marksOf(apart: typeof APART): Table {
  const marks = new Table(MARKS);
  for (const [timeUs, ticks] of apart) marks.append([timeUs, 0, 1_000, 1_000 + ticks, 1_000, null, null, null]);
  return marks;
}

/** Cascades of liquidations `[account, time, parent, notional, end time or none]`, in order of trigger. */
function cascades(rows: readonly (readonly [number, number, number, number, number?])[]) {
  const liquidations = new Liquidations();
  rows.forEach(([account, timeUs, parent, notional, endUs], id) => {
    const position = { lots: 1, entryValue: 0, margin: 0 };
    liquidations.start({
      account,
      instrument: 0,
      scope: id,
      position,
      timeUs,
      markTicks: 1,
      liquidationTicks: 1,
      notional,
      equity: 0,
      requirement: 0,
      bankruptcyTicks: 1,
      booking: id,
      cause: parent >= 0 ? "induced" : "direct",
      parent,
    });
    liquidations.liquidatedQuanta[id] = notional;
    if (endUs !== undefined) liquidations.endTimeUs[id] = endUs;
  });
  return cascadesOf(liquidations, marksOf(APART));
}

describe("cascades", () => {
  test("CASC-1 CASC-2 two trees that overlap in time, and a liquidation that induced nobody", () => {
    //   0 ── 2 ── 4      1 ── 3      5 alone
    //     └─ 6
    const found = cascades([
      [10, 100, -1, 1_000, 150],
      [11, 110, -1, 2_000, 120],
      [12, 120, 0, 300, 400],
      [13, 130, 1, 50, 140],
      [14, 140, 2, 20, 200],
      [15, 150, -1, 9_999, 160],
      [10, 160, 0, 3, 170],
    ]);
    expect(found).toEqual([
      // Account 10 fell twice: four liquidations of three accounts; two generations after the root;
      // the mark stood 9 below the shadow mark at the first trigger. What it did at 99 and 401 is not of it.
      {
        root: 0,
        instrument: 0,
        firstTimeUs: 100,
        lastTimeUs: 400,
        members: [0, 2, 4, 6],
        accounts: 3,
        notionalQuanta: 1_323,
        depth: 2,
        displacement: { ticks: -9, ratio: -0.009 },
      },
      {
        root: 1,
        instrument: 0,
        firstTimeUs: 110,
        lastTimeUs: 140,
        members: [1, 3],
        accounts: 2,
        notionalQuanta: 2_050,
        depth: 1,
        displacement: { ticks: 7, ratio: 0.007 },
      },
    ]);
  });

  test("CASC-2 lasts to its last trigger while something is open", () => {
    const [one] = cascades([
      [10, 100, -1, 1, 105],
      [11, 300, 0, 1],
    ]);
    expect(one).toMatchObject({ firstTimeUs: 100, lastTimeUs: 300, depth: 1 });
  });

  test("CASC-2 an induced liquidation without a parent to name starts a tree; single ones are no cascade", () => {
    expect(cascades([])).toEqual([]);
    expect(
      cascades([
        [10, 100, -1, 1, 105],
        [11, 100, -1, 1, 105],
      ]),
    ).toEqual([]);
  });

  test("CASC-2 a chain counts its generations", () => {
    const chain = Array.from({ length: 30 }, (_, id) => [id, id, id - 1, 1, id + 1] as const);
    expect(cascades(chain)).toMatchObject([
      { root: 0, members: { length: 30 }, accounts: 30, depth: 29, displacement: { ticks: 0, ratio: 0 } },
    ]);
  });
});
