/**
 * The record of a run: its tables, and the digest over everything appended to them
 * (TIME-3). Commands enter the digest whether or not the `orders` table is kept.
 */
import { COMMAND, COMMAND_WORDS, type OrderCommandKind } from "./command.ts";
import { CommandLog, type CommandLogState } from "./command-log.ts";
import { Digest } from "./kernel/digest.ts";
import type { BlockStore } from "./kernel/row-blocks.ts";
import { Table, type TableState } from "./kernel/table.ts";
import type { Side } from "./market/order-book.ts";
import { FILL_OR_KILL, IMMEDIATE_OR_CANCEL, POST_ONLY, REDUCE_ONLY, TRIGGER_BY_LAST } from "./market/order-options.ts";
import { REFUSALS, type Refusal } from "./refusal.ts";
import * as schemas from "./tables.ts";

/** A command's kind, side, options, result and instrument enter the digest as one number. */
const COMMAND_PLACES = COMMAND_WORDS.length;
const OPTION_PLACES = 128;
const RESULT_PLACES = REFUSALS.length + 1;

/** A record as plain data. */
export interface RecordState {
  readonly clockUs: number;
  readonly bookings: number;
  readonly adlEvents: number;
  readonly commands: CommandLogState;
  /** In the order of `tables`. */
  readonly tables: readonly TableState[];
}

/** The tables of a run as they grow, and the digest of all that was appended. */
export class Record {
  readonly instruments: Table = new Table(schemas.INSTRUMENTS);
  readonly assets: Table = new Table(schemas.ASSETS);
  readonly trades: Table = new Table(schemas.TRADES);
  readonly marks: Table = new Table(schemas.MARKS);
  readonly orders: Table = new Table(schemas.ORDERS, false);
  readonly liquidations: Table = new Table(schemas.LIQUIDATIONS);
  readonly inventory: Table = new Table(schemas.INVENTORY);
  readonly adl: Table = new Table(schemas.ADL);
  readonly funds: Table = new Table(schemas.FUNDS);
  readonly levies: Table = new Table(schemas.LEVIES);
  readonly vault: Table = new Table(schemas.VAULT);
  readonly funding: Table = new Table(schemas.FUNDING);
  readonly offsets: Table = new Table(schemas.OFFSETS);
  readonly conversions: Table = new Table(schemas.CONVERSIONS);
  readonly margins: Table = new Table(schemas.MARGINS);
  readonly collateral: Table = new Table(schemas.COLLATERAL);
  readonly indexOutages: Table = new Table(schemas.INDEX_OUTAGES);
  readonly cascades: Table = new Table(schemas.CASCADES);
  readonly episodes: Table = new Table(schemas.EPISODES);
  readonly accounts: Table = new Table(schemas.ACCOUNTS);
  readonly positions: Table = new Table(schemas.POSITIONS);
  readonly samples: Table = new Table(schemas.SAMPLES);
  /** The present, microseconds since the Unix epoch: in a column, since a number kept in a field or handed on would be boxed. */
  readonly clock: Float64Array = new Float64Array(1);
  readonly #commands = new CommandLog();
  readonly #keepsOrders: boolean;
  #bookings = 0;
  #adlEvents = 0;

  /** @param store where rows go that need not stay in memory; null keeps them all there */
  constructor(keepsOrders: boolean, store: BlockStore | null = null) {
    this.#keepsOrders = keepsOrders;
    if (store !== null) for (const table of this.tables()) table.keepIn(store);
  }

  /** Number of the booking that comes next: taken by a cause before what it brings about takes its own. */
  nextBooking(): number {
    const booking = this.#bookings;
    this.#bookings += 1;
    return booking;
  }

  /** Number of the ADL event that comes next: one request to the policy. */
  nextAdlEvent(): number {
    const event = this.#adlEvents;
    this.#adlEvents += 1;
    return event;
  }

