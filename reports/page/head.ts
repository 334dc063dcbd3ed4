/** Above the charts: what was run, what came of it in a sentence, and the summary as tiles. */

import type { PoolSummary, Summary } from "../../data/store/run-directory.ts";
import { clock, count, day, decimal, duration, money, percent, plural } from "../format.ts";
import { html, type Markup } from "../html.ts";
import type { Run } from "../run.ts";
import { tile } from "./tile.ts";

/** So many instruments are named in a sentence. */
const NAMED_MOST = 5;

/** The page's header: title, the run in one sentence, its description, and the finding. */
export function pageHeader(run: Run): Markup {
  const { manifest } = run;
  const about = manifest.scenario.description ?? "";
  return html`<header>
<p class="eyebrow">Breakwater run report${manifest.liquidationsOffBook === true ? ": the twin run, with liquidations off the book" : ""}</p>
<h1>${manifest.scenario.name}</h1>
<p class="lead">${runSentence(run)}</p>
${about === "" ? null : html`<p class="about">${about}</p>`}
<p class="finding">${finding(run)}</p>
</header>`;
}

/** What was run, in one sentence. */
export function runSentence({ context, contexts, summary, manifest }: Run): string {
  const startMs = context.startUs / 1000;
  return (
    `${duration(summary.simulatedSeconds)} of ${listed(contexts.map(({ symbol }) => symbol))} on venue ${summary.venue} from ${day(startMs)}, ${clock(startMs).slice(0, 5)} UTC, ` +
    `with ${plural(summary.accounts, "account")}, ${plural(summary.messages, "message")} and ${plural(summary.trades, "trade")}; seed ${manifest.seed}.`
  );
}

/** `A`, `A and B`, `A, B and 7 more`. */
function listed(symbols: readonly string[]): string {
  if (symbols.length <= 2) return symbols.join(" and ");
  const last = symbols.length <= NAMED_MOST ? (symbols.at(-1) as string) : `${symbols.length - NAMED_MOST + 1} more`;
  return `${symbols.slice(0, Math.min(symbols.length, NAMED_MOST) - 1).join(", ")} and ${last}`;
}

export function finding({ summary, context }: Run): string {
  if (summary.liquidations.count === 0) return "Nothing was liquidated: no payment of the insurance fund, no auto-deleveraging.";
  const { liquidations, cascades, adl } = summary;
  const pool = deepestPool(summary);
  const worth = money(liquidations.notional, context.settle);
  const reduced = Number(liquidations.byPath.reduced ?? 0);
  const what =
    reduced === 0
      ? `${plural(liquidations.count, "position")} worth ${worth} ${liquidations.count === 1 ? "was" : "were"} liquidated`
      : `${plural(liquidations.count, "liquidation")} closed positions worth ${worth}, ${count(reduced)} of them only in part`;
  const chain =
    cascades.count === 0
      ? "none in a cascade"
      : `the largest of ${plural(cascades.count, "cascade")} took ${plural(cascades.largestAccounts, "account")}`;
  if (summary.liquidationsOffBook === true) return `${what}, all of it taken by the house at the mark, off the book.`;
  const fund =
    pool === undefined || Number(pool.maxDrawdown) === 0
      ? "The insurance fund never fell."
      : `The insurance fund${summary.funds.length > 1 ? ` ${pool.pool}` : ""} fell by ${money(pool.maxDrawdown, context.settle)}, ${percent(pool.maxDrawdownRatio)} of its peak${pool.exhausted ? ", and was exhausted" : ""}.`;
  const who =
    adl.events === 0
      ? "Nobody was auto-deleveraged."
      : `Auto-deleveraging closed ${money(adl.notional, context.settle)} of ${plural(adl.accounts, "account")}.`;
  return `${what}; ${chain}. ${fund} ${who}`;
}

/** The pool that fell furthest, if there is one. */
export function deepestPool(summary: Summary): PoolSummary | undefined {
  return [...summary.funds].sort((a, b) => Number(b.maxDrawdown) - Number(a.maxDrawdown))[0];
}

/** The backstop vault, where the venue has one (LIQ-4, LIQ-5). */
function vaultTiles({ summary: { vault }, context }: Run): Markup[] {
  if (vault === undefined) return [];
  const { start, end, lowest, positions, notional } = vault;
  return [
    tile("Vault equity at the end", money(end), context.settle, [
      ["Seed capital", money(start)],
      ["Lowest", money(lowest)],
      ["Positions taken", count(positions)],
      ["Worth", money(notional)],
    ]),
  ];
}

