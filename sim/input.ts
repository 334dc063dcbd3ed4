/** What a simulation is given: everything in whole units, nothing left to look up. */

import type { Agent } from "./agent.ts";
import type { AdlPolicy } from "./clearing/adl/policy.ts";
import type { ImpactRules } from "./market/external-impact.ts";
import type { ExternalMarket } from "./market/external-markets.ts";
import type { Asset } from "./venue/asset.ts";
import type { Instrument } from "./venue/instrument.ts";
import type { VenueRules } from "./venue/rules.ts";

/** The price of the external markets over time (MARK-1): one a step, in ticks. */
export interface IndexPath {
  /** Time of the first step, microseconds since the Unix epoch. */
  readonly startUs: number;
  readonly intervalUs: number;
  readonly ticks: Float64Array;
}

/** A time from a first instant on, until before a last one; microseconds since the Unix epoch. */
export interface Period {
  readonly fromUs: number;
  readonly untilUs: number;
}

/** Positions that passive holders have in one instrument at the start, one a row of every column. */
export interface Holders {
  /** Rows. */
  readonly count: number;
  /** Whose position each row is, holders numbered from 0: nobody twice. Left out: row by row. */
  readonly holder?: Int32Array;
  /** Position, negative when short, lots. */
  readonly lots: Float64Array;
  /** Value the position was built at (INST-3), quanta. */
  readonly entryValue: Float64Array;
  /** Position margin, quanta. */
  readonly margin: Float64Array;
  /** Leverage setting, hundredths. */
  readonly leverageHundredths: Float64Array;
}

/** One instrument in trade, and what belongs to it alone. */
export interface InstrumentInput {
  readonly instrument: Instrument;
  /** With the same times for all instruments of a simulation. */
  readonly index: IndexPath;
  /** The external markets that follow the path (MARK-1); left out: one, which is the path itself. */
  readonly externalMarkets?: readonly ExternalMarket[];
  /** What trading on them does to their price (MARK-4); null or left out: nothing. */
  readonly externalImpact?: ImpactRules | null;
  readonly holders: Holders;
}

/** An agent and what it starts with. */
export interface AgentStart {
  readonly name: string;
  readonly agent: Agent;
  /** Which instrument is its own: it is woken with the market data of that one, and its desk trades it. Left out: the first. */
  readonly instrument?: number;
  /** Cash in its wallet, quanta. */
  readonly depositQuanta: number;
  readonly leverageHundredths: number;
  /** Time a command takes to the venue, microseconds (TIME-1). */
  readonly latencyUs: number;
  /** Time a message of the venue takes back, microseconds. */
  readonly latencyBackUs: number;
  /** Age of the market data that it sees, microseconds. */
  readonly marketDataDelayUs: number;
  /** When it wakes first, after the start, microseconds. */
  readonly firstWakeUs: number;
}

export interface SimulationInput {
  /** What all instruments settle in. */
  readonly asset: Asset;
  readonly rules: VenueRules;
  /** All that is traded, numbered from 0: every account has one wallet for all of it. */
  readonly instruments: readonly InstrumentInput[];
  /** When auto-deleveraging is declared, for venues with that trigger (ADL-1); left out: never. */
  readonly adlDeclared?: readonly Period[];
  /** ADL policies of one's own by name, beside those of `sim/clearing/adl/policies.ts` (ADL-3). */
  readonly adlPolicies?: Readonly<Record<string, AdlPolicy>>;
  readonly agents: readonly AgentStart[];
  /** Whether the house closes who fails at the mark, off the book, without pools and ADL: the twin run of CASC-3. */
  readonly liquidationsOffBook?: boolean;
  /** Seed capital by name of the pool (FUND-1, FUND-2), quanta; a pool that is left out starts with none. */
  readonly poolSeeds: Readonly<Record<string, number>>;
  /** Seed capital of the backstop vault, for venues that have one (LIQ-4), quanta; left out: none. */
  readonly vaultSeed?: number;
  /** Half-life of displacement (CASC-1), microseconds. */
  readonly displacementHalfLifeUs: number;
  /** Time constant of the slow average of CASC-1, microseconds. */
  readonly slowAverageUs: number;
  /** Distance of rows in `samples`, microseconds. */
  readonly sampleIntervalUs: number;
  /** Whether the `orders` table is kept; the digest covers every command in any case. */
  readonly recordOrders: boolean;
  /** Whether conservation is checked after every event, as tests do, and not only at every mark (CONS-1..3). */
  readonly checkEveryEvent?: boolean;
}
