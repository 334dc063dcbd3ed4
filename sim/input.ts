/** What a simulation is given: everything in whole units, nothing left to look up. */

import type { Agent } from "./agent.ts";
import type { AdlPolicy } from "./clearing/adl/policy.ts";
import type { HaircutSlice } from "./clearing/house/setup.ts";
import type { ImpactRules } from "./market/external-impact.ts";
import type { ExternalMarket } from "./market/external-markets.ts";
import type { Asset } from "./venue/asset.ts";
import type { Instrument } from "./venue/instrument.ts";
import type { VenueRules } from "./venue/rules.ts";
import type { Ratio } from "./venue/whole.ts";

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
  /** Whose position each row is, holders numbered from 0: nobody twice, but for two legs. Left out: row by row. */
  readonly holder?: Int32Array;
  /** Position, negative when short, lots. */
  readonly lots: Float64Array;
  /** Value the position was built at (INST-3), quanta. */
  readonly entryValue: Float64Array;
  /** Position margin, of a cross position what it brings into the wallet, quanta. */
  readonly margin: Float64Array;
  /** Leverage setting, hundredths. */
  readonly leverageHundredths: Float64Array;
  /** 1 for a position in cross margin (ACCT-2). Left out: all are isolated. */
  readonly isCross?: Uint8Array;
  /** 1 for a leg of a holder in hedge mode (ACCT-4), who may have two rows, a long and a short one. Left out: all are one-way. */
  readonly isHedged?: Uint8Array;
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

/** How an account's positions are margined (ACCT-2). */
export type MarginMode = "isolated" | "cross";

/** Whether an account has one position in an instrument or two legs (ACCT-4). */
export type PositionMode = "one-way" | "hedge";

/** An agent and what it starts with. */
export interface AgentStart {
  readonly name: string;
  readonly agent: Agent;
  /** Which instrument is its own: it is woken with the market data of that one, and its desk trades it. Left out: the first. */
  readonly instrument?: number;
  /** Cash in its wallet, the margin of its position included, quanta. */
  readonly depositQuanta: number;
  /** Position in its own instrument; holders have the other side of it (CONS-1). Left out: none. */
  readonly position?: StartPosition;
  readonly leverageHundredths: number;
  /** Whether its positions, in whatever instrument, are margined together (ACCT-2, ACCT-3). Left out: `isolated`. */
  readonly marginMode?: MarginMode;
  /** Whether it has a long and a short leg in every instrument (ACCT-4). Left out: `one-way`. */
  readonly positionMode?: PositionMode;
  /** What it has of other assets than the settlement asset (ACCT-6). Left out: nothing. */
  readonly collateral?: readonly CollateralDeposit[];
  /** Time a command takes to the venue, microseconds (TIME-1). */
  readonly latencyUs: number;
  /** Time a message of the venue takes back, microseconds. */
  readonly latencyBackUs: number;
  /** Age of the market data that it sees, microseconds. */
  readonly marketDataDelayUs: number;
  /** When it wakes first, after the start, microseconds. */
  readonly firstWakeUs: number;
}

/** A position that somebody starts with. */
export interface StartPosition {
  /** Signed, lots. */
  readonly lots: number;
  /** Quanta. */
  readonly entryValue: number;
  /** Position margin, out of the deposit, quanta; of no meaning in cross margin. */
  readonly margin: number;
}

/** An amount of an asset that an account starts with. */
export interface CollateralDeposit {
  /** Number of the asset among `CollateralInput.assets`, from 1. */
  readonly asset: number;
  /** Quanta of it. */
  readonly quanta: number;
}

/** Assets that count as margin beside the settlement asset (ACCT-6). Whoever holds any is in multi-currency mode. */
export interface CollateralInput {
  /** Of the settlement asset: millionths of a dollar that a quantum is worth, and its haircuts. */
  readonly settlement: { readonly price: Ratio; readonly haircuts: readonly HaircutSlice[] };
  readonly assets: readonly {
    readonly asset: Asset;
    readonly haircuts: readonly HaircutSlice[];
    /** Millionths of a dollar that a quantum is worth: for each tick of the index of an instrument, by number, or, with none, always. */
    readonly price: { readonly instrument: number | null; readonly perUnit: Ratio };
  }[];
  /** What holders start with of it. */
  readonly holders: readonly (CollateralDeposit & { readonly holder: number })[];
}

/** Everything a simulation is given, in whole units. */
export interface SimulationInput {
  /** What all instruments settle in. */
  readonly asset: Asset;
  readonly rules: VenueRules;
  /** All that is traded, numbered from 0: every account has one wallet for all of it. */
  readonly instruments: readonly InstrumentInput[];
  /** Left out: accounts hold nothing but the settlement asset. */
  readonly collateral?: CollateralInput;
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
