/**
 * What a leveraged retail trader has in mind for a position before it is open: everything that
 * chance decides about it, drawn at once, so that what happens to it shifts no later draw.
 */
import ln from "@stdlib/math-base-special-ln";
import { exponential, lognormal, type RandomStream } from "../sim/index.ts";

/** Distributions that plans are drawn from; times in microseconds, amounts in quanta. */
export interface PlanSettings {
  readonly entryUs: number;
  readonly followShare: number;
  readonly longShare: number;
  readonly stakeQuanta: number;
  readonly stakeSpread: number;
  readonly holdingUs: number;
  readonly holdingSpread: number;
  readonly stopShare: number;
  readonly takeProfitShare: number;
  readonly addShare: number;
  readonly addsMost: number;
  readonly giveUpShare: number;
  readonly reopenShare: number;
  readonly reopenDelayUs: number;
  readonly reopenDelaySpread: number;
}

export interface RetailPlan {
  /** Time from the end of the position before it, microseconds: exponential. */
  readonly waitUs: number;
  /** Whether its side is that of the recent movement. */
  readonly follows: boolean;
  /** Its side if it does not follow, or nothing has moved. */
  readonly isLong: boolean;
  /** Margin that it puts up, quanta: lognormal. */
  readonly stakeQuanta: number;
  /** How long it keeps the position, microseconds: lognormal. */
  readonly holdingUs: number;
  readonly hasStop: boolean;
  readonly hasTakeProfit: boolean;
  /** How often it adds margin when its loss nears liquidation: each time with the same probability. */
  readonly additions: number;
  /** Whether it closes when it adds no more, instead of hoping on. */
  readonly givesUp: boolean;
  /** Whether it opens again what a liquidation or auto-deleveraging has closed, and after which time, microseconds: lognormal. */
  readonly reopens: boolean;
  readonly reopenDelayUs: number;
}

/** The next plan. Takes fourteen numbers. */
export function drawPlan(settings: PlanSettings, stream: RandomStream): RetailPlan {
  return {
    waitUs: Math.ceil(exponential(stream, settings.entryUs)),
    follows: stream.next() < settings.followShare,
    isLong: stream.next() < settings.longShare,
    stakeQuanta: lognormal(stream, settings.stakeQuanta, settings.stakeSpread),
    holdingUs: Math.ceil(lognormal(stream, settings.holdingUs, settings.holdingSpread)),
    hasStop: stream.next() < settings.stopShare,
    hasTakeProfit: stream.next() < settings.takeProfitShare,
    additions: additions(stream.next(), settings.addShare, settings.addsMost),
    givesUp: stream.next() < settings.giveUpShare,
    reopens: stream.next() < settings.reopenShare,
    reopenDelayUs: Math.ceil(lognormal(stream, settings.reopenDelayUs, settings.reopenDelaySpread)),
  };
}

/** Successes of a probability before the first failure: n or more of them when a uniform number is below its nth power. */
function additions(draw: number, probability: number, most: number): number {
  if (probability === 0) return 0;
  if (probability === 1) return most;
  return Math.min(most, Math.floor(ln(1 - draw) / ln(probability)));
}
