/**
 * Scopes in classes by how far rests (`path.ts`) may go before they have to be looked at:
 * a quarter in the first class and less by √2 in each further one, from where the class's
 * own reference is, per unit of scale. A class is looked at only when the rests' way since
 * its last look may have come to that. Then those of its members are due who hold a
 * coordinate that did: one wild price asks for its holders alone, and the reference
 * follows it there.
 *
 * Whoever joins when the reference is some way behind pays for that way too. So a class
 * comes in generations, each with a reference of its own; when that of the youngest has
 * been left behind, those who join are a new one.
 */
import type { CrossPath } from "./path.ts";

/** Down to 2^−25; what would need a finer one is due at every move. */
const CLASSES = 48;
/** Number of the class that is due at every move. */
export const ALWAYS: number = CLASSES;
/** Generations of a class: their lists of members lie one after the other. */
const GENERATIONS = 4;
const LISTS = CLASSES * GENERATIONS;
/** List of the class that is due at every move. */
const ALWAYS_LIST = LISTS;
/** A reference further from the rests than this part of the bound has been left behind. */
const BEHIND = 1 / 4;
const NONE = -1;
/** Numbers of a scope, in one line of memory: its neighbours in its list, the list, and the bits of its coordinates. */
const NEXT = 0;
const PREVIOUS = 1;
const LIST = 2;
const MASK = 3;
const MEMBER_NUMBERS = 4;
const COARSEST = 0.25;
/** More than doubles lose in a rest. */
const DOUBLE_ERROR = 1e-11;
/** When more than a part of all coordinates have gone half the way, the whole class is looked at at once. */
const MANY = 1 / 8;
/** The way is started anew before its doubles become coarse. */
const LONGEST_WAY = 1_024;

export class RestClasses {
  readonly #path: CrossPath;
  /** By class: bound, and list of the youngest generation. */
  readonly #bounds = new Float64Array(CLASSES);
  readonly #youngest = Int32Array.from({ length: CLASSES }, (_, number) => number * GENERATIONS);
  /** By list: first member, way at which to look, and distance of the reference from the rests at a move. */
  readonly #heads = new Int32Array(LISTS + 1).fill(NONE);
  readonly #lookAt = new Float64Array(LISTS).fill(Number.POSITIVE_INFINITY);
  readonly #distances = new Float64Array(LISTS);
  readonly #measuredAt = new Float64Array(LISTS).fill(NONE);
  readonly #references: Float64Array;
  readonly #members: Int32Array;
  /** Way at which the next class is looked at. */
  readonly #nextLook = new Float64Array(1).fill(Number.POSITIVE_INFINITY);

  constructor(path: CrossPath, scopeCount: number) {
    this.#path = path;
    for (let number = 0, bound = COARSEST; number < CLASSES; number++, bound /= Math.SQRT2) this.#bounds[number] = bound;
    this.#references = new Float64Array(LISTS * path.count);
    this.#members = new Int32Array(scopeCount * MEMBER_NUMBERS).fill(NONE);
  }

