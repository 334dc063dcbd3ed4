/** Who is there at the start: holders with their positions, then agents with their cash and, of some, a position. */
import { type Accounts, FIRST_TRADER_ACCOUNT } from "./clearing/accounts.ts";
import { Legs } from "./clearing/legs.ts";
import type { Collateral } from "./cross/collateral.ts";
import type { Holders, SimulationInput, StartPosition } from "./input.ts";
import type { TradedInstrument } from "./traded-instrument.ts";

/** Holders of all instruments together: they have the accounts before those of the agents. */
export function holderCountOf({ instruments }: SimulationInput): number {
  let count = 0;
  for (const { holders } of instruments) {
    if (holders.holder === undefined) count = Math.max(count, holders.count);
    else for (const holder of holders.holder) count = Math.max(count, holder + 1);
  }
  return count;
}

/**
 * All accounts of a simulation, and those that are in hedge mode (ACCT-4).
 * @param others accounts of the venue after all of these
 */
export function legsOf(input: SimulationInput, others: number): Legs {
  const firstAgent = FIRST_TRADER_ACCOUNT + holderCountOf(input);
  const hedged = new Set<number>();
  for (const { holders } of input.instruments) {
    for (let row = 0; row < holders.count; row++) if (holders.isHedged?.[row] === 1) hedged.add(ownerOf(holders, row));
  }
  input.agents.forEach(({ positionMode }, order) => {
    if (positionMode === "hedge") hedged.add(firstAgent + order);
  });
  return new Legs(
    firstAgent + input.agents.length,
    [...hedged].sort((a, b) => a - b),
    others,
  );
}

/** Account of a row of holders. */
function ownerOf(holders: Holders, row: number): number {
  return FIRST_TRADER_ACCOUNT + (holders.holder === undefined ? row : (holders.holder[row] as number));
}

/** Number under which the position of a row of holders is kept: that of its account, or of its short legs. */
export function numberOf(holders: Holders, row: number, legs: Legs): number {
  const account = ownerOf(holders, row);
  return (holders.lots[row] as number) < 0 && legs.isHedged(account) ? legs.shortLegOf(account) : account;
}

/** Positions that agents start with in an instrument, by the number they are kept under. */
export function agentPositions(input: SimulationInput, instrument: number, legs: Legs): Map<number, StartPosition> {
  const firstAgent = FIRST_TRADER_ACCOUNT + holderCountOf(input);
  const positions = new Map<number, StartPosition>();
  input.agents.forEach(({ instrument: own = 0, position }, order) => {
    if (position === undefined || own !== instrument) return;
    const account = firstAgent + order;
    positions.set(position.lots < 0 && legs.isHedged(account) ? legs.shortLegOf(account) : account, position);
  });
  return positions;
}

/**
 * Pays in deposits and opens the positions of holders, an instrument at a time, then those of agents.
 * @throws Error when a position cannot be opened
 */
export function seat(input: SimulationInput, instruments: readonly TradedInstrument[], collateral: Collateral | null = null): void {
  for (const { input: own, ledger, exchange } of instruments) {
    const { holders } = own;
    for (let row = 0; row < holders.count; row++) {
      const { legs } = ledger.accounts.cash;
      const account = numberOf(holders, row, legs);
      for (const number of legs.numbersOf(ownerOf(holders, row))) {
        ledger.accounts.leverageHundredths[number] ||= holders.leverageHundredths[row] as number;
        if (holders.isCross?.[row] === 1) marginTogether(ledger.accounts, number);
      }
      ledger.accounts.leverageHundredths[account] = holders.leverageHundredths[row] as number;
      ledger.deposit(account, holders.margin[row] as number);
      if (holders.lots[row] === 0) continue;
      ledger.open(account, holders.lots[row] as number, holders.entryValue[row] as number, holders.margin[row] as number);
      exchange.watch(account);
    }
  }
  const firstAgent = FIRST_TRADER_ACCOUNT + holderCountOf(input);
  input.agents.forEach((agent, order) => {
    const account = firstAgent + order;
    for (const { ledger } of instruments) {
      for (const number of ledger.accounts.cash.legs.numbersOf(account)) {
        ledger.accounts.leverageHundredths[number] = agent.leverageHundredths;
        if (agent.marginMode === "cross") marginTogether(ledger.accounts, number);
      }
    }
    (instruments[0] as TradedInstrument).ledger.deposit(account, agent.depositQuanta);
    for (const { asset, quanta } of agent.collateral ?? []) collateral?.deposit(account, asset, quanta);
  });
  for (const { number: instrument, ledger, exchange } of instruments) {
    for (const [number, { lots, entryValue, margin }] of agentPositions(input, instrument, ledger.accounts.cash.legs)) {
      ledger.open(number, lots, entryValue, margin);
      exchange.watch(number);
    }
  }
  for (const { holder, asset, quanta } of input.collateral?.holders ?? [])
    collateral?.deposit(FIRST_TRADER_ACCOUNT + holder, asset, quanta);
}

function marginTogether(accounts: Accounts, number: number): void {
  accounts.isCross[number] = 1;
  accounts.cash.margin(accounts.cash.legs.ownerOf(number));
}
