/** The tables that are written once: the scales at the start; liquidations, cascades and accounts at the end. */
import { cascadesOf } from "./cascades.ts";
import { ENGINE_SHORT_ACCOUNT, FIRST_TRADER_ACCOUNT, HOUSE_ACCOUNT } from "./clearing/accounts.ts";
import type { Liquidations } from "./clearing/liquidations.ts";
import { profitAt } from "./clearing/margin.ts";
import type { Collateral } from "./cross/collateral.ts";
import { episodesOf } from "./episodes.ts";
import type { Holders, SimulationInput, StartPosition } from "./input.ts";
import type { Record } from "./record.ts";
import { agentPositions, numberOf } from "./seating.ts";
import type { ACCOUNT_KINDS, LIQUIDATION_STATUSES } from "./tables.ts";
import type { TradedInstrument } from "./traded-instrument.ts";
import { valueOf } from "./venue/instrument.ts";
import { add } from "./venue/whole.ts";

/** Scales of ticks, lots and quanta. */
export function recordScales(record: Record, input: SimulationInput): void {
  const { instruments, asset } = input;
  instruments.forEach(({ instrument: { symbol, kind, productLine, underlying, tickSize, lotSize, multiplier } }, number) => {
    record.instruments.append([number, symbol, kind, productLine, underlying, 0, tickSize, lotSize, multiplier]);
  });
  record.assets.append([0, asset.symbol, asset.quantum]);
  input.collateral?.assets.forEach(({ asset: other }, place) => {
    record.assets.append([place + 1, other.symbol, other.quantum]);
  });
}

/**
 * One row a liquidation, in order of trigger.
 * @param displacedTicks what the orders of a liquidation moved the mid by in all (CASC-1)
 */
export function recordLiquidations(record: Record, liquidations: Liquidations, displacedTicks: (liquidation: number) => number): void {
  liquidations.starts.forEach((start, id) => {
    const { position } = start;
    const endTimeUs = liquidations.endTimeUs[id] as number;
    record.liquidations.append([
      id,
      start.booking,
      start.account,
      start.instrument,
      start.scope,
      position.lots > 0 ? "long" : "short",
      start.timeUs,
      Number.isNaN(endTimeUs) ? null : endTimeUs,
      start.markTicks,
      start.liquidationTicks === 0 ? null : start.liquidationTicks,
      start.bankruptcyTicks,
      Math.abs(position.lots),
      start.notional,
      position.entryValue,
      position.margin,
      start.equity,
      start.requirement,
      liquidations.reducedLots[id] as number,
      liquidations.takeoverLots[id] as number,
      liquidations.takeoverValue[id] as number,
      liquidations.liquidatedQuanta[id] as number,
      liquidations.fee[id] as number,
      liquidations.marketLots[id] as number,
      liquidations.fundLots[id] as number,
      liquidations.vaultLots[id] as number,
      liquidations.adlLots[id] as number,
      liquidations.residualLots[id] as number,
      liquidations.surplus[id] as number,
      liquidations.cover[id] as number,
      liquidations.uncovered[id] as number,
      start.cause,
      start.parent < 0 ? null : start.parent,
      displacedTicks(id),
      statusOf(liquidations, id),
    ]);
  });
}

function statusOf({ endTimeUs, residualLots, takeoverLots, vaultLots }: Liquidations, id: number): (typeof LIQUIDATION_STATUSES)[number] {
  if (Number.isNaN(endTimeUs[id])) return "open";
  if ((residualLots[id] as number) > 0) return "residual";
  if ((vaultLots[id] as number) > 0) return "vault";
  return takeoverLots[id] === 0 ? "reduced" : "closed";
}

/** One row an account and asset that it holds or held beside its wallet (ACCT-6). */
export function recordCollateral(record: Record, collateral: Collateral | null): void {
  collateral?.amounts.forEach((amounts, place) => {
    const deposited = collateral.deposited[place] as Float64Array;
    amounts.forEach((amount, account) => {
      if (deposited[account] !== 0) record.collateral.append([account, place + 1, deposited[account] as number, amount]);
    });
    record.collateral.append([HOUSE_ACCOUNT, place + 1, 0, collateral.house[place] as number]);
  });
}

