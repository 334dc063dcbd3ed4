/**
 * The ranking of one side at one mark (ADL-3), kept from one event to the next: a policy that
 * closes one candidate after the other is not asked again over all accounts for every
 * liquidation. All positions of the side are scored at the first event of a mark; after that
 * only those are that have changed. Whether a candidate is eligible depends on the price of
 * the event and is judged, exactly, when its turn comes.
 */
import type { AdlRules } from "../../venue/rules.ts";
import { type Accounts, FIRST_TRADER_ACCOUNT } from "../accounts.ts";
import type { Inventory } from "../insurance-fund.ts";
import type { MarginTerms } from "../margin.ts";
import { emptyCandidates, isOtherLeg, type ScopeOfCandidate, staysSolvent, writeCandidate } from "./candidates.ts";
import type { AdlFill, AdlPolicy, ScoreOf } from "./policy.ts";
import { compareExactly, compareRoughly, type Score, toNumber } from "./score.ts";

/** Who is closed: fills that name rows of `account`. */
export interface RankedFills {
  readonly account: readonly number[];
  readonly fills: readonly AdlFill[];
}

/** Rows for scores that doubles cannot tell apart. */
const [ONE, OTHER] = [0, 1] as const;

export class AdlRanking {
  readonly #accounts: Accounts;
  readonly #terms: MarginTerms;
  readonly #onlyWinners: boolean;
  readonly #needsRequirement: boolean;
  readonly #scoreOf: ScoreOf;
  readonly #scopeOf: ((number: number) => ScopeOfCandidate) | null;
  /** Of the positions that are ranked: 1 for long, −1 for short. */
  readonly #side: 1 | -1;
  /** A binary heap of accounts, the one to be closed next first. */
  readonly #heap: Int32Array;
  /** Where each account stands in it, plus one; 0 for one that does not. */
  readonly #place: Int32Array;
  /** By account: its score as a double, and whether it has a profit. */
  readonly #rough: Float64Array;
  readonly #wins: Uint8Array;
  readonly #rows = emptyCandidates();
  #length = 0;
  /** The mark it is of, 0 when it is of none. */
  #markTicks = 0;

  /**
   * @param policy has a `scoreOf`
   * @param scopeOf the scope of a cross position; null where all are isolated
   */
  constructor(
    accounts: Accounts,
    terms: MarginTerms,
    rules: Pick<AdlRules, "eligible">,
    policy: Pick<AdlPolicy, "needs"> & { readonly scoreOf: ScoreOf },
    side: 1 | -1,
    scopeOf: ((number: number) => ScopeOfCandidate) | null = null,
  ) {
    this.#scopeOf = scopeOf;
    this.#accounts = accounts;
    this.#terms = terms;
    this.#onlyWinners = rules.eligible === "profitable";
    this.#needsRequirement = policy.needs.includes("requirement");
    this.#scoreOf = policy.scoreOf;
    this.#side = side;
    this.#heap = new Int32Array(accounts.count);
    this.#place = new Int32Array(accounts.count);
    this.#rough = new Float64Array(accounts.count);
    this.#wins = new Uint8Array(accounts.count);
  }

  /** Forgets all: a new mark, or time has passed. */
  clear(): void {
    this.#markTicks = 0;
  }

