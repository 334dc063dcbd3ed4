/**
 * What every ADL policy is (ADL-3): from a request and candidate positions to whole
 * lots per candidate. Policies decide; they book nothing.
 */

/** What is to be closed against winners. */
export interface AdlRequest {
  /** Side of the bankrupt position: −1 when it is short, 1 when it is long. */
  readonly bankruptSide: -1 | 1;
  /** Lots of it to be closed. */
  readonly lots: number;
}

/** Positions on the other side, one per index in every column; eligible ones only. */
export interface AdlCandidates {
  readonly account: readonly number[];
  /** Lots held, positive. */
  readonly lots: readonly number[];
  /** Unrealised profit at mark, quanta. */
  readonly profit: readonly number[];
  /** Leverage setting, hundredths. */
  readonly leverageHundredths: readonly number[];
}

/** One candidate that was chosen, in order of rank. */
export interface AdlFill {
  /** Index into the candidates. */
  readonly candidate: number;
  /** Lots closed, at most what it holds. */
  readonly lots: number;
  /** The score it was ranked by, for the record. */
  readonly score: number;
}

/** A policy: fills in order of rank; their lots sum to min(request, all candidates' lots). */
export type AdlPolicy = (request: AdlRequest, candidates: AdlCandidates) => AdlFill[];
