/**
 * What must follow from a cause, all of it in the instrument of the cause: closings of the
 * engine's inventory, and what pool and house gain or pay. Each is booked as it is worked
 * out, and compared with the rows that were recorded when the cause is through.
 */
import { type Booking, type Group, placeOf } from "./bookings.ts";
import type { Booked } from "./books.ts";
import type { Cash } from "./cash.ts";
import type { CrossBooks } from "./cross-books.ts";
import type { RebuiltLiquidation } from "./engine.ts";
import { least, most, rounded, times, whole } from "./exact.ts";
import { type Findings, type Rebuilt, wholeOf } from "./findings.ts";
import { leviesOf } from "./levies.ts";
import type { Pool } from "./pool.ts";
import type { Standing } from "./standing.ts";
import type { RebuiltRun, Traded } from "./traded.ts";

/** A booking that must follow. */
interface Expected {
  readonly table: Booking["table"];
  readonly cells: Readonly<Record<string, Rebuilt>>;
}

export class Consequences {
  /** When the cause happened. */
  timeUs = Number.NEGATIVE_INFINITY;
  #expected: Expected[] = [];
  #movements = 0;
  #vaultMovements = 0;
  #traded: Traded;
  /** What was recorded after the cause. */
  #recorded: readonly Booking[] = [];
  readonly #cash: Cash;
  readonly #standing: Standing;
  readonly #cross: CrossBooks;
  readonly #findings: Findings;

  constructor({ instruments, cash }: RebuiltRun, standing: Standing, cross: CrossBooks, findings: Findings) {
    this.#traded = instruments[0] as Traded;
    this.#cash = cash;
    this.#standing = standing;
    this.#cross = cross;
    this.#findings = findings;
  }

  /** The instrument of the cause. */
  get traded(): Traded {
    return this.#traded;
  }

  /** Its mark in force. */
  get mark(): bigint {
    return this.#traded.marks.at(this.timeUs);
  }

  /** A cause begins: nothing follows from it yet. */
  begin(timeUs: number, traded: Traded, recorded: readonly Booking[]): void {
    this.timeUs = timeUs;
    this.#traded = traded;
    this.#recorded = recorded;
    this.#expected = [];
  }

