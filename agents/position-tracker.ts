/** What an agent knows of its own position: from the venue's messages alone, so one latency old. */
import type { Message } from "../sim/index.ts";

/** A position as plain data, for snapshots. */
export type PositionState = readonly [lots: number, entryTicks: number];

/** What an agent knows of its position, from the messages of the venue. */
export class PositionTracker {
  #lots = 0;
  #entryTicks = 0;

  /** Position, negative when short, lots. */
  get lots(): number {
    return this.#lots;
  }

  /** Mean price at which it was built, ticks and parts of one; 0 without a position. */
  get entryTicks(): number {
    return this.#entryTicks;
  }

  /**
   * Takes in what a message says of the position.
   * @returns the lots that it has changed by, bought positive; 0 when it is about something else
   */
  receive(message: Message): number {
    switch (message.kind) {
      case "filled":
      case "reduced":
      case "deleveraged":
        this.trade(message.lots, message.priceTicks);
        return message.lots;
      case "liquidated": {
        const closed = -this.#lots;
        this.#lots = 0;
        this.#entryTicks = 0;
        return closed;
      }
      default:
        return 0;
    }
  }

  /** Books lots at a price, bought positive. What reduces leaves the entry as it is, what turns the position begins anew. */
  trade(lots: number, priceTicks: number): void {
    const before = this.#lots;
    const after = before + lots;
    if (after === 0) this.#entryTicks = 0;
    else if (before === 0 || before > 0 !== after > 0) this.#entryTicks = priceTicks;
    else if (before > 0 === lots > 0) this.#entryTicks = (this.#entryTicks * before + priceTicks * lots) / after;
    this.#lots = after;
  }

  /** What it gains at a price, part of the price it was built at: negative for a loss, 0 without a position or price. */
  gainAt(priceTicks: number): number {
    if (this.#lots === 0 || priceTicks === 0) return 0;
    const gain = priceTicks / this.#entryTicks - 1;
    return this.#lots > 0 ? gain : -gain;
  }

  state(): PositionState {
    return [this.#lots, this.#entryTicks];
  }

  restore([lots, entryTicks]: PositionState): void {
    this.#lots = lots;
    this.#entryTicks = entryTicks;
  }
}
