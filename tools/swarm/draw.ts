/**
 * Choices of a seed. Every choice has a name and draws from a stream of that name, so
 * that one choice more leaves all others of a seed as they were.
 */
import exp from "@stdlib/math-base-special-exp";
import ln from "@stdlib/math-base-special-ln";
import { formatDuration, formatWhole } from "../../sim/index.ts";
import { createStream } from "../../sim/kernel/random.ts";

export class Draw {
  readonly #seed: number;
  readonly #place: string;

  /** @param place what all names of its choices begin with */
  constructor(seed: number, place = "swarm") {
    this.#seed = seed;
    this.#place = place;
  }

  /** Choices of one thing among several of its kind. */
  within(place: string): Draw {
    return new Draw(this.#seed, `${this.#place}/${place}`);
  }

  /** One of some things. */
  pick<Thing>(name: string, things: readonly Thing[]): Thing {
    return things[this.whole(name, 0, things.length - 1)] as Thing;
  }

  chance(name: string, probability: number): boolean {
    return this.#uniform(name) < probability;
  }

  /** A whole number from `least` to `most`. */
  whole(name: string, least: number, most: number): number {
    return least + Math.floor(this.#uniform(name) * (most - least + 1));
  }

  /** A number between two others, rounded to a millionth so that it reads well. */
  between(name: string, least: number, most: number): number {
    return Math.round((least + this.#uniform(name) * (most - least)) * 1e6) / 1e6;
  }

  /** A number between two positive ones, each order of magnitude equally likely. */
  wide(name: string, least: number, most: number): number {
    return least * exp(this.#uniform(name) * ln(most / least));
  }

  /** A duration as a scenario has it, between two in microseconds, each order of magnitude equally likely. */
  duration(name: string, leastUs: number, mostUs: number): string {
    return formatDuration(Math.max(1, Math.round(this.wide(name, leastUs, mostUs))));
  }

  #uniform(name: string): number {
    return createStream(this.#seed, `${this.#place}/${name}`).next();
  }
}

/** A positive amount as decimal text, in whole units and at least one. */
export function inUnits(amount: number, unit: string): string {
  return formatWhole(BigInt(Math.max(1, Math.round(amount / Number(unit)))), unit);
}
