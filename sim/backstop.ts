/**
 * The backstop (LIQ-4): whose equity has fallen below a part of its maintenance margin before the market took the
 * position, the vault takes it, and what is left of its margin, as long as it can carry it. Who has nothing left is not the vault's.
 */

import { equityAt, type Position, profitAt, requirementAt } from "./clearing/margin.ts";
import { addTo, type Engine } from "./engine.ts";
import type { Exchange } from "./exchange.ts";
import type { VaultDesk } from "./vault.ts";
import { valueOf } from "./venue/instrument.ts";
import type { BackstopRules } from "./venue/rules.ts";
import { compareProducts } from "./venue/whole.ts";

export class Backstop {
  readonly #exchange: Exchange;
  readonly #engine: Engine;
  readonly #vault: VaultDesk;
  readonly #rules: BackstopRules;

  constructor(exchange: Exchange, engine: Engine, vault: VaultDesk, rules: BackstopRules) {
    this.#exchange = exchange;
    this.#engine = engine;
    this.#vault = vault;
    this.#rules = rules;
  }

  /** Whether the vault would take a position for which the book has nothing: of a cross scope with its part of the equity. */
  wouldTake(position: Position): boolean {
    const { terms, markTicks } = this.#exchange;
    return this.#takes(position.lots, equityAt(terms, position, markTicks), requirementAt(terms, position, markTicks));
  }

  /** Whether the vault would take what rests of a liquidation with the engine: its equity is what it is worth at the mark beyond its takeover value. */
  wouldTakeRest(liquidation: number): boolean {
    const { terms, markTicks } = this.#exchange;
    const { lots, value } = this.#engine.inventory(liquidation);
    if (lots === 0) return false;
    const equity = profitAt(lots, value, valueOf(terms.instrument, markTicks, lots));
    return this.#takes(lots, equity, requirementAt(terms, { lots, entryValue: value, margin: 0 }, markTicks));
  }

  /** Hands all that rests of a liquidation to the vault at the mark; its order is off the book. */
  takeRest(liquidation: number): void {
    const { terms, markTicks } = this.#exchange;
    const { liquidations } = this.#engine;
    const { lots, value } = this.#engine.inventory(liquidation);
    const atMark = valueOf(terms.instrument, markTicks, lots);
    const left = profitAt(lots, value, atMark);
    this.#engine.release(liquidation, lots, value, "vault", atMark);
    addTo(liquidations.vaultLots, liquidation, Math.abs(lots));
    addTo(liquidations.surplus, liquidation, left);
    this.#vault.take(liquidation, lots, atMark, left);
  }

  #takes(lots: number, equity: number, requirement: number): boolean {
    const { numerator, denominator } = this.#rules.belowMaintenance;
    if (equity < 0 || compareProducts(equity, denominator, requirement, numerator) >= 0) return false;
    return this.#vault.carries(lots, equity);
  }
}
