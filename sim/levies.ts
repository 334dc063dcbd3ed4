/**
 * Levies (FUND-4): what not even ADL could place, and the pool not pay, is shared by open
 * positions of the instrument where the venue has it so. A levy worsens an entry value: it
 * comes out of what the position will have earned, and the house has it at once.
 */
import { FIRST_TRADER_ACCOUNT } from "./clearing/accounts.ts";
import { type LeviedPosition, leviesOn } from "./clearing/loss-sharing.ts";
import { profitAt } from "./clearing/margin.ts";
import type { CrossStanding } from "./cross/standing.ts";
import type { Exchange } from "./exchange.ts";
import { flattened, refill } from "./kernel/flat-map.ts";
import type { Record } from "./record.ts";
import { valueOf } from "./venue/instrument.ts";
import type { Residual } from "./venue/rules.ts";

/** Levies of the latest two marks, as plain data: accounts and quanta, one after the other. */
export interface LeviesState {
  readonly now: Float64Array;
  readonly before: Float64Array;
}

export class Levies {
  readonly #exchange: Exchange;
  readonly #record: Record;
  readonly #residual: Residual;
  readonly #cross: CrossStanding | null;
  /** What accounts were levied at this mark, and at the one before, quanta. */
  #now = new Map<number, number>();
  #before = new Map<number, number>();

  /** @param cross where cross scopes stand; null where no account has cross positions */
  constructor(exchange: Exchange, record: Record, residual: Residual, cross: CrossStanding | null = null) {
    this.#cross = cross;
    this.#exchange = exchange;
    this.#record = record;
    this.#residual = residual;
  }

  /** A new mark is judged. */
  begin(): void {
    if (this.#now.size === 0 && this.#before.size === 0) return;
    this.#before = this.#now;
    this.#now = new Map();
  }

  /** What an account was levied since the mark before was judged, quanta: without it its liquidation may not have been (CASC-1). */
  since(account: number): number {
    return (this.#before.get(account) ?? 0) + (this.#now.get(account) ?? 0);
  }

  /** A copy of what it remembers (TIME-4). */
  state(): LeviesState {
    return { now: flattened(this.#now), before: flattened(this.#before) };
  }

  restore({ now, before }: LeviesState): void {
    this.#now = refill(new Map(), now);
    this.#before = refill(new Map(), before);
  }

  /**
   * Levies a loss on those who bear it with the house, at the mark. Who fails for it is found at the next one.
   * @returns what the levies came to, quanta
   */
  levy(liquidation: number, loss: number): number {
    if (this.#residual === "house") return 0;
    const { ledger, timeUs, number } = this.#exchange;
    const accounts: number[] = [];
    const positions = this.#positions(accounts);
    let levied = 0;
    leviesOn(this.#residual, loss, positions).forEach((levy, place) => {
      if (levy === 0) return;
      const account = accounts[place] as number;
      const { profit } = positions[place] as LeviedPosition;
      ledger.levy(account, levy);
      this.#now.set(account, (this.#now.get(account) ?? 0) + levy);
      this.#exchange.watch(account);
      this.#record.levies.append([this.#record.nextBooking(), timeUs, liquidation, number, account, profit, levy]);
      levied += levy;
    });
    return levied;
  }

  /** All open positions of traders; notes whose they are. */
  #positions(accountsOf: number[]): LeviedPosition[] {
    const { accounts, terms, markTicks } = this.#exchange;
    const { positionLots, entryValue, margin } = accounts;
    const positions: LeviedPosition[] = [];
    for (let account = FIRST_TRADER_ACCOUNT; account < accounts.count; account++) {
      const lots = positionLots[account] as number;
      if (lots === 0 || account === accounts.cash.vault) continue;
      const entry = entryValue[account] as number;
      const profit = profitAt(lots, entry, valueOf(terms.instrument, markTicks, lots));
      accountsOf.push(account);
      const isCross = accounts.isCross[account] === 1;
      const equity = isCross
        ? (this.#cross as CrossStanding).settlementFigures(accounts.cash.legs.ownerOf(account)).equity
        : (margin[account] as number) + profit;
      positions.push({ lots, entryValue: entry, profit, equity });
    }
    return positions;
  }
}
