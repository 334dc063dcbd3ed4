/**
 * Cross scopes in columns: what is margined together, and its cash (ACCT-5, ACCT-6). Every
 * account has as many scopes as there are assets, numbered `account × assets + asset`:
 * in single-currency mode one an asset; in multi-currency mode its first holds all
 * positions and counts the cash of all, the others are empty.
 */

/** A position, in hedge mode a leg, or orders alone. */
export interface CrossPosition {
  readonly market: number;
  /** Negative when short; 0 for orders alone. */
  readonly lots: number;
  /** Value at opening, quanta (INST-3). */
  readonly entryValue: number;
  /** Size that is judged, not below that of the position: with open orders where the venue counts them (TIER-2). */
  readonly judgedLots: number;
}

/** Numbers a position takes in `rows`, and their places. */
export const ROW_NUMBERS = 4;
export const ROW_MARKET = 0;
export const ROW_LOTS = 1;
export const ROW_ENTRY = 2;
export const ROW_JUDGED = 3;

export class CrossScopes {
  readonly accountCount: number;
  readonly assetCount: number;
  readonly count: number;
  /** Cash by scope number, quanta: the balance of the contract wallet less margin frozen by isolated orders and fees of open orders (MARGIN-3). */
  readonly cash: Float64Array;
  /** 1 for accounts in multi-currency mode. */
  readonly multi: Uint8Array;
  /** Positions, `ROW_NUMBERS` numbers each; those of a scope lie together, in the order of markets. */
  rows: Float64Array;
  /** First position of a scope and their number. */
  readonly first: Int32Array;
  readonly held: Uint16Array;
  readonly #room: Uint16Array;
  /** Places that were left, by their size. */
  readonly #free = new Map<number, number[]>();
  #used = 0;

  /** @param positions for how many there is room at once; more are made room for */
  constructor(accountCount: number, assetCount: number, positions = accountCount) {
    this.accountCount = accountCount;
    this.assetCount = assetCount;
    this.count = accountCount * assetCount;
    this.cash = new Float64Array(this.count);
    this.multi = new Uint8Array(accountCount);
    this.rows = new Float64Array(Math.max(1, positions) * ROW_NUMBERS);
    this.first = new Int32Array(this.count);
    this.held = new Uint16Array(this.count);
    this.#room = new Uint16Array(this.count);
  }

  /** Account of a scope. */
  accountOf(scope: number): number {
    return Math.floor(scope / this.assetCount);
  }

  /** Sets all positions of a scope. */
  setPositions(scope: number, positions: readonly CrossPosition[]): void {
    const sorted = [...positions].sort((a, b) => a.market - b.market);
    if (sorted.length > (this.#room[scope] as number)) this.#move(scope, sorted.length);
    this.held[scope] = sorted.length;
    let at = (this.first[scope] as number) * ROW_NUMBERS;
    for (const { market, lots, entryValue, judgedLots } of sorted) {
      this.rows[at + ROW_MARKET] = market;
      this.rows[at + ROW_LOTS] = lots;
      this.rows[at + ROW_ENTRY] = entryValue;
      this.rows[at + ROW_JUDGED] = judgedLots;
      at += ROW_NUMBERS;
    }
  }

  /** Gives a scope a larger place; its old one is kept for others. */
  #move(scope: number, size: number): void {
    const room = this.#room[scope] as number;
    if (room > 0) {
      const left = this.#free.get(room);
      if (left === undefined) this.#free.set(room, [this.first[scope] as number]);
      else left.push(this.first[scope] as number);
    }
    this.#room[scope] = size;
    const reused = this.#free.get(size)?.pop();
    if (reused !== undefined) {
      this.first[scope] = reused;
      return;
    }
    this.first[scope] = this.#used;
    this.#used += size;
    if (this.#used * ROW_NUMBERS <= this.rows.length) return;
    const rows = new Float64Array(Math.max(2 * this.rows.length, this.#used * ROW_NUMBERS));
    rows.set(this.rows);
    this.rows = rows;
  }
}
