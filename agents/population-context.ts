/** What the positions of holders are drawn for. */
import type { Asset, MarginTerms, RandomStream } from "../sim/index.ts";

/** What the holders of one contract are drawn for. */
export interface PopulationContext {
  readonly asset: Asset;
  readonly terms: MarginTerms;
  readonly startTicks: number;
  readonly stream: RandomStream;
  /** Net lots that agents hold in the contract at the start, signed: holders have the other side. Left out: none. */
  readonly agentLots?: number;
  /** The values at which agents' positions were opened, signed as these, quanta. Left out: that of their net lots at the start price. */
  readonly agentEntryValue?: number;
}

/** How each holder's account is set, by number: 1 for yes. */
export interface Modes {
  /** It margins its positions together. */
  readonly isCross: Uint8Array;
  /** It has a long and a short leg. */
  readonly isHedged: Uint8Array;
}