  /** The coarsest class that asks for no more than this of how far rests may go; ALWAYS when there is none. */
  coarsest(most: number): number {
    for (let number = 0; number < CLASSES; number++) {
      if ((this.#bounds[number] as number) <= most && this.allowance(number) <= most) return number;
    }
    return ALWAYS;
  }

  /** How far rests may go from where they are now, per unit of scale, before members of a class are due. */
  allowance(number: number): number {
    const list = this.#youngestOf(number);
    if (this.#heads[list] === NONE) return this.#bounds[number] as number;
    return (this.#bounds[number] as number) + this.#distance(list) + DOUBLE_ERROR;
  }

  /** Puts a scope in a class as of now. @param mask bits of its coordinates, modulo 32 */
  join(scope: number, number: number, mask: number): void {
    this.leave(scope);
    const list = number === ALWAYS ? ALWAYS_LIST : this.#youngestOf(number);
    const head = this.#heads[list] as number;
    if (head === NONE && number !== ALWAYS) this.#restart(list);
    const members = this.#members;
    const at = scope * MEMBER_NUMBERS;
    members[at + LIST] = list;
    members[at + MASK] = mask;
    members[at + NEXT] = head;
    members[at + PREVIOUS] = NONE;
    if (head !== NONE) members[head * MEMBER_NUMBERS + PREVIOUS] = scope;
    this.#heads[list] = scope;
  }

  /** Takes a scope out of its class. */
  leave(scope: number): void {
    const members = this.#members;
    const at = scope * MEMBER_NUMBERS;
    const list = members[at + LIST] as number;
    if (list === NONE) return;
    const next = members[at + NEXT] as number;
    const previous = members[at + PREVIOUS] as number;
    if (next !== NONE) members[next * MEMBER_NUMBERS + PREVIOUS] = previous;
    if (previous !== NONE) members[previous * MEMBER_NUMBERS + NEXT] = next;
    else {
      this.#heads[list] = next;
      if (next === NONE && list !== ALWAYS_LIST) this.#lookAt[list] = Number.POSITIVE_INFINITY;
    }
    members[at + LIST] = NONE;
  }

  /** Reads what is known of a scope and of its neighbours. @returns something, so that it is not left out as of no use */
  fetch(scope: number): number {
    const members = this.#members;
    const at = scope * MEMBER_NUMBERS;
    const next = Math.max(0, members[at + NEXT] as number);
    const previous = Math.max(0, members[at + PREVIOUS] as number);
    return (members[next * MEMBER_NUMBERS] as number) + (members[previous * MEMBER_NUMBERS] as number);
  }

  /** List of the generation that is joined now: the youngest, or a new one when that has been left behind and there is room for another. */
  #youngestOf(number: number): number {
    const youngest = this.#youngest[number] as number;
    if (this.#heads[youngest] === NONE || this.#distance(youngest) <= BEHIND * (this.#bounds[number] as number)) return youngest;
    const first = number * GENERATIONS;
    let nearest = youngest;
    for (let list = first; list < first + GENERATIONS; list++) {
      if (this.#heads[list] === NONE) {
        nearest = list;
        break;
      }
      if (this.#distance(list) < this.#distance(nearest)) nearest = list;
    }
    this.#youngest[number] = nearest;
    return nearest;
  }

  /** Adds who is due after a move. They stay where they are until they join again. */
  due(scopes: number[]): void {
    this.#collect(ALWAYS_LIST, -1, scopes);
    if (this.#path.way < (this.#nextLook[0] as number)) return;
    if (this.#path.way > LONGEST_WAY) this.#shortenWay();
    const { way } = this.#path;
    const lookAt = this.#lookAt;
    let nextLook = Number.POSITIVE_INFINITY;
    for (let list = 0; list < LISTS; list++) {
      if (way >= (lookAt[list] as number)) this.#look(list, scopes);
      const next = lookAt[list] as number;
      if (next < nextLook) nextLook = next;
    }
    this.#nextLook[0] = nextLook;
  }

  #look(list: number, scopes: number[]): void {
    const { rests, scales, count } = this.#path;
    const bound = this.#boundOf(list) - DOUBLE_ERROR;
    const base = list * count;
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
      this.#collect(list, -1, scopes);
      this.#restart(list);
      return;
    }
    if (isOut) {
      this.#collect(list, mask, scopes);
      // Whoever does not hold such a coordinate does not notice that its reference follows it.
      for (let place = 0; place < count; place++) {
        if ((mask & (1 << (place & 31))) !== 0) this.#references[base + place] = rests[place] as number;
      }
      this.#measuredAt[list] = NONE;
    }
    this.#setLook(list, this.#path.way + bound - this.#distance(list));
  }

  #collect(list: number, mask: number, scopes: number[]): void {
    const members = this.#members;
    for (let scope = this.#heads[list] as number; scope !== NONE; scope = members[scope * MEMBER_NUMBERS + NEXT] as number) {
      if (mask === -1 || ((members[scope * MEMBER_NUMBERS + MASK] as number) & mask) !== 0) scopes.push(scope);
    }
  }

  /** The reference of a class is where rests are now. */
  #restart(list: number): void {
    this.#references.set(this.#path.rests, list * this.#path.count);
    this.#distances[list] = 0;
    this.#measuredAt[list] = this.#path.moves;
    this.#setLook(list, this.#path.way + this.#boundOf(list) - DOUBLE_ERROR);
  }

  #boundOf(list: number): number {
    return this.#bounds[Math.floor(list / GENERATIONS)] as number;
  }

  #setLook(list: number, way: number): void {
    this.#lookAt[list] = way;
    if (way < (this.#nextLook[0] as number)) this.#nextLook[0] = way;
  }

  /** Of a class's reference from the rests of now. */
  #distance(list: number): number {
    const { rests, scales, count, moves } = this.#path;
    if (this.#measuredAt[list] === moves) return this.#distances[list] as number;
    const base = list * count;
    let largest = 0;
    for (let place = 0; place < count; place++) {
      const distance = Math.abs((rests[place] as number) - (this.#references[base + place] as number)) / (scales[place] as number);
      if (distance > largest) largest = distance;
    }
    this.#measuredAt[list] = moves;
    this.#distances[list] = largest;
    return largest;
  }

  #shortenWay(): void {
    const way = this.#path.way;
    this.#path.restartWay();
    for (let list = 0; list < LISTS; list++) this.#lookAt[list] = (this.#lookAt[list] as number) - way;
  }
}
