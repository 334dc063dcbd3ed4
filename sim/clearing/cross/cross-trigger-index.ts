/**
 * The cross trigger index: which cross scopes prices may have put at risk (LIQ-1), without
 * walking all of them, and who of them fails, exactly and in order. A scope that is seen to
 * be safe keeps a part of its slack for rests, which puts it in a class, and with what is
 * left of it has two thresholds for the common move (`path.ts`, `reach.ts`). It is looked
 * at again when the common move crosses a threshold or its class is due; what is not looked
 * at cannot be at risk.
 *
 * Runs use it through `sim/cross/watch.ts`.
 */
import { TriggerIndex } from "../../kernel/trigger-index.ts";
import { CrossJudge, Failures } from "./judge.ts";
import { type CrossMotion, CrossPath } from "./path.ts";
import { CrossReach } from "./reach.ts";
import { ALWAYS, RestClasses } from "./rest-classes.ts";
import { type CrossScopes, ROW_NUMBERS } from "./scopes.ts";
import type { CrossPrices, CrossTerms } from "./terms.ts";

/** The common move in whole steps, as the trigger index has them. */
const STEPS = 2 ** 40;
/** More steps than roundings come to. */
const STEPS_MARGIN = 64;
/** Part of the slack that rests may take: within these; and how much faster than lately they are expected to wander. */
const REST_HASTE = 3;
const REST_LEAST = 0.05;
const REST_MOST = 0.75;
/** The reach need not come nearer to the box than this. */
const ENOUGH = 8;
/** Boxes in which slopes are bounded, the next when one is too wide. */
const BOXES = [0.5, 0.125, 0.03125, 0.0078125, 0.001953125, 0.0001220703125] as const;

const LOOK_NUMBERS = 2;
const DUE_AT = 0;
const BOX = 1;
/** So many scopes are read from memory at once. */
const AHEAD = 8;
/** Numbers in a line of memory. */
const MEMORY_LINE = 8;

export class CrossTriggerIndex {
  readonly scopes: CrossScopes;
  /** Scopes that moves have looked at so far: most are seen to be safe in doubles, the others judged exactly. */
  looked = 0;
  readonly #judge: CrossJudge;
  readonly #path: CrossPath;
  readonly #reach: CrossReach;
  readonly #classes: RestClasses;
  /** Thresholds of the common move below and above. */
  readonly #falls: TriggerIndex;
  readonly #rises: TriggerIndex;
  /** By scope, side by side: number of the move at which it was last found to be due, and the box in which it was last measured, or a wider one. */
  readonly #looks: Float64Array;

  /** Keeps what is read ahead from being left out as of no use. */
  readonly #fetched = new Float64Array(1);

  /** Takes all scopes in. @param start prices of now; coordinates are relative to them */
  constructor(terms: CrossTerms, scopes: CrossScopes, start: CrossPrices, motion: CrossMotion = {}) {
    this.scopes = scopes;
    this.#judge = new CrossJudge(terms, scopes);
    this.#path = new CrossPath(terms, start, motion);
    this.#reach = new CrossReach(terms, scopes, this.#path);
    this.#classes = new RestClasses(this.#path, scopes.count);
    this.#falls = new TriggerIndex(scopes.count);
    this.#rises = new TriggerIndex(scopes.count);
    this.#looks = new Float64Array(scopes.count * LOOK_NUMBERS);
    for (let scope = 0; scope < scopes.count; scope++) if (scopes.held[scope] !== 0) this.update(scope);
  }

