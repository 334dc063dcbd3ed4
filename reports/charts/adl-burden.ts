/** Who bore auto-deleveraging: the accounts that were closed, in tenths by their equity, for each policy. */
import { count, money, percent } from "../format.ts";
import { LIGHT } from "../theme.ts";
import { type ChartContext, type ChartDefinition, type ChartRows, type Drawing, type Spec, total } from "./chart.ts";
import { amountY, colours, legendColumns, panel, sheet, timed, tip } from "./panel.ts";

const TITLE = "Who bore auto-deleveraging";
/** Colours of policies, in order of their names; bars of a tenth stand in the same order. */
const POLICY_COLOURS = [LIGHT.adl, LIGHT.mark, LIGHT.fund, LIGHT.short, LIGHT.residual];

export const adlBurdenChart: ChartDefinition = {
  name: "adl-burden",
  title: TITLE,
  each: "instrument",
  queries: (context) => ({ tenths: burdenQuery(context) }),
  draw,
};

/** By policy and tenth of the accounts that were closed, ranked by equity before their first closing; legs of an account are one account. */
export function burdenQuery({ instrument }: ChartContext): string {
  return `
    WITH owners AS (
      SELECT policy, owner, arg_min(equity, booking) AS equity, sum(taken) AS taken, sum("value") AS closed
      FROM adl_natural JOIN (SELECT account, owner FROM accounts) USING (account) WHERE instrument = ${instrument} GROUP BY policy, owner
    ), ranked AS (
      SELECT *, row_number() OVER (PARTITION BY policy ORDER BY equity, owner) AS place, count(*) OVER (PARTITION BY policy) AS accounts FROM owners
    )
    SELECT policy, (10 * place + accounts - 1) // accounts AS tenth, count(*) AS accounts, CAST(min(equity) AS DOUBLE) AS least, CAST(max(equity) AS DOUBLE) AS most,
      CAST(sum(taken) AS DOUBLE) AS taken, CAST(sum(closed) AS DOUBLE) AS closed
    FROM ranked GROUP BY ALL ORDER BY policy, tenth`;
}

function draw(rows: ChartRows, context: ChartContext): Drawing {
  const { tenths = [] } = rows;
  if (tenths.length === 0) return { empty: "Nobody was auto-deleveraged: market and insurance fund took every liquidation." };
  const policies = [...new Set(tenths.map((row) => String(row["policy"])))];
  const panels = burdenPanels("tenths", "policy", policies, context);
  const all = total(tenths, "closed");
  const richest = total(
    tenths.filter((row) => row["tenth"] === 10),
    "closed",
  );
  const caption =
    `${count(total(tenths, "accounts"))} accounts in tenths by their equity before they were first closed, 1 the least, ranked by ${policies.join(", ")}. ` +
    `The tenth with the most equity had ${percent(all > 0 ? richest / all : 0)} of the ${money(all, context.settle)} closed. Taken: equity without the closing less equity with it.`;
  return { caption, spec: sheet(TITLE, caption, { tenths: timed(tenths) }, panels) };
}

/** Value closed and equity taken by tenth, side by side for each of `names` of the column `by`. */
export function burdenPanels(
  data: string,
  by: string,
  names: readonly string[],
  context: ChartContext,
  palette: readonly string[] = POLICY_COLOURS,
): Spec[] {
  const bars = (field: string, labelled: boolean): Spec => ({
    data: { name: data },
    mark: { type: "bar" },
    encoding: {
      x: {
        field: "tenth",
        type: "ordinal",
        scale: { domain: Array.from({ length: 10 }, (_, place) => place + 1) },
        axis: {
          title: labelled ? "Tenth of the accounts closed, by equity (1 the least)" : null,
          labelAngle: 0,
          labels: labelled,
          ticks: labelled,
          titleAlign: "right",
          titleAnchor: "end",
        },
      },
      xOffset: { field: by, type: "nominal", scale: { domain: names } },
      y: amountY(field),
      color: {
        field: by,
        type: "nominal",
        title: null,
        scale: colours(Object.fromEntries(names.map((name, place) => [name, palette[place % palette.length] as string]))),
        legend: labelled || names.length === 1 ? null : { symbolType: "square", columns: legendColumns(names) },
      },
      tooltip: [
        { field: by, title: by === "policy" ? "Policy" : "Run", type: "nominal" },
        tip("tenth", "Tenth", ",d"),
        tip("accounts", "Accounts", ",d"),
        tip("least", `Least equity, ${context.settle}`, ",.0f"),
        tip("most", `Most equity, ${context.settle}`, ",.0f"),
        tip("closed", `Closed, ${context.settle}`, ",.0f"),
        tip("taken", `Taken, ${context.settle}`, ",.0f"),
      ],
    },
  });
  return [
    panel(`Value closed, ${context.settle}`, 110, [bars("closed", false)]),
    panel(`Equity taken, ${context.settle}`, 110, [bars("taken", true)]),
  ];
}
