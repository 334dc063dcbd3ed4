/** What the liquidation engine holds in one instrument, liquidation by liquidation, and how each went: the rebuilt row of `liquidations`. */
import { magnitude } from "./exact.ts";
import type { AuditTerms } from "./terms.ts";
import { profitOf, shareOf, valueAt } from "./valuation.ts";

/** A liquidation as rebuilt. Lots and quanta. */
export interface RebuiltLiquidation {
  readonly account: number;
  readonly instrument: number;
  /** First liquidation of its scope; of an isolated position itself. */
  readonly scope: number;
  /** Instruments whose marks judge it, and so may have induced it: of a cross scope all in which it held a position. */
  readonly judgedBy: readonly number[];
  readonly side: "long" | "short";
  readonly triggerUs: number;
  readonly triggerMark: bigint;
  /** Bankruptcy price at the trigger, ticks. */
  readonly limit: bigint;
  readonly size: bigint;
  readonly notional: bigint;
  readonly entry: bigint;
  readonly margin: bigint;
  readonly equity: bigint;
  readonly requirement: bigint;
  /** Closed by orders of the account itself (LIQ-3), taken over, and the value of that (LIQ-4). */
  reduced: bigint;
  takeover: bigint;
  value: bigint;
  liquidated: bigint;
  fee: bigint;
  endUs: number | null;
  /** Still with the engine, signed, and the takeover value of it. */
  restLots: bigint;
  restValue: bigint;
  market: bigint;
  fund: bigint;
  /** Taken by the backstop vault (LIQ-4). */
  vault: bigint;
  adl: bigint;
  residual: bigint;
  surplus: bigint;
  cover: bigint;
  uncovered: bigint;
}

export class Engine {
  readonly #open = new Set<RebuiltLiquidation>();
  readonly #terms: AuditTerms;
  /** Sums over open ones: enough where values add up exactly. */
  #lots = 0n;
  #signedValue = 0n;

  constructor(terms: AuditTerms) {
    this.#terms = terms;
  }

  /** Takes lots, signed, of a liquidation over. */
  takeOver(liquidation: RebuiltLiquidation, lots: bigint, value: bigint): void {
    liquidation.takeover = magnitude(lots);
    liquidation.value = value;
    liquidation.restLots = lots;
    liquidation.restValue = value;
    this.#open.add(liquidation);
    this.#sum(liquidation, 1n);
  }

  /** The takeover value that goes with lots of a liquidation (INST-4). */
  valueOf({ restLots, restValue }: RebuiltLiquidation, lots: bigint): bigint {
    return shareOf(restValue, lots, magnitude(restLots));
  }

  /** Takes lots, unsigned, out of a liquidation. */
  release(liquidation: RebuiltLiquidation, lots: bigint, value: bigint, timeUs: number): void {
    this.#sum(liquidation, -1n);
    liquidation.restLots -= liquidation.restLots > 0n ? lots : -lots;
    liquidation.restValue -= value;
    this.#sum(liquidation, 1n);
    if (liquidation.restLots !== 0n) return;
    liquidation.endUs = timeUs;
    this.#open.delete(liquidation);
  }

  /** Profit of closing all that one liquidation holds at a price. */
  profitAt({ restLots, restValue }: RebuiltLiquidation, ticks: bigint): bigint {
    return restLots === 0n ? 0n : profitOf(this.#terms, restLots, restValue, valueAt(this.#terms, ticks, restLots));
  }

  /** Profit of closing all inventory at a price, each liquidation's value rounded by itself (FUND-3). */
  inventoryProfit(ticks: bigint): bigint {
    const { kind, scale } = this.#terms;
    if (kind === "linear" && scale.denominator === 1n) return this.#lots * ticks * scale.numerator - this.#signedValue;
    let profit = 0n;
    for (const liquidation of this.#open) profit += this.profitAt(liquidation, ticks);
    return profit;
  }

  #sum({ restLots, restValue }: RebuiltLiquidation, sign: bigint): void {
    this.#lots += sign * restLots;
    this.#signedValue += sign * (restLots < 0n ? -restValue : restValue);
  }
}
