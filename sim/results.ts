/** The tables that are written once: the scales at the start; liquidations, cascades and accounts at the end. */
import type { Cascade } from "./cascades.ts";
import { ENGINE_SHORT_ACCOUNT, FIRST_TRADER_ACCOUNT, HOUSE_ACCOUNT } from "./clearing/accounts.ts";
import type { Ledger } from "./clearing/ledger.ts";
import type { Liquidations } from "./clearing/liquidations.ts";
import { profitAt } from "./clearing/margin.ts";
import type { SimulationInput } from "./input.ts";
import type { Displacement } from "./market/displacement.ts";
import type { Record } from "./record.ts";
import { valueOf } from "./venue/instrument.ts";

/** Scales of ticks, lots and quanta. */
export function recordScales(record: Record, input: SimulationInput): void {
  const { instrument, asset } = input;
  const { symbol, kind, productLine, underlying, tickSize, lotSize, multiplier } = instrument;
  record.instruments.append([0, symbol, kind, productLine, underlying, 0, tickSize, lotSize, multiplier]);
  record.assets.append([0, asset.symbol, asset.quantum]);
}

/** One row a liquidation, in order of trigger. */
export function recordLiquidations(record: Record, liquidations: Liquidations, displacement: Displacement): void {
  liquidations.starts.forEach((start, id) => {
    const { position, takeover } = start;
    const endTimeUs = liquidations.endTimeUs[id] as number;
    const residualLots = liquidations.residualLots[id] as number;
    record.liquidations.append([
      id,
      start.account,
      0,
      position.lots > 0 ? "long" : "short",
      start.timeUs,
      Number.isNaN(endTimeUs) ? null : endTimeUs,
      start.markTicks,
      start.liquidationTicks === 0 ? null : start.liquidationTicks,
      takeover.limitTicks,
      Math.abs(position.lots),
      start.notional,
      position.entryValue,
      position.margin,
      start.equity,
      start.requirement,
      takeover.value,
      start.fee,
      liquidations.marketLots[id] as number,
      liquidations.fundLots[id] as number,
      liquidations.adlLots[id] as number,
      residualLots,
      liquidations.surplus[id] as number,
      liquidations.cover[id] as number,
      liquidations.uncovered[id] as number,
      start.cause,
      start.parent < 0 ? null : start.parent,
      displacement.totalTicks(id),
      Number.isNaN(endTimeUs) ? "open" : residualLots > 0 ? "residual" : "closed",
    ]);
  });
}

/** One row a cascade. */
export function recordCascades(record: Record, cascades: readonly Cascade[]): void {
  cascades.forEach((cascade, id) => {
    record.cascades.append([
      id,
      0,
      cascade.root,
      cascade.firstTimeUs,
      cascade.lastTimeUs,
      cascade.liquidations,
      cascade.accounts,
      cascade.notionalQuanta,
      cascade.depth,
      cascade.displacementTicks,
    ]);
  });
}

/** One row an account, as it stands after the last mark. */
export function recordAccounts(record: Record, ledger: Ledger, input: SimulationInput, markTicks: number): void {
  const { accounts } = ledger;
  const { holders } = input;
  const firstAgent = FIRST_TRADER_ACCOUNT + input.holders.count;
  for (let account = 0; account < accounts.count; account++) {
    const lots = accounts.positionLots[account] as number;
    const entryValue = accounts.entryValue[account] as number;
    const leverage = accounts.leverageHundredths[account] as number;
    const holder = account - FIRST_TRADER_ACCOUNT;
    const held = holder >= 0 && (holders.lots[holder] ?? 0) !== 0;
    record.accounts.append([
      account,
      account <= ENGINE_SHORT_ACCOUNT ? "engine" : account === HOUSE_ACCOUNT ? "house" : account < firstAgent ? "holder" : "agent",
      input.agents[account - firstAgent]?.name ?? "",
      0,
      accounts.deposited[account] as number,
      held ? (holders.lots[holder] as number) : 0,
      held ? (holders.entryValue[holder] as number) : 0,
      held ? (holders.margin[holder] as number) : 0,
      account === HOUSE_ACCOUNT ? ledger.house : (accounts.wallet[account] as number),
      accounts.margin[account] as number,
      lots,
      entryValue,
      leverage === 0 ? null : leverage / 100,
      lots === 0 ? 0 : profitAt(lots, entryValue, valueOf(ledger.instrument, markTicks, lots)),
      accounts.realizedProfit[account] as number,
      accounts.fees[account] as number,
      accounts.liquidationCount[account] as number,
      accounts.adlCount[account] as number,
    ]);
  }
}
