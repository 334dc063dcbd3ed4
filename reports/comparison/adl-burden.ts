/** Who bore auto-deleveraging in two runs. */
import { burdenPanels, burdenQuery } from "../charts/adl-burden.ts";
import { type Row, total } from "../charts/chart.ts";
import { sheet, timed } from "../charts/panel.ts";
import { plural } from "../format.ts";
import { PAIR_COLOURS } from "./overlay.ts";
import type { PairChart } from "./pair-chart.ts";

const TITLE = "Who bore auto-deleveraging";

export const adlBurdenPair: PairChart = {
  name: "adl-burden",
  title: TITLE,
  each: "instrument",
  queries: (context) => ({ tenths: burdenQuery(context) }),
  draw(first, second, { context, labels }) {
    const rows = [first["tenths"] ?? [], second["tenths"] ?? []];
    if (rows.every((own) => own.length === 0)) return { empty: "Nobody was auto-deleveraged in either run." };
    const tenths = rows.flatMap((own, place) => timed(own, { run: labels[place as 0 | 1] }));
    const told = rows.map((own, place) => `${labels[place as 0 | 1]} ${accountsOf(own)}`).join(", ");
    const caption = `Closed: ${told}; in tenths by their equity before they were first closed, 1 the least. Left bars are of ${labels[0]}. Of the whole of each run.`;
    return { caption, spec: sheet(TITLE, caption, { tenths }, burdenPanels("tenths", "run", labels, context, PAIR_COLOURS)) };
  },
};

function accountsOf(rows: readonly Row[]): string {
  if (rows.length === 0) return "nobody";
  const policies = [...new Set(rows.map((row) => String(row["policy"])))];
  return `${plural(total(rows, "accounts"), "account")} ranked by ${policies.join(" and ")}`;
}
