/** What must hold in the record of any run, beside what the run itself checks after every event. A new check is one entry. */
import type { Record as RunRecord, Table } from "../../sim/index.ts";

const CHECKS: Readonly<Record<string, (record: RunRecord) => boolean>> = {
  "CONS-1: positions sum to zero": ({ instruments, positions }) => {
    const of = positions.numbers("instrument");
    const lots = positions.numbers("position_lots");
    return [...instruments.numbers("instrument")].every((instrument) => total(lots.filter((_, row) => of[row] === instrument)) === 0n);
  },
  "CONS-2: cash less signed entry values is what was deposited": ({ accounts, positions, funds }) => {
    const lots = positions.numbers("position_lots");
    const signedEntry = total(positions.numbers("entry_value_quanta").map((value, row) => Math.sign(lots[row] as number) * value));
    const available = new Map<number, number>();
    const pools = funds.numbers("pool");
    funds.numbers("available_quanta").forEach((amount, row) => {
      available.set(pools[row] as number, amount);
    });
    const entries = funds.words("entry");
    const seeds = total(funds.numbers("amount_quanta").filter((_, row) => entries[row] === "seed"));
    return (
      sum(accounts, "wallet_quanta") + sum(accounts, "margin_quanta") + total(Float64Array.from(available.values())) - signedEntry ===
      sum(accounts, "deposited_quanta") + seeds
    );
  },
  "FUND-4: no payment takes a pool below zero": ({ funds }) => funds.numbers("available_quanta").every((amount) => amount >= 0),
  "LIQ-4: what is taken over is closed and no more, and all of it unless the liquidation is open": ({ liquidations }) => {
    const takeover = liquidations.numbers("takeover_lots");
    const closed = ["market_lots", "fund_lots", "vault_lots", "adl_lots", "residual_lots"].map((name) => liquidations.numbers(name));
    return liquidations.words("status").every((status, row) => {
      const lots = closed.reduce((done, part) => done + (part[row] as number), 0);
      const all = takeover[row] as number;
      if (status === "reduced") return all === 0 && lots === 0;
      if (status === "open") return all === 0 ? lots === 0 : lots < all;
      return all > 0 && lots === all;
    });
  },
  "LIQ-1: only what is at risk is liquidated": ({ liquidations }) => {
    const requirement = liquidations.numbers("requirement_quanta");
    return liquidations.numbers("equity_quanta").every((equity, row) => equity <= (requirement[row] as number));
  },
  "ORDER-1: the book is not crossed at any mark": ({ marks }) => {
    const ask = marks.numbers("ask_ticks");
    return marks.numbers("bid_ticks").every((bid, row) => !(bid >= (ask[row] as number)));
  },
  "CASC-2: samples sum to the run": ({ samples, trades, liquidations, adl }) =>
    sum(samples, "volume_lots") === sum(trades, "size_lots") &&
    sum(samples, "liquidations") === BigInt(liquidations.rowCount) &&
    sum(samples, "liquidated_long_quanta") + sum(samples, "liquidated_short_quanta") === sum(liquidations, "liquidated_quanta") &&
    sum(samples, "adl_quanta") === sum(adl, "value_quanta"),
};

/** @throws Error naming the first check that fails */
export function checkRecord(record: RunRecord): void {
  for (const [name, holds] of Object.entries(CHECKS)) {
    if (!holds(record)) throw new Error(`${name}: does not hold at the end of the run`);
  }
}

/** Whether some loss could not be paid by the fund in full. */
export function isExhausted({ adl, funds }: RunRecord): boolean {
  return adl.numbers("needed_quanta").some((needed) => needed > 0) || funds.numbers("house_quanta").some((paid) => paid > 0);
}

/** Sums know no limit (UNIT-1). */
function sum(table: Table, column: string): bigint {
  return total(table.numbers(column));
}

function total(values: Float64Array): bigint {
  let done = 0n;
  for (const value of values) done += BigInt(value);
  return done;
}
