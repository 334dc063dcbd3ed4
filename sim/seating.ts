/** Who is there at the start: holders with their positions, then agents with their cash. */
import { type Accounts, FIRST_TRADER_ACCOUNT } from "./clearing/accounts.ts";
import type { Holders, SimulationInput } from "./input.ts";
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

/** Account of a row of holders. */
export function accountOf(holders: Holders, row: number): number {
  return FIRST_TRADER_ACCOUNT + (holders.holder === undefined ? row : (holders.holder[row] as number));
}

/**
 * Pays in deposits and opens the positions of holders, an instrument at a time.
 * @throws Error when a position cannot be opened
 */
export function seat(input: SimulationInput, instruments: readonly TradedInstrument[]): void {
  for (const { input: own, ledger, exchange } of instruments) {
    const { holders } = own;
    for (let row = 0; row < holders.count; row++) {
      const account = accountOf(holders, row);
      ledger.accounts.leverageHundredths[account] = holders.leverageHundredths[row] as number;
      if (holders.isCross?.[row] === 1) marginTogether(ledger.accounts, account);
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
      ledger.accounts.leverageHundredths[account] = agent.leverageHundredths;
      if (agent.marginMode === "cross") marginTogether(ledger.accounts, account);
    }
    (instruments[0] as TradedInstrument).ledger.deposit(account, agent.depositQuanta);
  });
}

function marginTogether(accounts: Accounts, account: number): void {
  accounts.isCross[account] = 1;
  accounts.cash.margin(account);
}
