/**
 * The pure engine, as others see it: no files, no clock, no network; the same in Node,
 * Deno and a browser. The package offers it as `breakwater/sim`.
 */
export type { Agent, Desk, MarketView, Message, OrderOptions } from "./agent.ts";
export { ADL_POLICIES } from "./clearing/adl/policies.ts";
export type { AdlCandidates, AdlColumn, AdlFill, AdlMemory, AdlPolicy, AdlRequest } from "./clearing/adl/policy.ts";
export { ConservationError } from "./clearing/conservation.ts";
export { type Sale, sell as sellCollateral } from "./clearing/house/collateral.ts";
export {
  bankruptcyValue,
  equityAt,
  initialMargin,
  isAtRisk,
  liquidationTicks,
  type MarginTerms,
  type Position,
  profitAt,
  requirement,
} from "./clearing/margin.ts";
export type { AgentStart, CollateralInput, Holders, IndexPath, InstrumentInput, SimulationInput, StartPosition } from "./input.ts";
export { Digest } from "./kernel/digest.ts";
export { exponential, lognormal, normal, powerLaw, shuffle, uniform, weightedIndex } from "./kernel/distributions.ts";
export { InputError } from "./kernel/input-error.ts";
export { createStream, type RandomState, RandomStream } from "./kernel/random.ts";
export type { BlockStore } from "./kernel/row-blocks.ts";
export { spread } from "./kernel/spread.ts";
export { type Cell, type Column, type ColumnType, Table, type TableSchema } from "./kernel/table.ts";
export { DURATION_PATTERN, formatDuration, formatTime, parseDuration, parseTime } from "./kernel/time.ts";
export { type Drought, depthAt } from "./market/drought.ts";
export type { ImpactRules } from "./market/external-impact.ts";
export type { ExternalMarket, Outage } from "./market/external-markets.ts";
export { BUY, OrderBook, SELL, type Side } from "./market/order-book.ts";
export { AgentError, SimulationError, type SimulationResult } from "./outcome.ts";
export type { Record } from "./record.ts";
export { Simulation } from "./simulation.ts";
export * from "./tables.ts";
export type { Asset } from "./venue/asset.ts";
export { type Decimal, formatWhole, parseDecimal, parseRatio, parseWhole, ratioOf, snapWhole } from "./venue/decimal.ts";
export { type Fees, type Instrument, profitOf, valueOf } from "./venue/instrument.ts";
export type { AdlRules, FundingRules, IndexRules, MarginRules, MarkRules, VenueRules } from "./venue/rules.ts";
export { maintenanceMarginOf, type Tier, type TierTable, tierNumber, tierOf } from "./venue/tiers.ts";
export { OverflowError, type Ratio, type Rounding } from "./venue/whole.ts";
