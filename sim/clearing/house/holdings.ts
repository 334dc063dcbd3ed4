/**
 * Positions in columns: a row per account, contract and leg that was ever touched, linked
 * per account. In one-way mode row `NET` is the position; in hedge mode `NET` holds the
 * long leg and `SHORT` the short one.
 */
/** Leg of a row: the net position or the long leg. */
export const NET = 0;
/** Leg of a row: the short leg. */
export const SHORT = 1;
/** Which row of a contract. */
export type LegRow = typeof NET | typeof SHORT;

const NONE = -1;
const FIRST_CAPACITY = 64;
const LEVERAGE_ONE_HUNDREDTHS = 100;

type NumberColumn = Float64Array<ArrayBuffer>;
type IndexColumn = Int32Array<ArrayBuffer>;

export class Holdings {
  count = 0;
  account: IndexColumn = new Int32Array(FIRST_CAPACITY);
  instrument: IndexColumn = new Int32Array(FIRST_CAPACITY);
  leg: IndexColumn = new Int32Array(FIRST_CAPACITY);
  /** 1 isolated, 0 cross. */
  isolated: IndexColumn = new Int32Array(FIRST_CAPACITY);
  /** Next row of the same account, −1 at the end. */
  next: IndexColumn = new Int32Array(FIRST_CAPACITY);
  /** Negative when short. */
  lots: NumberColumn = new Float64Array(FIRST_CAPACITY);
  /** Sum of the booked values the position was built from (INST-3), quanta. */
  entryValue: NumberColumn = new Float64Array(FIRST_CAPACITY);
  /** Position margin of an isolated position, quanta. */
  margin: NumberColumn = new Float64Array(FIRST_CAPACITY);
  leverageHundredths: NumberColumn = new Float64Array(FIRST_CAPACITY);
  /** Lots of open orders: all buys and sells of a net position, or those that open and those that close the leg. */
  buyLots: NumberColumn = new Float64Array(FIRST_CAPACITY);
  sellLots: NumberColumn = new Float64Array(FIRST_CAPACITY);
  /** Held by open orders (ORDER-2), quanta; and the part of it that is fees. */
  frozen: NumberColumn = new Float64Array(FIRST_CAPACITY);
  frozenFees: NumberColumn = new Float64Array(FIRST_CAPACITY);
  /** First row of each account, −1 for none. */
  readonly first: Int32Array;
  readonly #last: Int32Array;

  constructor(accountCount: number) {
    this.first = new Int32Array(accountCount).fill(NONE);
    this.#last = new Int32Array(accountCount).fill(NONE);
  }

  /** The row of a leg, −1 when it was never touched. */
  find(account: number, instrument: number, leg: LegRow): number {
    let row = this.first[account] as number;
    while (row !== NONE && (this.instrument[row] !== instrument || this.leg[row] !== leg)) row = this.next[row] as number;
    return row;
  }

  /** The row of a leg, made when it is not there: cross at leverage 1, in the margin mode of the contract's other leg. */
  row(account: number, instrument: number, leg: LegRow): number {
    const found = this.find(account, instrument, leg);
    if (found !== NONE) return found;
    if (this.count === this.account.length) this.#grow();
    const row = this.count;
    this.count += 1;
    const other = this.find(account, instrument, leg === NET ? SHORT : NET);
    this.account[row] = account;
    this.instrument[row] = instrument;
    this.leg[row] = leg;
    this.isolated[row] = other === NONE ? 0 : (this.isolated[other] as number);
    this.leverageHundredths[row] = LEVERAGE_ONE_HUNDREDTHS;
    this.next[row] = NONE;
    const last = this.#last[account] as number;
    if (last === NONE) this.first[account] = row;
    else this.next[last] = row;
    this.#last[account] = row;
    return row;
  }

  #grow(): void {
    const capacity = this.account.length * 2;
    this.account = integers(this.account, capacity);
    this.instrument = integers(this.instrument, capacity);
    this.leg = integers(this.leg, capacity);
    this.isolated = integers(this.isolated, capacity);
    this.next = integers(this.next, capacity);
    this.lots = numbers(this.lots, capacity);
    this.entryValue = numbers(this.entryValue, capacity);
    this.margin = numbers(this.margin, capacity);
    this.leverageHundredths = numbers(this.leverageHundredths, capacity);
    this.buyLots = numbers(this.buyLots, capacity);
    this.sellLots = numbers(this.sellLots, capacity);
    this.frozen = numbers(this.frozen, capacity);
    this.frozenFees = numbers(this.frozenFees, capacity);
  }
}

/** A longer copy of a column of whole numbers. */
export function integers(column: IndexColumn, capacity: number): IndexColumn {
  const next = new Int32Array(capacity);
  next.set(column);
  return next;
}

/** A longer copy of a column of numbers. */
export function numbers(column: NumberColumn, capacity: number): NumberColumn {
  const next = new Float64Array(capacity);
  next.set(column);
  return next;
}
