/**
 * Scopes in classes by how far rests (`path.ts`) may go before they have to be looked at:
 * a quarter in the first class and less by √2 in each further one, from where the class's
 * own reference is, per unit of scale. A class is looked at only when the rests' way since
 * its last look may have come to that. Then those of its members are due who hold a
 * coordinate that did: one wild price asks for its holders alone, and the reference
 * follows it there.
 */
import type { CrossPath } from "./path.ts";

/** Down to 2^−25; what would need a finer one is due at every move. */
const CLASSES = 48;
/** Number of the class that is due at every move. */
export const ALWAYS: number = CLASSES;
const NONE = -1;
const COARSEST = 0.25;
/** More than doubles lose in a rest. */
const DOUBLE_ERROR = 1e-11;
/** When more than a part of all coordinates have gone half the way, the whole class is looked at at once. */
const MANY = 1 / 8;
/** The way is started anew before its doubles become coarse. */
const LONGEST_WAY = 1_024;

export class RestClasses {
  readonly #path: CrossPath;
  /** By class: bound, first member, number of members, way at which to look, and distance of the reference from the rests at a move. */
  readonly #bounds = new Float64Array(CLASSES);
  readonly #heads = new Int32Array(CLASSES + 1).fill(NONE);
  readonly #lookAt = new Float64Array(CLASSES).fill(Number.POSITIVE_INFINITY);
  readonly #distances = new Float64Array(CLASSES);
  readonly #measuredAt = new Float64Array(CLASSES).fill(NONE);
  readonly #references: Float64Array;
  readonly #next: Int32Array;
  readonly #previous: Int32Array;
  readonly #classes: Int8Array;
  readonly #masks: Int32Array;
  /** Way at which the next class is looked at. */
  readonly #nextLook = new Float64Array(1).fill(Number.POSITIVE_INFINITY);

  constructor(path: CrossPath, scopeCount: number) {
    this.#path = path;
    for (let number = 0, bound = COARSEST; number < CLASSES; number++, bound /= Math.SQRT2) this.#bounds[number] = bound;
    this.#references = new Float64Array(CLASSES * path.count);
    this.#next = new Int32Array(scopeCount);
    this.#previous = new Int32Array(scopeCount);
    this.#classes = new Int8Array(scopeCount).fill(NONE);
    this.#masks = new Int32Array(scopeCount);
  }

  /** How far rests may go from where they are now, per unit of scale, before members of a class are due. */
  allowance(number: number): number {
    if (this.#heads[number] === NONE) return this.#bounds[number] as number;
    return (this.#bounds[number] as number) + this.#distance(number) + DOUBLE_ERROR;
  }

  /** Puts a scope in a class as of now. @param mask bits of its coordinates, modulo 32 */
  join(scope: number, number: number, mask: number): void {
    this.leave(scope);
    const head = this.#heads[number] as number;
    if (head === NONE && number !== ALWAYS) this.#restart(number);
    this.#classes[scope] = number;
    this.#masks[scope] = mask;
    this.#next[scope] = head;
    this.#previous[scope] = NONE;
    if (head !== NONE) this.#previous[head] = scope;
    this.#heads[number] = scope;
  }

  /** Takes a scope out of its class. */
  leave(scope: number): void {
    const number = this.#classes[scope] as number;
    if (number === NONE) return;
    const next = this.#next[scope] as number;
    const previous = this.#previous[scope] as number;
    if (next !== NONE) this.#previous[next] = previous;
    if (previous !== NONE) this.#next[previous] = next;
    else {
      this.#heads[number] = next;
      if (next === NONE && number !== ALWAYS) this.#lookAt[number] = Number.POSITIVE_INFINITY;
    }
    this.#classes[scope] = NONE;
  }

  /** Adds who is due after a move. They stay where they are until they join again. */
  due(scopes: number[]): void {
    this.#collect(ALWAYS, -1, scopes);
    if (this.#path.way < (this.#nextLook[0] as number)) return;
    if (this.#path.way > LONGEST_WAY) this.#shortenWay();
    let nextLook = Number.POSITIVE_INFINITY;
    for (let number = 0; number < CLASSES; number++) {
      if (this.#path.way >= (this.#lookAt[number] as number)) this.#look(number, scopes);
      nextLook = Math.min(nextLook, this.#lookAt[number] as number);
    }
    this.#nextLook[0] = nextLook;
  }

  #look(number: number, scopes: number[]): void {
    const { rests, scales, count } = this.#path;
    const bound = (this.#bounds[number] as number) - DOUBLE_ERROR;
    const base = number * count;
    let isOut = false;
    let far = 0;
    let mask = 0;
    for (let place = 0; place < count; place++) {
      const distance = Math.abs((rests[place] as number) - (this.#references[base + place] as number)) / (scales[place] as number);
      if (distance >= bound) isOut = true;
      if (distance < bound / 2) continue;
      far += 1;
      mask |= 1 << (place & 31);
    }
    if (isOut && far > count * MANY) {
      this.#collect(number, -1, scopes);
      this.#restart(number);
      return;
    }
    if (isOut) {
      this.#collect(number, mask, scopes);
      // Whoever does not hold such a coordinate does not notice that its reference follows it.
      for (let place = 0; place < count; place++) {
        if ((mask & (1 << (place & 31))) !== 0) this.#references[base + place] = rests[place] as number;
      }
      this.#measuredAt[number] = NONE;
    }
    this.#setLook(number, this.#path.way + bound - this.#distance(number));
  }

  #collect(number: number, mask: number, scopes: number[]): void {
    for (let scope = this.#heads[number] as number; scope !== NONE; scope = this.#next[scope] as number) {
      if (mask === -1 || ((this.#masks[scope] as number) & mask) !== 0) scopes.push(scope);
    }
  }

  /** The reference of a class is where rests are now. */
  #restart(number: number): void {
    this.#references.set(this.#path.rests, number * this.#path.count);
    this.#distances[number] = 0;
    this.#measuredAt[number] = this.#path.moves;
    this.#setLook(number, this.#path.way + (this.#bounds[number] as number) - DOUBLE_ERROR);
  }

  #setLook(number: number, way: number): void {
    this.#lookAt[number] = way;
    if (way < (this.#nextLook[0] as number)) this.#nextLook[0] = way;
  }

  /** Of a class's reference from the rests of now. */
  #distance(number: number): number {
    const { rests, scales, count, moves } = this.#path;
    if (this.#measuredAt[number] === moves) return this.#distances[number] as number;
    const base = number * count;
    let largest = 0;
    for (let place = 0; place < count; place++) {
      const distance = Math.abs((rests[place] as number) - (this.#references[base + place] as number)) / (scales[place] as number);
      if (distance > largest) largest = distance;
    }
    this.#measuredAt[number] = moves;
    this.#distances[number] = largest;
    return largest;
  }

  #shortenWay(): void {
    const way = this.#path.way;
    this.#path.restartWay();
    for (let number = 0; number < CLASSES; number++) this.#lookAt[number] = (this.#lookAt[number] as number) - way;
  }
}
