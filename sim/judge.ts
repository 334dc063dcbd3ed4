/**
 * Everything new marks bring about (LIQ-1), over all instruments: first what the engine
 * holds already, then what newly fails, whatever it is in, lowest margin ratio first, then
 * by account, then by instrument, a cross scope after isolated positions; in the end what is
 * left of inventories.
 */
import { compareFailures, type Failure } from "./clearing/liquidation.ts";
import type { CrossLiquidations, Judged } from "./cross/cross-liquidations.ts";

/**
 * @param all instruments, by number
 * @param cross left out: no account has cross positions
 */
export function judge(all: readonly Judged[], cross: CrossLiquidations | null = null): void {
  for (const { waterfall, mark } of all) waterfall.pursueOpen(mark);
  const failing: { readonly failure: Failure; liquidate(): void }[] = [];
  for (const { waterfall, mark } of all) {
    for (const failure of waterfall.failing(mark)) failing.push({ failure, liquidate: () => waterfall.liquidate(failure.account, mark) });
  }
  for (const failure of cross?.failing(all) ?? []) failing.push({ failure, liquidate: () => cross?.liquidate(failure.account, all) });
  // Sorting is stable: of two alike in everything else the instrument of the lower number comes first.
  const { legs } = (all[0] as Judged).exchange.accounts.cash;
  failing.sort((a, b) => compareFailures(a.failure, b.failure, (number) => legs.ownerOf(number)));
  for (const { liquidate } of failing) liquidate();
  cross?.finish(all);
  for (const { waterfall, mark } of all) waterfall.finish(mark);
}
