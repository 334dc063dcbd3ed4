/** Who bears auto-deleveraging: by tenths of the accounts that it closed, and by policy. */
import type { Drawing, Row, Spec } from "../../charts/chart.ts";
import { amountY, legendColumns, panel, tip } from "../../charts/panel.ts";
import { LIGHT } from "../../theme.ts";
import { OF_SETTING, settingChoice, shortRows, shownNote, shownRuns } from "../parts.ts";
import type { Sweep } from "../sweep.ts";
import { drawing, type SweepChart } from "../sweep-chart.ts";

const TITLE = "Who bears auto-deleveraging";
/** The choice of all settings together. */
const ALL = -1;
/** Of so many policies as no sweep of ours has; a further one has a colour again, and its place among the bars. */
const COLOURS = [
  ...[LIGHT.adl, LIGHT.mark, LIGHT.fund, LIGHT.short, LIGHT.long],
  ...[LIGHT.vault, LIGHT.market, LIGHT.residual, LIGHT.last, LIGHT.index],
];

export const adlBurdenChart: SweepChart = { name: "adl-burden", title: TITLE, draw };

async function draw(sweep: Sweep): Promise<Drawing> {
  const { store, tables, context } = sweep;
  if (!tables.has("adl_burden")) return { empty: "No run ended: there is no auto-deleveraging." };
  const found = [...(await burden(sweep, "runs WHERE error IS NULL", `${ALL}`)), ...(await burden(sweep, shownRuns(sweep), "setting"))];
  if (found.length === 0) return { empty: "Nobody was auto-deleveraged in any run." };
  const rows = shortRows(found, ["accounts", "taken", "closed", "share"]);
  const policies = [...new Set(rows.map((row) => String(row["policy"])))];
  const [{ runs = 0 } = {}] = await store.rows("SELECT count(DISTINCT run) AS runs FROM adl_burden");
  const caption = `Accounts that auto-deleveraging closed, in tenths by their equity before: 1 has the smallest, 10 the largest. Averages over the runs in which it closed any (${runs} in all), by policy.${shownNote(sweep)}`;
  const panels = [
    panelOf("taken", `Taken from the tenth, ${context.settle} a run`, policies, false),
    panelOf("closed", `Closed of the tenth, ${context.settle} a run`, policies, true),
  ];
  return drawing(TITLE, caption, { burden: rows }, panels, [settingChoice(sweep, [[ALL, "all settings"]])]);
}

async function burden({ store }: Sweep, runs: string, setting: string): Promise<Row[]> {
  const source = runs.startsWith("(") ? runs : `(SELECT run, setting FROM ${runs})`;
  return store.rows(
    `WITH own AS (SELECT ${setting} AS setting, run, policy, decile, accounts, equity, taken, closed FROM adl_burden JOIN ${source} USING (run)),
     counted AS (SELECT setting, policy, count(DISTINCT run) AS runs FROM own GROUP BY setting, policy)
     SELECT setting, policy, decile, sum(accounts) / any_value(runs) AS accounts, sum(taken) / any_value(runs) AS taken,
       sum(closed) / any_value(runs) AS closed, CASE WHEN sum(equity) > 0 THEN sum(taken) / sum(equity) END AS share
     FROM own JOIN counted USING (setting, policy) GROUP BY setting, policy, decile ORDER BY setting, policy, decile`,
  );
}

function panelOf(field: string, title: string, policies: readonly string[], labelled: boolean): Spec {
  const scale = { domain: policies, range: policies.map((_, place) => COLOURS[place % COLOURS.length] as string) };
  return panel(title, 150, [
    {
      data: { name: "burden" },
      transform: [OF_SETTING],
      mark: { type: "bar" },
      encoding: {
        x: {
          field: "decile",
          type: "ordinal",
          scale: { domain: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] },
          axis: { title: labelled ? "Tenth of the accounts, by equity" : null, labelAngle: 0, labels: labelled, ticks: false },
        },
        ...(policies.length > 1 ? { xOffset: { field: "policy", type: "nominal", scale: { domain: policies } } } : {}),
        y: amountY(field, { stack: null }, 4),
        color: {
          field: "policy",
          type: "nominal",
          scale,
          legend: labelled ? null : { title: null, symbolType: "square", columns: legendColumns(policies) },
        },
        tooltip: [
          { field: "policy", title: "Policy", type: "nominal" },
          tip("decile", "Tenth", "d"),
          tip("accounts", "Accounts a run", ",.3~g"),
          tip("taken", "Taken a run", ",.5~g"),
          tip("share", "of their equity", ".2%"),
          tip("closed", "Closed a run", ",.5~g"),
        ],
      },
    },
  ]);
}