/** The whole summary as tiles. */
export function summaryTiles(run: Run): Markup {
  const { summary, context } = run;
  const { liquidations, cascades, adl, conservation } = summary;
  const unit = context.settle;
  const pool = deepestPool(summary);
  const { byPath } = liquidations;
  const tiles = [
    tile("Liquidated", money(liquidations.notional), unit, [
      ["Liquidations", count(liquidations.count)],
      ["Accounts", count(liquidations.accounts)],
      ["Induced", share(liquidations.induced, liquidations.count)],
      ...otherCauses(summary),
      ...(liquidations.reachedByIndex === undefined
        ? []
        : ([["By index alone", share(liquidations.reachedByIndex, liquidations.count)]] as [string, string][])),
    ]),
    tile("Closed by the market alone", count(byPath.market), `of ${plural(liquidations.count, "liquidation")}`, [
      ...(Number(byPath["vault"] ?? 0) === 0
        ? []
        : ([["Reached the vault", share(Number(byPath["vault"]), liquidations.count)]] as [string, string][])),
      ["Reached the fund", share(byPath.fund, liquidations.count)],
      ["Reached ADL", share(byPath.adl, liquidations.count)],
      ...(Number(byPath.reduced ?? 0) === 0
        ? []
        : ([["Only reduced", share(Number(byPath.reduced), liquidations.count)]] as [string, string][])),
      ...(Number(byPath["open"] ?? 0) === 0
        ? []
        : ([["Still open at the end", share(Number(byPath["open"]), liquidations.count)]] as [string, string][])),
      [
        "Uncovered loss",
        Number(summary.uncoveredLoss) === 0 ? "none" : html`<span class="bad">${money(summary.uncoveredLoss, unit)}</span>`,
      ],
    ]),
    tile("Cascades", count(cascades.count), "", [
      ["Largest", cascades.count === 0 ? "–" : plural(cascades.largestAccounts, "account")],
      ["Largest liquidated", cascades.count === 0 ? "–" : money(cascades.largestNotional, unit)],
      ["Longest", cascades.count === 0 ? "–" : duration(cascades.longestSeconds)],
      ["Branching ratio", percent(cascades.branchingRatio)],
      ...(cascades.perDay === undefined ? [] : ([["Per simulated day", decimal(cascades.perDay, 1)]] as [string, string][])),
      ...(cascades.episodes === undefined ? [] : ([["Episodes", count(cascades.episodes.count)]] as [string, string][])),
    ]),
    ...vaultTiles(run),
    ...(pool === undefined
      ? []
      : [
          tile("Insurance fund drawdown", money(pool.maxDrawdown), unit, [
            ...(summary.funds.length > 1 ? ([["Deepest of the pools", pool.pool]] as [string, string][]) : []),
            ["Of its peak", percent(pool.maxDrawdownRatio)],
            ["Start", money(pool.start, unit)],
            ["Lowest", money(pool.lowest, unit)],
            ["End", money(pool.end, unit)],
          ]),
        ]),
    tile("Auto-deleveraged", money(adl.notional), unit, [
      ["Events", count(adl.events)],
      ...(Number(adl.eventsWithoutNeed ?? 0) === 0
        ? []
        : ([["While the fund could pay", count(Number(adl.eventsWithoutNeed))]] as [string, string][])),
      ["Accounts", count(adl.accounts)],
      ["Loss left by the fund", money(adl.needed, unit)],
      ["Taken from winners", money(adl.taken, unit)],
      ["Overshoot, net", money(adl.overshootNet, unit)],
      ["Overshoot, gross", money(adl.overshootGross, unit)],
    ]),
    tile(
      "Conservation of money",
      conservation.violations === 0 ? html`<span class="good">holds</span>` : html`<span class="bad">violated</span>`,
      "",
      [
        ["Checks", count(conservation.checks)],
        ["Violations", count(conservation.violations)],
      ],
    ),
  ];
  return html`<div class="tiles">${tiles}</div>`;
}

/** Causes that few runs have (CASC-1). */
function otherCauses({ liquidations: { byCause, count: all } }: Summary): [string, string][] {
  const named: [string, number | undefined][] = [
    ["For funding", byCause?.funding],
    ["For auto-deleveraging", byCause?.adl],
    ["For a levy", byCause?.levy],
  ];
  return named.flatMap(([name, part]): [string, string][] => (part === undefined || part === 0 ? [] : [[name, share(part, all)]]));
}

function share(part: number, whole: number): string {
  return whole === 0 ? "0" : `${count(part)} (${percent(part / whole)})`;
}