  /** The cells of the consequence worked out last, which then is none: the cause itself is that row. */
  takeLast(): Readonly<Record<string, Rebuilt>> {
    return (this.#expected.pop() as Expected).cells;
  }

  /** How many rows follow from the cause. */
  get expectedCount(): number {
    return this.#expected.length;
  }

  /** Compares what follows with what was recorded after the cause. */
  compare({ cause, consequences }: Group): void {
    this.#expected.forEach(({ table, cells }, place) => {
      const booking = consequences[place];
      if (booking?.table === table) this.#findings.compare(placeOf(booking), booking.row, cells);
      else this.#findings.note(placeOf(cause), `brings about a row of ${table} (${String(cells["entry"] ?? "levy")}) that is not there`);
    });
    for (const booking of consequences.slice(this.#expected.length)) this.#findings.note(placeOf(booking), "follows from no event");
  }

  /**
   * A trade of a trader, and what it costs pool and house.
   * @param lots bought positive
   * @param recorded fee, for what the tables do not tell (`CrossBooks`)
   */
  trade(account: number, lots: bigint, value: bigint, fee: bigint, recorded: bigint): Booked {
    const { books } = this.#traded;
    if (books.isCross[account] !== 1) return this.#settled(books.trade(account, lots, value, fee));
    return this.#settled(this.#cross.trade(this.#traded, account, lots, value, fee, this.timeUs, recorded));
  }

  /** Likewise a part of a position that an order of its liquidation closes (LIQ-4): of a cross position like any other. */
  reduce(account: number, lots: bigint, value: bigint, fee: bigint, recorded: bigint): Booked {
    const { books } = this.#traded;
    if (books.isCross[account] === 1) return this.trade(account, lots, value, fee, recorded);
    return this.#settled(books.reduce(account, lots, value, fee));
  }

  /** Funding of a trader's position; returns what of it pool and house pay (MARK-3). */
  fund(account: number, amount: bigint, recordedShort: bigint): bigint {
    const { books } = this.#traded;
    const isCross = books.isCross[account] === 1;
    const short = isCross ? this.#cross.fund(this.#traded, account, amount, this.timeUs, recordedShort) : books.fund(account, amount);
    if (short > 0n) this.settle("funding", -short);
    return short;
  }

  #settled(booked: Booked): Booked {
    for (const { account, asset, sold, credited } of this.#cross.takeSold())
      this.#expected.push({ table: "conversions", cells: this.conversionCells(account, asset, sold, credited) });
    this.charge(booked.fee);
    // A loss beyond what the scope has: the pool as far as it can, then the house (ACCT-2).
    if (booked.shortfall > 0n) this.settle("cover", -booked.shortfall);
    return booked;
  }

  /** A fee was charged: a part of it, rounded down, is to be the pool's; of a rebate none (FUND-2). */
  charge(fee: bigint): void {
    const { pool, terms } = this.#traded;
    if (fee > 0n) pool.share(rounded(times(whole(fee), terms.feeShare), "down"), this.timeUs);
  }

  /** A gain or payment of the pool that belongs to no liquidation; what is not available for it the house pays (FUND-4, MARK-3). */
  settle(entry: "cover" | "funding", amount: bigint): void {
    const { pool } = this.#traded;
    const moved = most(amount, -most(0n, pool.available(this.timeUs)));
    if (moved !== 0n) {
      pool.move(moved);
      this.#expected.push({ table: "funds", cells: this.fundCells(entry, null, moved, 0n) });
    }
    if (moved > amount) this.payFromHouse(null, null, moved - amount);
  }

  /** What a liquidation gains, for the pool, the trader or the vault (LIQ-5); what it loses the pool pays (LIQ-6). */
  gain(number: number, liquidation: RebuiltLiquidation, amount: bigint): void {
    if (amount <= 0n || this.#traded.terms.surplusTo === "pool") {
      this.movePool(number, liquidation, amount);
      return;
    }
    liquidation.surplus += amount;
    if (this.#traded.terms.surplusTo === "vault") this.#gainVault(number, amount);
    else this.#traded.books.giveBack(liquidation.account, amount, amount);
  }

  /** A loss of a liquidation: the pool's as far as it can, then the house's, which levies may give it back (FUND-4). */
  pay(number: number, liquidation: RebuiltLiquidation, loss: bigint): void {
    const paid = least(loss, this.payable(liquidation));
    this.movePool(number, liquidation, -paid);
    if (paid === loss) return;
    this.payFromHouse(number, liquidation, loss - paid);
    this.#socialise(number, loss - paid);
  }

  /** What is left of the margin of a liquidation, likewise (LIQ-5). */
  leave(number: number, liquidation: RebuiltLiquidation, amount: bigint): void {
    if (amount <= 0n || this.#traded.terms.surplusTo === "pool") {
      this.movePool(number, liquidation, amount);
      return;
    }
    liquidation.surplus += amount;
    if (this.#traded.terms.surplusTo === "vault") this.#gainVault(number, amount);
    else this.#traded.books.giveBack(liquidation.account, amount, 0n);
  }

  /** A trade of the vault, lots bought positive, or a position that it takes with cash; what it cannot pay is the pool's and the house's (LIQ-4). */
  tradeVault(entry: "trade" | "takeover", number: number | null, lots: bigint, value: bigint, cash: bigint): void {
    const { books, vault } = this.#traded;
    if (vault === null) return;
    const before = vault.cash;
    books.payVault(vault.account, cash);
    const short = books.giveToVault(vault.account, lots, value);
    this.#expectVault(entry, number, lots, value, vault.cash - before);
    if (short > 0n) this.settle("cover", -short);
  }

  /** Funding of the vault, out of its cash; returns what that does not hold (MARK-3). */
  fundVault(amount: bigint): bigint {
    const { books, vault } = this.#traded;
    const short = vault === null ? 0n : books.payVault(vault.account, amount);
    this.#expectVault("funding", null, 0n, 0n, amount + short);
    return short;
  }

  #gainVault(number: number, amount: bigint): void {
    const { books, vault } = this.#traded;
    if (vault !== null) books.payVault(vault.account, amount);
    this.#expectVault("surplus", number, 0n, 0n, amount);
  }

  #expectVault(entry: string, number: number | null, lots: bigint, value: bigint, amount: bigint): void {
    this.#expected.push({ table: "vault", cells: this.vaultCells(entry, number, lots, value, amount) });
  }

  /** The next row of `vault`, after what it tells of was booked. */
  vaultCells(entry: string, number: number | null, lots: bigint, value: bigint, amount: bigint): Record<string, Rebuilt> {
    const { books, vault, number: instrument } = this.#traded;
    const account = vault?.account ?? 0;
    const movement = this.#vaultMovements;
    this.#vaultMovements += 1;
    return {
      ...{ movement, time_us: this.timeUs, instrument, entry, liquidation: number },
      ...{ size_lots: lots, value_quanta: value, amount_quanta: amount, cash_quanta: vault?.cash ?? 0n },
      ...{ position_lots: books.lots[account] as bigint, entry_value_quanta: books.entry[account] as bigint },
    };
  }

  /** Gains of the pool, or its payments (FUND-2). */
  movePool(number: number | null, liquidation: RebuiltLiquidation | null, amount: bigint): void {
    if (amount === 0n) return;
    this.#traded.pool.move(amount);
    if (liquidation !== null && amount > 0n) liquidation.surplus += amount;
    if (liquidation !== null && amount < 0n) liquidation.cover -= amount;
    this.#expected.push({ table: "funds", cells: this.fundCells(amount > 0n ? "surplus" : "cover", number, amount, 0n) });
  }

  /** What the pool cannot pay, the house does (FUND-4). */
  payFromHouse(number: number | null, liquidation: RebuiltLiquidation | null, amount: bigint): void {
    this.#cash.house -= amount;
    if (liquidation !== null) liquidation.uncovered += amount;
    this.#expected.push({ table: "funds", cells: this.fundCells("uncovered", number, 0n, amount) });
  }

  /** What others than the house bear of a loss that it paid: their entry values are the worse for it (FUND-4). */
  #socialise(number: number, loss: bigint): void {
    const { books, number: instrument } = this.#traded;
    let levied = 0n;
    for (const { account, profit, amount } of leviesOf(this.#traded, this.timeUs, loss, this.#standing, this.#recordedLevies(number))) {
      books.hold(account, 0n, (books.lots[account] as bigint) > 0n ? amount : -amount);
      this.#cash.house += amount;
      levied += amount;
      const about = { time_us: this.timeUs, liquidation: number, instrument, account };
      this.#expected.push({ table: "levies", cells: { ...about, open_profit_quanta: profit, levy_quanta: amount } });
    }
    if (levied > 0n) this.#expected.push({ table: "funds", cells: this.fundCells("socialised", number, 0n, -levied) });
  }

  /** Levies of a liquidation as recorded, by account. */
  #recordedLevies(liquidation: number): ReadonlyMap<number, bigint> {
    const levies = this.#recorded.filter(({ table, row }) => table === "levies" && row["liquidation"] === liquidation);
    return new Map(levies.map(({ row }) => [Number(row["account"]), wholeOf(row, "levy_quanta")]));
  }

