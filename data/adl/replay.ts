/** One ADL policy, or all, on one snapshot (ADL-3): what `breakwater adl` answers. */
import { ADL_POLICIES } from "../../sim/clearing/adl/policies.ts";
import type { AdlFill } from "../../sim/clearing/adl/policy.ts";
import { InputError } from "../../sim/kernel/input-error.ts";
import { type Decimal, parseDecimal } from "../../sim/venue/decimal.ts";
import { oneOf, show } from "../scenario/problem.ts";
import { ADL_POLICY_NAMES } from "../scenario/venue-schema.ts";
import type { AdlCase } from "./adl-case.ts";
import { decimalText, difference, times, wholeDecimal } from "./exact-decimal.ts";
import { type AdlMetrics, measureClosed, shareOf } from "./measures.ts";
import { naturalScore } from "./score-units.ts";
import { type Levy, socialiseLoss } from "./socialised-loss.ts";

const SOCIALISED_LOSS = "socialised-loss";

/** One position that was closed, in whole or part. Amounts are exact decimal text. */
export interface FillAnswer {
  readonly account: string;
  readonly size: string;
  readonly price: string;
  /** What the policy ranked it by, in natural units; null when that has no bound. */
  readonly score: number | null;
  /** From 1. */
  readonly rank: number;
  /** Against the entry price. */
  readonly realizedProfit: string;
  /** What its equity loses by being closed at the price instead of the mark; negative when it gains. */
  readonly haircut: string;
  /** Haircut over equity before; null when that was not positive. */
  readonly haircutShare: number | null;
}

/** What a policy does with a request. */
export interface AdlAnswer {
  readonly policy: string;
  readonly requested: string;
  readonly closed: string;
  readonly uncovered: string;
  /** Accounts on the other side that cannot be closed, in their order. */
  readonly ineligible: readonly string[];
  readonly fills: readonly FillAnswer[];
  /** Only of a policy that closes nothing. */
  readonly levies?: readonly Levy[];
  readonly unlevied?: string;
  readonly metrics: AdlMetrics;
}

/** A policy that cannot be replayed on a snapshot. */
export interface SkippedPolicy {
  readonly policy: string;
  readonly reason: string;
}

/**
 * Replays one policy.
 * @throws InputError for a name that is none, and for a column that the policy needs and the snapshot lacks;
 *   Error when the policy breaks the promises of its interface
 */
export function replayPolicy(given: AdlCase, name: string): AdlAnswer {
  if (!(ADL_POLICY_NAMES as readonly string[]).includes(name))
    throw new InputError("--policy", `expected ${oneOf([...ADL_POLICY_NAMES, "all"])}, got ${show(name)}`);
  const reason = whyNot(given, name);
  if (reason !== null) throw new InputError(given.file, `policy ${name} ${reason}`);
  if (name === SOCIALISED_LOSS) return socialised(given);
  const policy = ADL_POLICIES[name];
  if (policy === undefined) throw new Error(`No policy ${name}`);
  const fills = policy.choose(given.request, given.candidates, new Map());
  return answerOf(given, name, fills, checkFills(given, name, fills));
}

/** Replays every policy, in the order of their names' list; those that lack a column with the reason. */
export function replayAll(given: AdlCase): (AdlAnswer | SkippedPolicy)[] {
  return ADL_POLICY_NAMES.map((policy) => {
    const reason = whyNot(given, policy);
    return reason === null ? replayPolicy(given, policy) : { policy, reason };
  });
}

/** Why a policy cannot be replayed, or null when it can. */
function whyNot({ missing }: AdlCase, name: string): string | null {
  if (name === SOCIALISED_LOSS) return null;
  const policy = ADL_POLICIES[name];
  if (policy === undefined) return "has no implementation";
  const column = policy.needs.find((needed) => missing.has(needed));
  return column === undefined ? null : `needs ${missing.get(column)}`;
}

/**
 * What every policy promises: whole lots, none more than is held, none twice, all of what can be closed.
 * @returns lots closed, one per candidate
 */
export function checkFills({ request, candidates }: AdlCase, policy: string, fills: readonly AdlFill[]): number[] {
  const closed = new Array<number>(candidates.lots.length).fill(0);
  let sum = 0;
  for (const { candidate, lots } of fills) {
    const held = candidates.lots[candidate];
    if (held === undefined || closed[candidate] !== 0) throw new Error(`Policy ${policy} closes candidate ${candidate} twice, or none`);
    if (!Number.isSafeInteger(lots) || lots <= 0 || lots > held) throw new Error(`Policy ${policy} closes ${lots} lots of ${held}`);
    closed[candidate] = lots;
    sum += lots;
  }
  const all = candidates.lots.reduce((total, lots) => total + lots, 0);
  const expected = Math.min(request.lots, all);
  if (sum !== expected) throw new Error(`Policy ${policy} closes ${sum} lots instead of ${expected}`);
  return closed;
}

function answerOf(given: AdlCase, policy: string, fills: readonly AdlFill[], closed: readonly number[]): AdlAnswer {
  const equity = given.rows.map((row) => parseDecimal(row.equity, "equity"));
  const sum = fills.reduce((total, { lots }) => total + lots, 0);
  return {
    policy,
    ...amounts(given, sum),
    fills: fills.map((fill, place) => fillAnswer(given, policy, fill, equity[fill.candidate] as Decimal, place + 1)),
    metrics: measureClosed(given, equity, closed),
  };
}

function amounts({ request, lot, ineligible }: AdlCase, closed: number) {
  const size = (lots: number) => decimalText(times(wholeDecimal(lots), lot));
  const sorted = [...ineligible].sort((a, b) => a.accountNumber - b.accountNumber);
  return {
    requested: size(request.lots),
    closed: size(closed),
    uncovered: size(request.lots - closed),
    ineligible: sorted.map(({ account }) => account),
  };
}

function fillAnswer(given: AdlCase, policy: string, { candidate, lots, score }: AdlFill, equity: Decimal, rank: number): FillAnswer {
  const { lot, price, lossPerLot, request } = given;
  const row = given.rows[candidate] as AdlCase["rows"][number];
  const entry = parseDecimal(row.entryPrice, "entry_price");
  const gain = request.bankruptSide === -1 ? difference(price, entry) : difference(entry, price);
  const size = times(wholeDecimal(lots), lot);
  const haircut = times(wholeDecimal(lots), lossPerLot);
  return {
    account: row.account,
    size: decimalText(size),
    price: decimalText(price),
    score: naturalScore(policy, score, lot),
    rank,
    realizedProfit: decimalText(times(size, gain)),
    haircut: decimalText(haircut),
    haircutShare: shareOf(haircut, equity),
  };
}

function socialised(given: AdlCase): AdlAnswer {
  return { policy: SOCIALISED_LOSS, ...amounts(given, 0), fills: [], ...socialiseLoss(given) };
}