/** One row a cascade, and one an episode of them. */
export function recordCascades(record: Record, liquidations: Liquidations): void {
  const cascades = cascadesOf(liquidations, record.marks);
  const episodes = episodesOf(cascades, liquidations, record.marks);
  episodes.forEach((episode, number) => {
    for (const id of episode.cascades) {
      const cascade = cascades[id] as (typeof cascades)[number];
      record.cascades.append([
        id,
        number,
        cascade.instrument,
        cascade.root,
        cascade.firstTimeUs,
        cascade.lastTimeUs,
        cascade.members.length,
        cascade.accounts,
        cascade.notionalQuanta,
        cascade.depth,
        cascade.displacement.ticks,
        cascade.displacement.ratio,
      ]);
    }
    record.episodes.append([
      number,
      episode.firstTimeUs,
      episode.lastTimeUs,
      episode.cascades.length,
      episode.instruments,
      episode.liquidations,
      episode.accounts,
      0,
      episode.notionalQuanta,
      episode.depth,
      episode.displacedInstrument,
      episode.displacementRatio,
    ]);
  });
}

/** One row an account over all instruments, and one an account and instrument, as they stand after the last marks. */
export function recordAccounts(record: Record, input: SimulationInput, instruments: readonly TradedInstrument[], firstAgent: number): void {
  const { cash, count } = (instruments[0] as TradedInstrument).ledger.accounts;
  const totals = TOTALS.map(() => new Float64Array(count));
  for (const instrument of instruments) {
    const { legs } = instrument.ledger.accounts.cash;
    recordPositions(record, instrument, agentPositions(input, instrument.number, legs), totals);
  }
  for (let account = 0; account < count; account++) {
    const owner = cash.legs.ownerOf(account);
    record.accounts.append([
      account,
      owner,
      kindOf(owner, firstAgent, cash.vault),
      input.agents[owner - firstAgent]?.name ?? "",
      0,
      cash.deposited[account] as number,
      account === HOUSE_ACCOUNT ? cash.house : (cash.wallet[account] as number),
      ...totals.map((total) => total[account] as number),
    ]);
  }
}

function kindOf(account: number, firstAgent: number, vault: number): (typeof ACCOUNT_KINDS)[number] {
  if (account <= ENGINE_SHORT_ACCOUNT) return "engine";
  if (account === HOUSE_ACCOUNT) return "house";
  if (account === vault) return "vault";
  return account < firstAgent ? "holder" : "agent";
}

/** What is summed over instruments, in the order of the columns of `accounts`. */
const TOTALS = ["margin", "unrealizedProfit", "realizedProfit", "fees", "liquidations", "adlReductions"] as const;

/**
 * The positions of an instrument, added to the totals of their accounts.
 * @param ofAgents positions that agents started with, by number
 */
function recordPositions(
  record: Record,
  { number, input: { holders }, ledger, exchange }: TradedInstrument,
  ofAgents: ReadonlyMap<number, StartPosition>,
  totals: Float64Array[],
): void {
  const { accounts } = ledger;
  const rowOf = new Int32Array(accounts.count).fill(-1);
  for (let row = 0; row < holders.count; row++) if (holders.lots[row] !== 0) rowOf[numberOf(holders, row, accounts.cash.legs)] = row;
  for (let account = 0; account < accounts.count; account++) {
    const leverage = accounts.leverageHundredths[account] as number;
    if (account >= FIRST_TRADER_ACCOUNT && leverage === 0 && account !== accounts.cash.vault) continue;
    const lots = accounts.positionLots[account] as number;
    const entryValue = accounts.entryValue[account] as number;
    const margin = accounts.margin[account] as number;
    const unrealized = lots === 0 ? 0 : profitAt(lots, entryValue, valueOf(ledger.instrument, exchange.markTicks, lots));
    const row = rowOf[account] as number;
    const start = row < 0 ? ofAgents.get(account) : startOf(holders, row);
    const isCross = accounts.isCross[account] === 1;
    const counted = [
      ...[accounts.realizedProfit[account] as number, accounts.fees[account] as number],
      ...[accounts.liquidationCount[account] as number, accounts.adlCount[account] as number],
    ];
    record.positions.append([
      account,
      number,
      leverage === 0 ? null : leverage / 100,
      isCross ? "cross" : "isolated",
      start?.lots ?? 0,
      start?.entryValue ?? 0,
      isCross ? 0 : (start?.margin ?? 0),
      margin,
      lots,
      entryValue,
      unrealized,
      ...counted,
    ]);
    [margin, unrealized, ...counted].forEach((amount, place) => {
      const total = totals[place] as Float64Array;
      total[account] = add(total[account] as number, amount, `${TOTALS[place]} of account ${account} over all instruments`);
    });
  }
}

function startOf({ lots, entryValue, margin }: Holders, row: number): StartPosition {
  return { lots: lots[row] as number, entryValue: entryValue[row] as number, margin: margin[row] as number };
}
