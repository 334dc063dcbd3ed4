/** Fields that agents' parameters share, and their way to whole units. */
import { z } from "zod";
import { type Asset, DURATION_PATTERN, type Instrument, parseDuration, parseWhole } from "../sim/index.ts";
import type { MadeAgent } from "./definition.ts";

const MONEY = /^(?=[\d.]*[1-9])\d+(\.\d+)?$/;
const LEVERAGE = /^\d+(\.\d{1,2})?$/;
const LEVERAGE_MOST = 1000;

/** Longer than any run. */
const DURATION_MOST = "366d";
const DURATION_MOST_US = parseDuration(DURATION_MOST, "");

/** A positive duration such as `2s`, of at most 366 days. */
export const duration = (initial: string) => someDuration().default(initial);

const someDuration = () => {
  const error = `expected a duration above 0, such as "250ms" or "2s", in whole microseconds and of at most ${DURATION_MOST}`;
  return z
    .string({ error })
    .regex(DURATION_PATTERN, { error, abort: true })
    .refine(
      (text) =>
        accepts(() => {
          const durationUs = parseDuration(text, "");
          return durationUs > 0 && durationUs <= DURATION_MOST_US;
        }),
      { error },
    );
};

/** A positive amount of the settlement asset. */
export const money = (initial: string) => {
  const error = 'expected an amount above 0 as text, such as "100000"';
  return z.string({ error }).regex(MONEY, { error }).default(initial);
};

/** A leverage of 1 to 1000 with at most two decimals. */
export const leverage = () => {
  const error = `expected a leverage from 1 to ${LEVERAGE_MOST} as text, with at most two decimals, such as "20"`;
  return z
    .string({ error })
    .regex(LEVERAGE, { error, abort: true })
    .refine((text) => accepts(() => inHundredths(text) >= 100 && inHundredths(text) <= LEVERAGE_MOST * 100), { error });
};

/** A number from `least` to `most`. */
export const number = (initial: number, least: number, most: number) => {
  const error = `expected a number from ${least} to ${most}`;
  return z.number({ error }).min(least, { error }).max(most, { error }).default(initial);
};

/** A whole number from `least` to `most`. */
export const whole = (initial: number, least: number, most: number) => {
  const error = `expected a whole number from ${least} to ${most}`;
  return z.int({ error }).min(least, { error }).max(most, { error }).default(initial);
};

/** One of some words, the first unless told. */
export const choice = <const Words extends readonly [string, ...string[]]>(...words: Words) => {
  const error = `expected ${words.map((word) => `"${word}"`).join(" or ")}`;
  return z.enum(words, { error }).default(words[0] as never);
};

/** Fields of every agent. */
export const common = (initial: { deposit: string; leverage: string; latency: string }) => ({
  deposit: money(initial.deposit).describe("cash in its wallet at the start, settlement asset"),
  leverage: leverage().default(initial.leverage).describe("leverage setting"),
  latency: duration(initial.latency).describe("time a command takes to the venue"),
  latencyBack: someDuration().optional().describe("time a message of the venue takes back; `latency` when left out"),
  marketDataDelay: someDuration().optional().describe("age of the market data that it sees; `latency` when left out"),
});

/**
 * What every agent starts with, in whole units; latencies and delay in microseconds (TIME-1).
 * @param kind for the error
 * @throws InputError when the deposit is finer than a quantum
 */
export function startOf(
  kind: string,
  given: { deposit: string; leverage: string; latency: string; latencyBack?: string | undefined; marketDataDelay?: string | undefined },
  asset: Asset,
): Pick<MadeAgent, "depositQuanta" | "leverageHundredths" | "latencyUs" | "latencyBackUs" | "marketDataDelayUs"> {
  return {
    depositQuanta: inQuanta(given.deposit, asset, `agents: ${kind}: deposit`),
    leverageHundredths: inHundredths(given.leverage),
    latencyUs: parseDuration(given.latency, "latency"),
    latencyBackUs: parseDuration(given.latencyBack ?? given.latency, "latencyBack"),
    marketDataDelayUs: parseDuration(given.marketDataDelay ?? given.latency, "marketDataDelay"),
  };
}

/** Leverage in hundredths: `"66.66"` is 6666. */
export function inHundredths(text: string): number {
  return parseWhole(text, "0.01", "leverage");
}

/**
 * An amount in whole quanta (UNIT-2).
 * @param where the field, for the error
 * @throws InputError when it is finer than a quantum
 */
export function inQuanta(text: string, asset: Asset, where: string): number {
  return parseWhole(text, asset.quantum, where);
}

/** How many lots an amount buys at a price, rounded down; none at a price that does not exist. */
export function lotsFor(quanta: number, priceTicks: number, instrument: Instrument): number {
  if (priceTicks <= 0) return 0;
  const { numerator, denominator } = instrument.quantaPerTickLot;
  return Math.floor((quanta * denominator) / (priceTicks * numerator));
}

/** Whether a text passes a check; one that the check itself cannot read does not. */
function accepts(check: () => boolean): boolean {
  try {
    return check();
  } catch {
    return false;
  }
}
