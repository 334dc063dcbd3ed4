/** What happens to all positions of a contract at once: funding (MARK-3) and settlement at expiry (INST-5). */
import { spread } from "../../kernel/spread.ts";
import { valueOf } from "../../venue/instrument.ts";
import { add, multiplyDivide, type Ratio } from "../../venue/whole.ts";
import type { MarginTerms } from "../margin.ts";
import type { Bookings } from "./booking.ts";
import { type Books, CONTRACT } from "./books.ts";
import type { Terms } from "./exposure.ts";
import type { Standings } from "./standing.ts";

/** Rows of a contract that hold something on a side, by account, the net or long leg before the short one. */
function rowsOf(books: Books, instrument: number, sign: 1 | -1): number[] {
  const { holdings } = books;
  const rows: number[] = [];
  for (let row = 0; row < holdings.count; row++) {
    if (holdings.instrument[row] === instrument && (holdings.lots[row] as number) * sign > 0) rows.push(row);
  }
  return rows.sort((a, b) => (holdings.account[a] as number) - (holdings.account[b] as number));
}

/**
 * Funding at a rate: longs pay when it is positive. Each payer's amount is rounded up;
 * receivers share exactly the total, largest remainders first. What a scope cannot pay,
 * its pool pays.
 */
export function payFunding(books: Books, terms: Terms, standings: Standings, instrument: number, rate: Ratio): void {
  if (rate.numerator === 0) return;
  const { holdings } = books;
  const { instrument: contract } = terms[instrument] as MarginTerms;
  const { asset } = books.instrumentOf(instrument);
  const payerSign = rate.numerator > 0 ? 1 : -1;
  const valueAt = (row: number) => valueOf(contract, books.markTicks[instrument] as number, holdings.lots[row] as number);
  let total = 0;
  for (const row of rowsOf(books, instrument, payerSign)) {
    const amount = multiplyDivide(valueAt(row), Math.abs(rate.numerator), rate.denominator, "up");
    const account = holdings.account[row] as number;
    let paid: number;
    if (holdings.isolated[row] === 1) {
      paid = Math.min(amount, holdings.margin[row] as number);
      holdings.margin[row] = (holdings.margin[row] as number) - paid;
    } else {
      paid = Math.min(amount, standings.remaining(account, asset));
      books.credit(account, asset, CONTRACT, -paid);
    }
    books.payFromPool(instrument, amount - paid);
    total += amount;
  }
  const receivers = rowsOf(books, instrument, payerSign === 1 ? -1 : 1);
  if (total === 0) return;
  const shares = spread(total, receivers.map(valueAt));
  receivers.forEach((row, index) => {
    const share = shares[index] as number;
    if (holdings.isolated[row] === 1) {
      holdings.margin[row] = add(holdings.margin[row] as number, share, `account ${holdings.account[row]} margin`);
    } else books.credit(holdings.account[row] as number, asset, CONTRACT, share);
  });
}

/**
 * Closes all positions of a contract at a price of `numerator ÷ denominator` ticks, which
 * need not be whole. Longs and shorts share the same total value, so that it conserves.
 */
export function settleAll(
  books: Books,
  terms: Terms,
  bookings: Bookings,
  instrument: number,
  numerator: number,
  denominator: number,
): void {
  const { holdings } = books;
  const contract = (terms[instrument] as MarginTerms).instrument;
  const longs = rowsOf(books, instrument, 1);
  const shorts = rowsOf(books, instrument, -1);
  if (longs.length === 0) return;
  const lotsOf = (row: number) => Math.abs(holdings.lots[row] as number);
  const total = exactValue(contract.kind, contract.quantaPerTickLot, longs.map(lotsOf), numerator, denominator);
  const valueOfRow = new Map<number, number>();
  for (const rows of [longs, shorts]) {
    const shares = spread(total, rows.map(lotsOf));
    rows.forEach((row, index) => {
      valueOfRow.set(row, shares[index] as number);
    });
  }
  const inOrder = [...longs, ...shorts].sort(
    (a, b) =>
      (holdings.account[a] as number) - (holdings.account[b] as number) || (holdings.leg[a] as number) - (holdings.leg[b] as number),
  );
  for (const row of inOrder) bookings.close(row, lotsOf(row), valueOfRow.get(row) as number, null);
}

/** Value of all lots at a price that is no whole tick, half to even. */
function exactValue(kind: "linear" | "inverse", ratio: Ratio, lots: readonly number[], numerator: number, denominator: number): number {
  const all = lots.reduce((sum, some) => sum + BigInt(some), 0n);
  const [above, below] = kind === "linear" ? [numerator, denominator] : [denominator, numerator];
  const product = all * BigInt(ratio.numerator) * BigInt(above);
  const divisor = BigInt(ratio.denominator) * BigInt(below);
  const quotient = product / divisor;
  const twice = (product % divisor) * 2n;
  return Number(twice > divisor || (twice === divisor && quotient % 2n !== 0n) ? quotient + 1n : quotient);
}
