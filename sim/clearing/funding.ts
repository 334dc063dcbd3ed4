/** Who pays funding to whom (MARK-3): amounts from positions, mark and rate alone. */
import { spread } from "../kernel/spread.ts";
import { RATE_UNITS } from "../venue/funding-rate-unit.ts";
import { type Instrument, valueOf } from "../venue/instrument.ts";
import { add, multiplyDivide } from "../venue/whole.ts";
import type { Accounts } from "./accounts.ts";

/** Amounts by account, payers first, each group by account number. */
export interface FundingDues {
  readonly account: readonly number[];
  /** Received, negative when owed, quanta: they sum to zero. */
  readonly amount: readonly number[];
}

/**
 * Funding of all positions at a mark: longs pay when the rate is positive. Each payer owes
 * value × rate rounded up; receivers share exactly the total by value, largest remainders
 * first (UNIT-3). Nobody owes anything at a rate of zero.
 * @param rateHundredMillionths signed, whole
 * @throws OverflowError when the total leaves the safe range (UNIT-1)
 */
export function fundingDues(accounts: Accounts, instrument: Instrument, markTicks: number, rateHundredMillionths: number): FundingDues {
  const account: number[] = [];
  const amount: number[] = [];
  const receivers: number[] = [];
  const values: number[] = [];
  const rate = Math.abs(rateHundredMillionths);
  let total = 0;
  for (let row = 0; row < accounts.count && rate > 0; row++) {
    const lots = accounts.positionLots[row] as number;
    if (lots === 0) continue;
    const value = valueOf(instrument, markTicks, lots);
    if (lots > 0 === rateHundredMillionths > 0) {
      const owed = multiplyDivide(value, rate, RATE_UNITS, "up");
      if (owed === 0) continue;
      account.push(row);
      amount.push(-owed);
      total = add(total, owed, "funding of all payers");
    } else {
      receivers.push(row);
      values.push(value);
    }
  }
  if (total === 0) return { account, amount };
  const shares = spread(total, weightsOf(accounts, receivers, values));
  receivers.forEach((row, place) => {
    const share = shares[place] as number;
    if (share === 0) return;
    account.push(row);
    amount.push(share);
  });
  return { account, amount };
}

/** Values of the receivers; where all of them round to nothing, their lots. */
function weightsOf(accounts: Accounts, receivers: readonly number[], values: readonly number[]): readonly number[] {
  return values.some((value) => value > 0) ? values : receivers.map((row) => Math.abs(accounts.positionLots[row] as number));
}
