/**
 * The record of a run: its tables, and the digest over everything appended to them
 * (TIME-3). Commands enter the digest whether or not the `orders` table is kept.
 */
import { COMMAND, COMMAND_WORDS, type CommandKind } from "./command.ts";
import { Digest } from "./kernel/digest.ts";
import { Table, type TableState } from "./kernel/table.ts";
import type { Side } from "./market/order-book.ts";
import { FILL_OR_KILL, IMMEDIATE_OR_CANCEL, POST_ONLY, REDUCE_ONLY, TRIGGER_BY_LAST } from "./market/order-options.ts";
import { REFUSALS, type Refusal } from "./refusal.ts";
import * as schemas from "./tables.ts";

/** A command's kind, side, options and result enter the digest as one number. */
const COMMAND_PLACES = COMMAND_WORDS.length;
const OPTION_PLACES = 32;

/** A record as plain data. */
export interface RecordState {
  readonly bookings: number;
  readonly digest: Int32Array;
  /** In the order of `tables`. */
  readonly tables: readonly TableState[];
}

export class Record {
  readonly digest: Digest = new Digest();
  readonly instruments: Table = new Table(schemas.INSTRUMENTS, this.digest);
  readonly assets: Table = new Table(schemas.ASSETS, this.digest);
  readonly trades: Table = new Table(schemas.TRADES, this.digest);
  readonly marks: Table = new Table(schemas.MARKS, this.digest);
  readonly orders: Table = new Table(schemas.ORDERS);
  readonly liquidations: Table = new Table(schemas.LIQUIDATIONS, this.digest);
  readonly inventory: Table = new Table(schemas.INVENTORY, this.digest);
  readonly adl: Table = new Table(schemas.ADL, this.digest);
  readonly funds: Table = new Table(schemas.FUNDS, this.digest);
  readonly funding: Table = new Table(schemas.FUNDING, this.digest);
  readonly indexOutages: Table = new Table(schemas.INDEX_OUTAGES, this.digest);
  readonly cascades: Table = new Table(schemas.CASCADES, this.digest);
  readonly accounts: Table = new Table(schemas.ACCOUNTS, this.digest);
  readonly samples: Table = new Table(schemas.SAMPLES, this.digest);
  readonly #keepsOrders: boolean;
  #bookings = 0;

  constructor(keepsOrders: boolean) {
    this.#keepsOrders = keepsOrders;
  }

  /** Number of the booking that comes next: taken by a cause before what it brings about takes its own. */
  nextBooking(): number {
    const booking = this.#bookings;
    this.#bookings += 1;
    return booking;
  }

  /** Notes a command that reached the venue, or an order that triggered. */
  command(
    timeUs: number,
    account: number,
    order: number,
    command: CommandKind,
    side: Side,
    priceTicks: number,
    lots: number,
    options: number,
    refusal: Refusal | null,
  ): void {
    const result = refusal === null ? 0 : 1 + REFUSALS.indexOf(refusal);
    const { buffer } = this.digest;
    buffer[0] = timeUs;
    buffer[1] = account;
    buffer[2] = order;
    buffer[3] = command + COMMAND_PLACES * (side + 2 * (options + OPTION_PLACES * result));
    buffer[4] = priceTicks;
    buffer[5] = lots;
    this.digest.row(6);
    if (!this.#keepsOrders) return;
    const { row } = this.orders;
    row[0] = timeUs;
    row[1] = 0;
    row[2] = account;
    row[3] = order;
    row[4] = command;
    row[5] = side;
    row[6] = command === COMMAND.market || command === COMMAND.cancel ? Number.NaN : priceTicks;
    row[7] = lots;
    row[8] = (options & FILL_OR_KILL) !== 0 ? 2 : (options & IMMEDIATE_OR_CANCEL) !== 0 ? 1 : 0;
    row[9] = (options & POST_ONLY) !== 0 ? 1 : 0;
    row[10] = (options & REDUCE_ONLY) !== 0 ? 1 : 0;
    row[11] = isTriggered(command) ? ((options & TRIGGER_BY_LAST) !== 0 ? 1 : 0) : Number.NaN;
    row[12] = result;
    this.orders.appendRow();
  }

  /** @param liquidation that an order of the trade serves, NaN for none */
  trade(
    booking: number,
    timeUs: number,
    priceTicks: number,
    lots: number,
    value: number,
    takerSide: Side,
    maker: number,
    taker: number,
    makerFee: number,
    takerFee: number,
    liquidation: number,
  ): void {
    const { row, rowCount } = this.trades;
    row[0] = rowCount;
    row[1] = booking;
    row[2] = timeUs;
    row[3] = 0;
    row[4] = priceTicks;
    row[5] = lots;
    row[6] = value;
    row[7] = takerSide;
    row[8] = maker;
    row[9] = taker;
    row[10] = makerFee;
    row[11] = takerFee;
    row[12] = liquidation;
    this.trades.appendRow();
  }

  /** All rows so far, and where digest and bookings stand (TIME-4). */
  state(): RecordState {
    return { bookings: this.#bookings, digest: this.digest.state.slice(), tables: this.tables().map((table) => table.state()) };
  }

  /** Fills an empty record that keeps the same tables. */
  restore({ bookings, digest, tables }: RecordState): void {
    this.#bookings = bookings;
    this.digest.state.set(digest);
    this.tables().forEach((table, place) => {
      table.restore(tables[place] as TableState);
    });
  }

  /** All tables that were kept, in the order of the schemas. */
  tables(): Table[] {
    const all = [
      this.instruments,
      this.assets,
      this.trades,
      this.marks,
      this.orders,
      this.liquidations,
      this.inventory,
      this.adl,
      this.funds,
      this.funding,
      this.indexOutages,
      this.cascades,
      this.accounts,
      this.samples,
    ];
    return this.#keepsOrders ? all : all.filter((table) => table !== this.orders);
  }
}

function isTriggered(command: CommandKind): boolean {
  return command === COMMAND.stopMarket || command === COMMAND.takeProfit || command === COMMAND.trigger;
}
