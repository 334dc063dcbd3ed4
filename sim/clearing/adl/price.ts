/**
 * The price of auto-deleveraging (ADL-5): at what value counterparties are closed, what of
 * the bankrupt's loss at it the pool pays, and what is left to the counterparties as a levy.
 */
import { type Instrument, valueOf } from "../../venue/instrument.ts";
import type { AdlRules } from "../../venue/rules.ts";
import { compareProducts } from "../../venue/whole.ts";
import type { Inventory } from "../insurance-fund.ts";
import { profitAt } from "../margin.ts";

/** On what terms all of an inventory would be closed, quanta. */
export interface AdlTerms {
  /** Value at the price of the rule. */
  readonly closingValue: number;
  /** What the counterparties bear of the loss beyond what the pool pays. */
  readonly levy: number;
  /** Value net of the levy: what the counterparties pay or get in all. */
  readonly netValue: number;
}

/**
 * @param payable what the pool can pay for this inventory, quanta (FUND-4)
 * @param previousMarkTicks the mark before this one
 */
export function adlTerms(
  instrument: Instrument,
  rules: Pick<AdlRules, "price" | "far">,
  inventory: Inventory,
  markTicks: number,
  previousMarkTicks: number,
  payable: number,
): AdlTerms {
  const closingValue = closingValueOf(instrument, rules, inventory, markTicks, previousMarkTicks);
  const loss = -profitAt(inventory.lots, inventory.value, closingValue);
  const levy = Math.max(0, loss - payable);
  return { closingValue, levy, netValue: inventory.lots > 0 ? closingValue + levy : closingValue - levy };
}

function closingValueOf(
  instrument: Instrument,
  { price, far }: Pick<AdlRules, "price" | "far">,
  inventory: Inventory,
  markTicks: number,
  previousMarkTicks: number,
): number {
  const atMark = valueOf(instrument, markTicks, inventory.lots);
  switch (price) {
    case "bankruptcy":
      return inventory.value;
    case "mark":
      return atMark;
    case "previous-mark":
      return valueOf(instrument, previousMarkTicks, inventory.lots);
    default: {
      const distance = Math.abs(inventory.value - atMark);
      return compareProducts(distance, far.denominator, atMark, far.numerator) > 0 ? atMark : inventory.value;
    }
  }
}