  /**
   * Tells new prices: who fails at them, lowest ratio first, then account number, then
   * asset (LIQ-1). Who fails is judged again at every move until `update` finds it safe.
   */
  move(prices: CrossPrices): readonly number[] {
    this.#path.move(prices);
    const due = this.#due();
    if (due.length === 0) return due;
    const { moves } = this.#path;
    const failures = new Failures();
    for (let place = 0; place < due.length; place++) {
      if (place % AHEAD === 0) this.#fetch(due, place);
      const scope = due[place] as number;
      if (this.#looks[scope * LOOK_NUMBERS + DUE_AT] === moves) continue;
      this.#looks[scope * LOOK_NUMBERS + DUE_AT] = moves;
      this.looked += 1;
      if (this.#settle(scope) || !this.#judge.isAtRisk(scope, prices)) continue;
      failures.add(scope, this.#judge);
    }
    return failures.order();
  }

  /** Reads what the next scopes consist of, all at once, so that memory is waited for once and not scope by scope. */
  #fetch(due: readonly number[], from: number): void {
    const { rows, first, held, cash } = this.scopes;
    const until = Math.min(due.length, from + AHEAD);
    let sum = 0;
    for (let place = from; place < until; place++) {
      const scope = due[place] as number;
      const start = (first[scope] as number) * ROW_NUMBERS;
      const end = start + (held[scope] as number) * ROW_NUMBERS;
      for (let at = start; at < end; at += MEMORY_LINE) sum += rows[at] as number;
      sum += (cash[scope] as number) + (this.#looks[scope * LOOK_NUMBERS] as number) + this.#classes.fetch(scope);
    }
    this.#fetched[0] = sum;
  }

  /** Takes in what has changed in positions, orders or cash of a scope. In multi-currency mode: of an account's first scope. */
  update(scope: number): void {
    if ((this.scopes.held[scope] as number) > 0) this.#settle(scope);
    else {
      this.#classes.leave(scope);
      this.#falls.set(scope, 0, 0);
      this.#rises.set(scope, 0, 0);
    }
  }

  #due(): number[] {
    const steps = this.#steps(0);
    const falls = this.#falls.take(steps);
    const rises = this.#rises.take(steps);
    const due = falls.length === 0 && rises.length === 0 ? [] : [...falls, ...rises];
    this.#classes.due(due);
    return due;
  }

  /** The common move and a distance from it in whole steps, from 1. */
  #steps(distance: number): number {
    return Math.max(1, Math.floor((1 + this.#path.common + distance) * STEPS));
  }

  /** It is judged at every move. */
  #always(scope: number): void {
    this.#classes.join(scope, ALWAYS, 0);
    this.#falls.set(scope, 0, 0);
    this.#rises.set(scope, 0, 0);
  }

  /** Says when a scope is to be looked at again. Returns whether it is certainly safe until then; if not, it is looked at at every move. */
  #settle(scope: number): boolean {
    const reach = this.#reach;
    let choice = this.#looks[scope * LOOK_NUMBERS + BOX] as number;
    let left = 0;
    let steepest = 0;
    let box = 0;
    for (;;) {
      box = BOXES[choice] as number;
      reach.measure(scope, box);
      left = reach.slack - reach.reserve;
      steepest = Math.max(reach.down, -reach.up, reach.spread);
      // Wide bounds cost reach: what is reached of a box tells whether a smaller one is enough.
      const isFine = left * 2 >= reach.slack && (!reach.isWide || left * ENOUGH >= steepest * box);
      if (isFine || reach.slack <= 0 || choice === BOXES.length - 1) break;
      choice += 1;
    }
    this.#looks[scope * LOOK_NUMBERS + BOX] = choice > 0 && left > steepest * box ? choice - 1 : choice;
    const number = left > 0 ? this.#classFor(left, box) : ALWAYS;
    if (number === ALWAYS) {
      this.#always(scope);
      return false;
    }
    const rest = left - reach.spread * this.#classes.allowance(number);
    this.#classes.join(scope, number, reach.mask);
    const fall = reach.down > 0 ? Math.min(box, rest / reach.down) : box;
    const rise = reach.up < 0 ? Math.min(box, rest / -reach.up) : box;
    this.#falls.set(scope, 1, this.#steps(-fall) + STEPS_MARGIN);
    this.#rises.set(scope, -1, Math.max(1, this.#steps(rise) - STEPS_MARGIN));
    return true;
  }

  /** The coarsest class whose way takes no more than the share of rests, and keeps to the box. */
  #classFor(left: number, box: number): number {
    return this.#classes.coarsest(Math.min(box, (this.#restShare(left) * left) / this.#reach.spread));
  }

  /**
   * The part of its slack that a scope keeps for rests: so much that, if the common move
   * goes on as lately and rests wander as lately, both shares are used up at one time.
   */
  #restShare(left: number): number {
    const { down, up, spread } = this.#reach;
    const common = Math.max(down, -up, 0) * this.#path.commonStep;
    const rest = REST_HASTE * spread * this.#path.restStep;
    if (rest === 0) return REST_LEAST;
    // common × n + rest × √n = left
    const root = (2 * left) / (rest + Math.sqrt(rest * rest + 4 * common * left));
    return Math.max(REST_LEAST, Math.min(REST_MOST, (rest * root) / left));
  }
}
