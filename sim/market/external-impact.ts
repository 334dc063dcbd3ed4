/**
 * What trading outside does to the external price (MARK-4): each trade moves it by a part
 * in proportion to its value, in a drought by more, and the movement halves every half-life. With no such trades
 * the price is exactly the scenario's path.
 */
import exp from "@stdlib/math-base-special-exp";
import { nearestEven } from "../kernel/nearest-even.ts";
import { type Drought, depthAt } from "./drought.ts";

/** How deep the external market is. */
export interface ImpactRules {
  /** Part of the price that one quantum of value traded moves it by. */
  readonly partPerQuantum: number;
  readonly halfLifeUs: number;
  /** Times in which less depth moves it by more, in order of their beginnings; left out: none. */
  readonly droughts?: readonly Drought[];
}

/** Furthest down and up that the price may be moved, as parts of it: to a tenth and to ten times. Its value is what moves it on, so it would know no end. */
const DOWN_MOST = -0.9;
const UP_MOST = 9;

/** Some depth is left in any drought: with none a price would have no end. */
const DEPTH_LEAST = 0.01;

export class ExternalImpact {
  /** Movement as a part of the price, and the time at which it was that: the whole memory. */
  readonly state: Float64Array = new Float64Array(2);
  readonly #rules: ImpactRules | null;

  /** @param rules null for a market that nothing moves */
  constructor(rules: ImpactRules | null) {
    this.#rules = rules;
  }

  /** A trade outside: bought positive. */
  traded(timeUs: number, signedQuanta: number): void {
    if (this.#rules === null) return;
    this.#decayTo(timeUs);
    const { partPerQuantum, droughts = [] } = this.#rules;
    const depth = Math.max(DEPTH_LEAST, depthAt(droughts, timeUs));
    const moved = (this.state[0] as number) + (signedQuanta * partPerQuantum) / depth;
    this.state[0] = Math.min(UP_MOST, Math.max(DOWN_MOST, moved));
  }

  /** The external price now, whole ticks (nearest, ties to even), at least 1. */
  priceTicks(timeUs: number, pathTicks: number): number {
    if (this.state[0] === 0) return pathTicks;
    this.#decayTo(timeUs);
    return Math.max(1, nearestEven(pathTicks * (1 + (this.state[0] as number))));
  }

  #decayTo(timeUs: number): void {
    const { halfLifeUs } = this.#rules as ImpactRules;
    const halfLives = (timeUs - (this.state[1] as number)) / halfLifeUs;
    this.state[0] = (this.state[0] as number) * exp(-Math.LN2 * halfLives);
    this.state[1] = timeUs;
  }
}
