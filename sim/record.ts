/**
 * The record of a run: its tables, and the digest over everything appended to them
 * (TIME-3). Commands enter the digest whether or not the `orders` table is kept.
 */
import { Digest } from "./kernel/digest.ts";
import { Table } from "./kernel/table.ts";
import * as schemas from "./tables.ts";

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

  /** Notes a command that reached the venue. */
  command(
    timeUs: number,
    account: number,
    order: number,
    command: "limit" | "market" | "cancel",
    side: "buy" | "sell",
    priceTicks: number,
    lots: number,
    result: string,
  ): void {
    const { digest } = this;
    const { buffer } = digest;
    buffer[0] = timeUs;
    buffer[1] = account;
    buffer[2] = order;
    buffer[3] = command === "limit" ? 0 : command === "market" ? 1 : 2;
    buffer[4] = side === "buy" ? 0 : 1;
    buffer[5] = priceTicks;
    buffer[6] = lots;
    buffer[7] = result === "accepted" ? 0 : 1;
    digest.row(8);
    if (this.#keepsOrders) {
      this.orders.append([timeUs, 0, account, order, command, side, command === "limit" ? priceTicks : null, lots, result]);
    }
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
