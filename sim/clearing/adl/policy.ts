/**
 * What every ADL policy is (ADL-3): from a request and candidate positions to whole
 * lots per candidate. Policies decide; they book nothing. A new one is a file beside
 * this and a line in `policies.ts`.
 */
import type { Score } from "./score.ts";

/** What is to be closed against winners. */
export interface AdlRequest {
  /** Side of the bankrupt position: −1 when it is short, 1 when it is long. */
  readonly bankruptSide: -1 | 1;
  /** Lots of it to be closed. */
  readonly lots: number;
  /** What `lots` are worth at mark, quanta. */
  readonly markValue: number;
  /** What they are worth at the price at which the counterparties are closed, net of any levy, quanta. */
  readonly priceValue: number;
}

/**
 * Positions on the other side, one per index in every column; eligible ones only. Money
 * is quanta, all numbers are safe integers, lots and values positive.
 */
export interface AdlCandidates {
  readonly account: readonly number[];
  /** Lots held. */
  readonly lots: readonly number[];
  /** Value at entry. */
  readonly entryValue: readonly number[];
  /** Value at mark. */
  readonly value: readonly number[];
  /** Unrealised profit at mark. */
  readonly profit: readonly number[];
  /** Equity at mark of the scope: of an isolated position its margin with its profit. */
  readonly equity: readonly number[];
  /** Leverage setting, hundredths; of a cross position without one its tier's maximum. */
  readonly leverageHundredths: readonly number[];
  /** Value at mark of all positions of the scope. */
  readonly grossNotional: readonly number[];
  /** What the scope requires (MARGIN-2). */
  readonly requirement: readonly number[];
}

/** A column that a snapshot may lack. */
export type AdlColumn = "leverageHundredths" | "grossNotional" | "requirement";

/** One candidate that was chosen, in order of rank. */
export interface AdlFill {
  /** Index into the candidates. */
  readonly candidate: number;
  /** Lots closed, at most what it holds. */
  readonly lots: number;
  /** The score it was ranked by, for the record. */
  readonly score: number;
}

/** What a policy remembers from one event to the next, by account: plain data, part of a snapshot (TIME-4). */
export type AdlMemory = Map<number, number>;

/** The score of a candidate; only the side of the bankrupt is known of the request. */
export type ScoreOf = (candidates: AdlCandidates, candidate: number, request: Pick<AdlRequest, "bankruptSide">) => Score;

/** A policy. */
export interface AdlPolicy {
  /** Columns it needs that a snapshot may lack; `requirement` is empty for a policy that doesn't ask for it. */
  readonly needs: readonly AdlColumn[];
  /**
   * Whose lots are closed: fills in order of rank, whose lots sum to min(request, all candidates' lots).
   * @param memory its own, changed in place; only for policies that remember
   */
  readonly choose: (request: AdlRequest, candidates: AdlCandidates, memory: AdlMemory) => AdlFill[];
  /**
   * Of a policy that does nothing but close one candidate after the other, winners first, the highest score first, then
   * by account: that score. A run then keeps the order itself instead of asking `choose`, which must come to the same.
   */
  readonly scoreOf?: ScoreOf;
}
