/** The tables written at the end of a run against the replay: liquidations, cascades, episodes. */
import type { Store } from "../store/store.ts";
import { eachRow } from "./each-row.ts";
import type { RebuiltLiquidation } from "./engine.ts";
import { compareEpisodes, episodeNumbers } from "./episodes.ts";
import type { Findings, RecordedRow } from "./findings.ts";

/** Every liquidation as the bookings make it: what was taken over is market + fund + vault + adl + residual + what is open. */
export async function compareLiquidations(
  store: Store,
  rebuilt: readonly RebuiltLiquidation[],
  findings: Findings,
): Promise<RecordedRow[]> {
  const causes: RecordedRow[] = [];
  const count = await eachRow(store, "liquidations", "liquidation", findings, (row, number) => {
    const where = `liquidations, liquidation ${number}`;
    causes.push({ cause: row["cause"], parent: row["parent"], end_time_us: row["end_time_us"] });
    const liquidation = rebuilt[number];
    if (liquidation === undefined) {
      findings.note(where, "has no trigger among the bookings");
      return;
    }
    const { market, fund, vault, adl, residual, restLots, takeover } = liquidation;
    const known = market + fund + vault + adl + residual + (restLots < 0n ? -restLots : restLots);
    if (known !== takeover) findings.note(where, `took over ${takeover} lots, of which ${known} are accounted for`);
    findings.compare(where, row, cellsOf(liquidation));
  });
  if (count < rebuilt.length) findings.note("liquidations", `${count} rows for ${rebuilt.length} triggers`);
  return causes;
}

function statusOf({ endUs, residual, vault, takeover }: RebuiltLiquidation): string {
  if (endUs === null) return "open";
  if (residual > 0n) return "residual";
  if (vault > 0n) return "vault";
  return takeover === 0n ? "reduced" : "closed";
}

function cellsOf(liquidation: RebuiltLiquidation) {
  const { endUs, residual, takeover } = liquidation;
  return {
    account: liquidation.account,
    instrument: liquidation.instrument,
    scope: liquidation.scope,
    side: liquidation.side,
    trigger_time_us: liquidation.triggerUs,
    end_time_us: endUs,
    trigger_mark_ticks: liquidation.triggerMark,
    bankruptcy_price_ticks: liquidation.limit,
    size_lots: liquidation.size,
    notional_quanta: liquidation.notional,
    entry_value_quanta: liquidation.entry,
    margin_quanta: liquidation.margin,
    equity_quanta: liquidation.equity,
    requirement_quanta: liquidation.requirement,
    reduced_lots: liquidation.reduced,
    takeover_lots: takeover,
    takeover_value_quanta: liquidation.value,
    liquidated_quanta: liquidation.liquidated,
    fee_quanta: liquidation.fee,
    market_lots: liquidation.market,
    fund_lots: liquidation.fund,
    vault_lots: liquidation.vault,
    adl_lots: liquidation.adl,
    residual_lots: residual,
    surplus_quanta: liquidation.surplus,
    cover_quanta: liquidation.cover,
    uncovered_quanta: liquidation.uncovered,
    status: statusOf(liquidation),
  };
}

/** A tree of liquidations (CASC-2) as it grows. */
interface GrowingTree {
  readonly root: number;
  readonly instrument: number;
  readonly firstUs: number;
  readonly accounts: Set<number>;
  liquidations: number;
  notional: bigint;
  depth: number;
  lastUs: number;
}

/** Cascades and episodes from the parents of the liquidations and the rebuilt figures: rows of both tables. */
export async function compareCascades(
  store: Store,
  rebuilt: readonly RebuiltLiquidation[],
  causes: readonly RecordedRow[],
  findings: Findings,
): Promise<{ cascades: number; episodes: number }> {
  const cascades = treesOf(rebuilt, causes, findings).filter(({ liquidations }) => liquidations > 1);
  const episodes = episodeNumbers(cascades);
  const count = await eachRow(store, "cascades", "cascade", findings, (row, number) => {
    const cascade = cascades[number];
    if (cascade === undefined) {
      findings.note(`cascades, cascade ${number}`, "the liquidations make no such tree");
      return;
    }
    findings.compare(`cascades, cascade ${number}`, row, {
      episode: episodes[number] ?? null,
      instrument: cascade.instrument,
      root: cascade.root,
      first_time_us: cascade.firstUs,
      last_time_us: cascade.lastUs,
      liquidations: cascade.liquidations,
      accounts: cascade.accounts.size,
      notional_quanta: cascade.notional,
      depth: cascade.depth,
    });
  });
  if (count < cascades.length) findings.note("cascades", `${count} rows for ${cascades.length} trees of liquidations`);
  return { cascades: count, episodes: await compareEpisodes(store, cascades, episodes, findings) };
}

/** All trees, those of one liquidation among them, in order of their roots. */
function treesOf(rebuilt: readonly RebuiltLiquidation[], causes: readonly RecordedRow[], findings: Findings): GrowingTree[] {
  const treeOf: GrowingTree[] = [];
  const depths: number[] = [];
  rebuilt.forEach((liquidation, number) => {
    const recorded = causes[number]?.["parent"];
    const isEarlier = typeof recorded === "number" && recorded >= 0 && recorded < number;
    // A scope is judged on the marks of its own instruments alone: nothing else can have induced its liquidation.
    const induced = isEarlier && liquidation.judgedBy.includes(rebuilt[recorded]?.instrument ?? -1);
    const parent = induced ? recorded : null;
    if (parent === null && recorded != null)
      findings.note(`liquidations, liquidation ${number}`, `parent ${String(recorded)} did not trigger before it in its instrument`);
    for (const column of ["cause", "parent"]) {
      if (causes[number]?.[column] === causes[liquidation.scope]?.[column]) continue;
      findings.note(
        `liquidations, liquidation ${number}`,
        `another ${column} than liquidation ${liquidation.scope}, the first of its scope`,
      );
    }
    const tree = parent === null ? newTree(number, liquidation) : (treeOf[parent] as GrowingTree);
    const depth = parent === null ? 0 : (depths[parent] as number) + 1;
    treeOf.push(tree);
    depths.push(depth);
    tree.accounts.add(liquidation.account);
    tree.liquidations += 1;
    tree.notional += liquidation.liquidated;
    tree.depth = Math.max(tree.depth, depth);
    tree.lastUs = Math.max(tree.lastUs, liquidation.triggerUs, liquidation.endUs ?? 0);
  });
  return [...new Set(treeOf)];
}

function newTree(root: number, { instrument, triggerUs }: RebuiltLiquidation): GrowingTree {
  return { root, instrument, firstUs: triggerUs, accounts: new Set(), liquidations: 0, notional: 0n, depth: 0, lastUs: 0 };
}
