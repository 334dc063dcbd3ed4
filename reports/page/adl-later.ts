/** What auto-deleveraging took, at its events and some time after, and how it is spread (CASC-5). */
import type { Summary, TakenLater } from "../../data/store/run-directory.ts";
import { decimal, duration, money, percent, plural } from "../format.ts";
import { html, type Markup } from "../html.ts";
import type { Run } from "../run.ts";
import { table } from "./table.ts";

/** The section; null where nobody was deleveraged, or the summary does not tell. */
export function adlLaterSection({ summary, context }: Run): Markup | null {
  const { adl } = summary;
  if (adl.events === 0 || adl.later === undefined) return null;
  const unit = context.settle;
  const body = table<TakenLater>(
    [
      { heading: "Judged", cell: ({ seconds }) => whenOf(seconds) },
      { heading: "Taken", cell: ({ taken }) => money(taken, unit) },
      { heading: "Loss left by the fund", cell: () => money(adl.needed, unit) },
      { heading: "Overshoot, net", cell: ({ overshootNet }) => money(overshootNet, unit) },
      { heading: "Overshoot, gross", cell: ({ overshootGross }) => money(overshootGross, unit) },
    ],
    adl.later,
  );
  return html`<section id="adl-later"><h2>What auto-deleveraging took, and what it took later</h2>
<p>Later: what the closed accounts would have had more with the lots they lost, at the last mark of that time. Gross counts only events that took more than was needed, net all of them.</p>${body}
<p>${spreadSentences(adl, unit).join(" ")}</p></section>`;
}

function whenOf(seconds: number | null): string {
  if (seconds === null) return "at the end of the run";
  return seconds === 0 ? "at the event" : `after ${duration(seconds)}`;
}

/** How it is spread over accounts, and what leverage is left. */
function spreadSentences(adl: Summary["adl"], unit: string): string[] {
  const { spread, largestHaircutShare, neededBySize, hedged, leverageLeft } = adl;
  const sentences: string[] = [];
  if (neededBySize !== undefined) sentences.push(`Size closed times distance of its price from the mark: ${money(neededBySize, unit)}.`);
  if (spread !== undefined) {
    const { taken, closed } = spread;
    sentences.push(
      `The ten hit hardest bore ${percent(taken.topTenShare)} of what was taken (Gini ${decimal(taken.gini, 2)}), ${percent(closed.topTenShare)} of the value closed was that of ten accounts (Gini ${decimal(closed.gini, 2)}).`,
    );
  }
  if (largestHaircutShare !== undefined)
    sentences.push(`The largest haircut was ${percent(largestHaircutShare)} of the equity of a scope.`);
  if (hedged !== undefined && hedged.accounts > 0) {
    sentences.push(
      `${plural(hedged.accounts, "account")} ${hedged.accounts === 1 ? "was" : "were"} closed while hedged, in another contract of the same underlying or by the other leg, of ${money(hedged.notional, unit)}.`,
    );
  }
  if (leverageLeft !== undefined && leverageLeft.positions > 0) {
    const { positions, mean, highest, defaultsAt } = leverageLeft;
    sentences.push(
      `At the end ${plural(positions, "scope")} ${positions === 1 ? "was" : "were"} open (an isolated position, or all cross positions of an account), leverage ${decimal(mean, 1)} on average and ${decimal(highest, 1)} at most; ${percent(defaultsAt.down)} would be bankrupt ${percent(defaultsAt.move, 0)} below the last mark, ${percent(defaultsAt.up)} as much above it.`,
    );
  }
  return sentences;
}