  /** Takes lots, unsigned, of a liquidation out of the inventory, closed at a value. */
  release(number: number, liquidation: RebuiltLiquidation, entry: string, lots: bigint, value: bigint, closingValue: bigint): void {
    const { restLots } = liquidation;
    const { engine, books } = this.#traded;
    const change = restLots > 0n ? -lots : lots;
    engine.release(liquidation, lots, value, this.timeUs);
    books.hold(engineAccount(restLots), change, -value);
    this.#expected.push({ table: "inventory", cells: this.inventoryCells(number, entry, change, value, closingValue) });
  }

  /** A row of `inventory` at this instant. */
  inventoryCells(number: number, entry: string, lots: bigint, value: bigint, closingValue: bigint | null): Record<string, Rebuilt> {
    return {
      time_us: this.timeUs,
      liquidation: number,
      instrument: this.#traded.number,
      entry,
      size_lots: lots,
      value_quanta: value,
      closing_value_quanta: closingValue,
    };
  }

  /** A row of `conversions` at this instant. */
  conversionCells(account: number, asset: number, sold: bigint, credited: bigint): Record<string, Rebuilt> {
    return { time_us: this.timeUs, account, asset, sold_quanta: sold, credited_quanta: credited };
  }

  /** The next row of `funds`, after what it tells of was booked. */
  fundCells(entry: string, number: number | null, amount: bigint, house: bigint, pool: Pool = this.#traded.pool): Record<string, Rebuilt> {
    const movement = this.#movements;
    this.#movements += 1;
    return {
      movement,
      time_us: this.timeUs,
      pool: pool.number,
      pool_name: pool.name,
      entry,
      liquidation: number,
      amount_quanta: amount,
      available_quanta: pool.held,
      booked_quanta: pool.booked,
      pending_quanta: pool.pending,
      house_quanta: house,
    };
  }

  /** What the pool can pay for one liquidation: hidden losses in the others come first (FUND-3, FUND-4). */
  payable(liquidation: RebuiltLiquidation): bigint {
    const { engine, pool } = this.#traded;
    return most(0n, pool.availableWithout(this.timeUs, engine.profitAt(liquidation, this.mark)));
  }
}

/** The engine's account for lots of a side: what it took over from longs, from shorts. */
export function engineAccount(lots: bigint): number {
  return lots > 0n ? 0 : 1;
}
