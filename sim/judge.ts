/**
 * Everything new marks bring about (LIQ-1), over all instruments: first what the engine
 * holds already, then what newly fails, whatever it is in, lowest margin ratio first, then
 * by account, then by instrument; in the end what is left of inventories.
 */
import { compareFailures, type Failure } from "./clearing/liquidation.ts";
import type { JudgedMark } from "./judged-mark.ts";
import type { Waterfall } from "./waterfall.ts";

/** One instrument's waterfall at its mark. */
export interface Judged {
  readonly waterfall: Waterfall;
  readonly mark: JudgedMark;
}

/** @param all instruments, by number */
export function judge(all: readonly Judged[]): void {
  for (const { waterfall, mark } of all) waterfall.pursueOpen(mark);
  const failing: { readonly failure: Failure; readonly judged: Judged }[] = [];
  for (const judged of all) {
    for (const failure of judged.waterfall.failing(judged.mark)) failing.push({ failure, judged });
  }
  // Sorting is stable: of two alike in everything else the instrument of the lower number comes first.
  failing.sort((a, b) => compareFailures(a.failure, b.failure));
  for (const { failure, judged } of failing) judged.waterfall.liquidate(failure.account, judged.mark);
  for (const { waterfall, mark } of all) waterfall.finish(mark);
}
