/** The summary of a run as a short table for people. */
import type { Summary } from "../data/store/run-directory.ts";

/** Lines of `name  value`, grouped by what they are about. */
export function summaryTable(summary: Summary): string {
  const { liquidations, cascades, adl, conservation } = summary;
  const { byPath } = liquidations;
  const rows: [string, string][] = [
    ["scenario", `${summary.scenario}, venue ${summary.venue}, seed ${summary.seed}`],
    [
      "simulated",
      `${duration(summary.simulatedSeconds)}, ${count(summary.messages)} messages, ${count(summary.trades)} trades, ${count(summary.accounts)} accounts`,
    ],
    ["liquidations", `${count(liquidations.count)} worth ${money(liquidations.notional)}`],
    [
      "induced",
      `${count(liquidations.induced)}; the index alone would have reached ${count(Number(liquidations["reachedByIndex"]))} of all${otherCauses(summary)}`,
    ],
    ["closed by", `market ${count(byPath.market)}, fund ${count(byPath.fund)}, ADL ${count(byPath.adl)}${others(byPath)}`],
    [
      "cascades",
      cascades.count === 0
        ? "none"
        : `${count(cascades.count)}${inEpisodes(summary)}, the largest ${count(cascades.largestAccounts)} accounts worth ${money(cascades.largestNotional)}, the longest ${duration(cascades.longestSeconds)}`,
    ],
    ...summary.funds.map((pool): [string, string] => [
      `fund ${pool.pool}`,
      `${money(pool.start)} → ${money(pool.end)}, lowest ${money(pool.lowest)}, drawdown ${money(pool.maxDrawdown)} (${(pool.maxDrawdownRatio * 100).toFixed(1)} %)${pool.exhausted ? ", exhausted" : ""}`,
    ]),
    ...vaultRows(summary),
    [
      "ADL",
      adl.events === 0
        ? "none"
        : `${count(adl.events)} events on ${count(adl.accounts)} accounts worth ${money(adl.notional)}; losses left by the fund ${money(adl.needed)}, taken ${money(adl.taken)}${takenLater(summary)}`,
    ],
    ...instrumentRows(summary),
    ...marketRows(summary),
    ["uncovered loss", money(summary.uncoveredLoss)],
    ...twinRows(summary),
    ["conservation", `${count(conservation.checks)} checks, ${count(conservation.violations)} violations`],
    ["digest", summary.digest],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}\n`).join("");
}

/** Causes that few runs have (CASC-1). */
function otherCauses({ liquidations: { byCause } }: Summary): string {
  const named = (name: string, many = 0) => (many > 0 ? `; for ${name} ${count(many)}` : "");
  return named("funding", byCause?.funding) + named("ADL", byCause?.adl) + named("levies", byCause?.levy);
}

/** In how many episodes cascades came, where some overlapped (CASC-2). */
function inEpisodes({ cascades: { count: several, episodes } }: Summary): string {
  if (episodes === undefined || episodes.count === several) return "";
  return ` in ${count(episodes.count)} ${episodes.count === 1 ? "episode" : "episodes"}`;
}

/** What ADL had taken five seconds after its events, and from whom while hedged (CASC-5). */
function takenLater({ adl: { later, hedged } }: Summary): string {
  const five = later?.find(({ seconds }) => seconds === 5);
  const after = five === undefined ? "" : `, 5 s later ${money(five.taken)}`;
  return hedged === undefined || hedged.accounts === 0 ? after : `${after}; ${count(hedged.accounts)} of these accounts while hedged`;
}

/** What of all that happened in which instrument, when there are several. */
function instrumentRows({ instruments = [] }: Summary): [string, string][] {
  if (instruments.length < 2) return [];
  return instruments.map(({ symbol, trades, liquidations, liquidatedNotional, adlNotional, reduced = 0 }) => {
    const inPart = reduced > 0 ? ` (${count(reduced)} only reduced)` : "";
    return [
      `in ${symbol}`,
      `${count(trades)} trades, ${count(liquidations)} liquidations${inPart} worth ${money(liquidatedNotional)}, ADL worth ${money(adlNotional)}`,
    ];
  });
}

/** What the market of each instrument looked like, where that was measured: `docs/realism.md` holds it against real ones. */
function marketRows({ facts = [] }: Summary): [string, string][] {
  return facts.flatMap(({ symbol, returns: { index }, spread, depth }): [string, string][] => {
    const furthest = depth?.within.at(-1);
    const known = [
      ...(index === null ? [] : [`index volatility ${percent(index.volatility)}`]),
      ...(index === null || index.excessKurtosis === null ? [] : [`excess kurtosis ${index.excessKurtosis.toFixed(1)}`]),
      ...(spread === null ? [] : [`spread ${(spread.median * 10_000).toFixed(2)} bp`]),
      ...(furthest === undefined
        ? []
        : [`within ${furthest.basisPoints} bp bids worth ${round(furthest.bid)} and asks worth ${round(furthest.ask)}`]),
    ];
    return known.length === 0 ? [] : [[facts.length === 1 ? "market" : `market ${symbol}`, known.join(", ")]];
  });
}

function percent(part: number): string {
  return `${(part * 100).toFixed(0)} %`;
}

/** A statistic, thousands separated, to three digits. */
function round(value: number): string {
  return new Intl.NumberFormat("en-US", { maximumSignificantDigits: 3 }).format(value);
}

/** What the same seed came to with liquidations off the book (CASC-3), when the scenario asked for it. */
function twinRows({ counterfactual: twin }: Summary): [string, string][] {
  if (twin === undefined) return [];
  const { both, onlyBase, onlyTwin, windowSeconds } = twin.agreement;
  return [
    ["off the book", `${count(twin.liquidations.count)} liquidations worth ${money(twin.liquidations.notional)}`],
    [
      "agreement",
      `${count(both.count)} in both runs within ${duration(windowSeconds)}, ${count(onlyBase.count)} only with the book, ${count(onlyTwin.count)} only off it`,
    ],
  ];
}

/** The backstop vault, where the venue has one (LIQ-4, LIQ-5). */
function vaultRows({ vault }: Summary): [string, string][] {
  if (vault === undefined) return [];
  const { start, end, lowest, positions, notional } = vault;
  return [
    ["vault", `${money(start)} → ${money(end)}, lowest ${money(lowest)}; took ${count(positions)} positions worth ${money(notional)}`],
  ];
}

/** Liquidations that ended with vault or house, whose position passed after reductions, or that had not ended. */
function others(byPath: Record<string, unknown>): string {
  const named = (name: string, label: string) => (Number(byPath[name] ?? 0) > 0 ? `, ${label} ${count(Number(byPath[name]))}` : "");
  return named("vault", "vault") + named("house", "house") + named("reduced", "only reduced") + named("open", "still open");
}

/** Thousands separated, rounded to two decimals, more for less than a hundredth: the exact figure stands in `summary.json`. */
function money(text: string): string {
  const size = Math.abs(Number(text));
  const most = size > 0 && size < 0.01 ? { maximumSignificantDigits: 2 } : { maximumFractionDigits: 2 };
  return new Intl.NumberFormat("en-US", most).format(text as Intl.StringNumericLiteral);
}

function count(value: number): string {
  return separate(String(value));
}

function separate(whole: string): string {
  return whole.replace(/\B(?=(\d{3})+$)/g, ",");
}

function duration(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  return seconds < 7200 ? `${(seconds / 60).toFixed(1)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
