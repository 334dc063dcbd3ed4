/**
 * Liquidations off the book (CASC-3): the house closes who fails at the mark and keeps the
 * position. Nothing of it reaches the book, so no liquidation can move a price and bring
 * about another; neither pool nor auto-deleveraging has a part in it.
 */
import type { SimulationInput } from "./input.ts";
import type { VenueRules } from "./venue/rules.ts";
import type { WaterfallRules } from "./waterfall.ts";

/**
 * A venue's rules for liquidations off the book: the trader keeps what is left of the
 * margin after the liquidation fee, and a loss beyond it is the house's, since the pools hold nothing.
 */
export function offBookRules(rules: Pick<VenueRules, "adl">): WaterfallRules {
  return { adl: { ...rules.adl, triggers: [], drawdown: null }, surplusTo: "trader", takeoverAt: "mark", backstop: null, offBook: true };
}

/** The input of a simulation as it goes by it. */
export type EffectiveInput = SimulationInput & { readonly rules: WaterfallRules };

/** What a simulation goes by: with liquidations off the book by these rules, and with pools that are off, so that nothing goes in and no settlement comes. */
export function effectiveInput(input: SimulationInput): EffectiveInput {
  if (input.liquidationsOffBook !== true) return input;
  const { fund: _fund, ...rules } = input.rules;
  return { ...input, rules: { ...rules, ...offBookRules(rules) }, poolSeeds: {} };
}