  /** Notes a command that reached the venue now, or an order that triggered. */
  command(
    instrument: number,
    account: number,
    order: number,
    command: OrderCommandKind,
    side: Side,
    priceTicks: number,
    lots: number,
    options: number,
    refusal: Refusal | null,
  ): void {
    const result = refusal === null ? 0 : 1 + REFUSALS.indexOf(refusal);
    const commands = this.#commands;
    const place = commands.claim();
    const { block } = commands;
    block[place] = this.clock[0] as number;
    block[place + 1] = account;
    block[place + 2] = order;
    block[place + 3] = command + COMMAND_PLACES * (side + 2 * (options + OPTION_PLACES * (result + RESULT_PLACES * instrument)));
    block[place + 4] = priceTicks;
    block[place + 5] = lots;
    if (!this.#keepsOrders) return;
    const at = this.orders.claim();
    const row = this.orders.block;
    row[at] = this.clock[0] as number;
    row[at + 1] = instrument;
    row[at + 2] = account;
    row[at + 3] = order;
    row[at + 4] = command;
    row[at + 5] = side;
    row[at + 6] = command === COMMAND.market || command === COMMAND.cancel ? Number.NaN : priceTicks;
    row[at + 7] = lots;
    row[at + 8] = (options & FILL_OR_KILL) !== 0 ? 2 : (options & IMMEDIATE_OR_CANCEL) !== 0 ? 1 : 0;
    row[at + 9] = (options & POST_ONLY) !== 0 ? 1 : 0;
    row[at + 10] = (options & REDUCE_ONLY) !== 0 ? 1 : 0;
    row[at + 11] = isTriggered(command) ? ((options & TRIGGER_BY_LAST) !== 0 ? 1 : 0) : Number.NaN;
    row[at + 12] = result;
  }

  /** @param liquidation that an order of the trade serves, NaN for none */
  trade(
    instrument: number,
    booking: number,
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
    const { rowCount } = this.trades;
    const at = this.trades.claim();
    const row = this.trades.block;
    row[at] = rowCount;
    row[at + 1] = booking;
    row[at + 2] = this.clock[0] as number;
    row[at + 3] = instrument;
    row[at + 4] = priceTicks;
    row[at + 5] = lots;
    row[at + 6] = value;
    row[at + 7] = takerSide;
    row[at + 8] = maker;
    row[at + 9] = taker;
    row[at + 10] = makerFee;
    row[at + 11] = takerFee;
    row[at + 12] = liquidation;
  }

  /** @param legs numbers of the long and of the short one, as their liquidations */
  offset(instrument: number, liquidations: readonly [number, number], legs: readonly [number, number], lots: number, value: number): void {
    this.offsets.append([this.nextBooking(), this.clock[0] as number, instrument, ...liquidations, ...legs, lots, value]);
  }

  /** @param asset its row in `assets` */
  conversion(account: number, asset: number, sold: number, credited: number): void {
    this.conversions.append([this.nextBooking(), this.clock[0] as number, account, asset, sold, credited]);
  }

  /** The digest of everything recorded (TIME-3): that of the commands, and that of each table but `orders`, in the order of the schemas. */
  digest(): string {
    const digest = new Digest();
    for (const part of [this.#commands, ...this.tables().filter((table) => table !== this.orders)]) {
      digest.numbers(Float64Array.from(part.digest().state));
    }
    return digest.hex();
  }

  /** All rows so far, and where the bookings stand (TIME-4). */
  state(): RecordState {
    return {
      clockUs: this.clock[0] as number,
      bookings: this.#bookings,
      adlEvents: this.#adlEvents,
      commands: this.#commands.state(),
      tables: this.tables().map((table) => table.state()),
    };
  }

  /** Fills an empty record that keeps the same tables. */
  restore({ clockUs, bookings, adlEvents, commands, tables }: RecordState): void {
    this.clock[0] = clockUs;
    this.#bookings = bookings;
    this.#adlEvents = adlEvents;
    this.#commands.restore(commands);
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
      this.levies,
      this.vault,
      this.funding,
      this.offsets,
      this.conversions,
      this.margins,
      this.collateral,
      this.indexOutages,
      this.cascades,
      this.episodes,
      this.accounts,
      this.positions,
      this.samples,
    ];
    return this.#keepsOrders ? all : all.filter((table) => table !== this.orders);
  }
}

function isTriggered(command: OrderCommandKind): boolean {
  return command === COMMAND.stopMarket || command === COMMAND.takeProfit || command === COMMAND.trigger;
}