  /** The position of an account or its margin has changed. */
  changed(account: number): void {
    if (this.#markTicks === 0) return;
    const stood = (this.#place[account] as number) - 1;
    if (!this.#score(account)) {
      if (stood >= 0) this.#remove(stood);
    } else if (stood < 0) this.#add(account);
    else this.#settle(stood, account);
  }

  /**
   * Who is closed against what rests of a takeover: as `eligibleCandidates` and `choose` of the policy have it.
   * @param inventory lots negative when the bankrupt was short; value at the price of the closing, net of any levy
   * @param bankrupt number of the position taken over: the other leg of its account is not eligible
   */
  choose(inventory: Inventory, markTicks: number, bankrupt: number | null = null): RankedFills {
    if (markTicks !== this.#markTicks) this.#build(markTicks);
    const { positionLots } = this.#accounts;
    const account: number[] = [];
    const fills: AdlFill[] = [];
    const taken: number[] = [];
    let open = Math.abs(inventory.lots);
    while (open > 0 && this.#length > 0) {
      const first = this.#heap[0] as number;
      this.#remove(0);
      const held = (positionLots[first] as number) * this.#side;
      // Taken over since it was ranked: it is no longer there.
      if (held <= 0) continue;
      taken.push(first);
      if (!this.#isEligible(first, inventory, bankrupt)) continue;
      const lots = Math.min(open, held);
      fills.push({ candidate: account.length, lots, score: this.#rough[first] as number });
      account.push(first);
      open -= lots;
    }
    // They leave it when they are closed, or stand in it for the next event.
    for (const candidate of taken) this.#add(candidate);
    return { account, fills };
  }

  #isEligible(account: number, inventory: Inventory, bankrupt: number | null): boolean {
    const { positionLots, entryValue, margin, inLiquidation } = this.#accounts;
    if (inLiquidation[account] === 1 || (bankrupt !== null && isOtherLeg(this.#accounts, account, bankrupt))) return false;
    const backing = this.#scopeIn(account)?.apart ?? (margin[account] as number);
    return staysSolvent(positionLots[account] as number, entryValue[account] as number, backing, inventory);
  }

  /** The scope of a cross position, null of an isolated one. */
  #scopeIn(account: number): ScopeOfCandidate | null {
    return this.#accounts.isCross[account] === 1 && this.#scopeOf !== null ? this.#scopeOf(account) : null;
  }

  #build(markTicks: number): void {
    this.#markTicks = markTicks;
    this.#length = 0;
    this.#place.fill(0);
    for (let account = FIRST_TRADER_ACCOUNT; account < this.#accounts.count; account++) {
      if (!this.#score(account)) continue;
      this.#heap[this.#length] = account;
      this.#length += 1;
      this.#place[account] = this.#length;
    }
    for (let place = (this.#length >> 1) - 1; place >= 0; place--) this.#sink(place, this.#heap[place] as number);
  }

  /** Works out the score of an account; false for one that is not on this side, or cannot be eligible at this mark. */
  #score(account: number): boolean {
    if ((this.#accounts.positionLots[account] as number) * this.#side <= 0 || account === this.#accounts.cash.vault) return false;
    const score = this.#exactly(account, ONE);
    const wins = (this.#rows.profit[ONE] as number) > 0;
    if (this.#onlyWinners && !wins) return false;
    this.#wins[account] = wins ? 1 : 0;
    this.#rough[account] = toNumber(score);
    return true;
  }

  #exactly(account: number, row: typeof ONE | typeof OTHER): Score {
    const scope = this.#scopeIn(account);
    writeCandidate(this.#rows, row, this.#accounts, this.#terms, account, this.#markTicks, this.#needsRequirement, scope);
    return this.#scoreOf(this.#rows, row, { bankruptSide: this.#side > 0 ? -1 : 1 });
  }

  /** Winners first, the highest score first, ties by account: the order of a queue. */
  #precedes(a: number, b: number): boolean {
    if (this.#wins[a] !== this.#wins[b]) return this.#wins[a] === 1;
    const roughly = compareRoughly(this.#rough[b] as number, this.#rough[a] as number);
    const byScore = roughly ?? compareExactly(this.#exactly(b, OTHER), this.#exactly(a, ONE));
    return byScore === 0 ? a < b : byScore < 0;
  }

  #add(account: number): void {
    this.#length += 1;
    this.#rise(this.#length - 1, account);
  }

  #remove(place: number): void {
    this.#place[this.#heap[place] as number] = 0;
    this.#length -= 1;
    if (place < this.#length) this.#settle(place, this.#heap[this.#length] as number);
  }

  /** Puts an account in at a place that is free, or moves it up or down from there. */
  #settle(place: number, account: number): void {
    if (place > 0 && this.#precedes(account, this.#heap[(place - 1) >> 1] as number)) this.#rise(place, account);
    else this.#sink(place, account);
  }

  #rise(from: number, account: number): void {
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const above = this.#heap[parent] as number;
      if (!this.#precedes(account, above)) break;
      this.#put(place, above);
      place = parent;
    }
    this.#put(place, account);
  }

  #sink(from: number, account: number): void {
    let place = from;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= this.#length) break;
      if (child + 1 < this.#length && this.#precedes(this.#heap[child + 1] as number, this.#heap[child] as number)) child += 1;
      if (!this.#precedes(this.#heap[child] as number, account)) break;
      this.#put(place, this.#heap[child] as number);
      place = child;
    }
    this.#put(place, account);
  }

  #put(place: number, account: number): void {
    this.#heap[place] = account;
    this.#place[account] = place + 1;
  }
}
