/**
 * Displacement (CASC-1): how far liquidations hold the mid away from where it would
 * be. Each matching of a liquidation's order adds (mid after − mid before) to that
 * liquidation's share b; a share halves every half-life; the sum is clamped between 0
 * and mid − F, where F is the index plus a slow average of (mid − b − index), all
 * shares scaled alike.
 *
 * Shares are kept scaled up to a common reference time, so that decay costs one
 * exponential a step however many liquidations are active.
 */
import exp from "@stdlib/math-base-special-exp";

/** Shares are brought to a new reference time after so many half-lives, well before doubles run out. */
const HALF_LIVES_MOST = 64;
/** A share below a thousandth of a tick is forgotten when shares are brought to a new reference time. */
const SHARE_LEAST_TICKS = 1e-3;
const NONE = -1;

/** What a displacement remembers, as plain data. */
export interface DisplacementState {
  readonly liquidations: Float64Array;
  readonly shares: Float64Array;
  readonly sinceUs: Float64Array;
  readonly totals: Float64Array;
  /** Reference time, sum of shares, slow average, strongest down and up, and how strong they are. */
  readonly numbers: Float64Array;
}

export class Displacement {
  readonly #halfLifeUs: number;
  readonly #slowAverageUs: number;
  readonly #liquidations: number[] = [];
  readonly #shares: number[] = [];
  /** When each of them first moved the mid. */
  readonly #sinceUs: number[] = [];
  readonly #totals: number[] = [];
  #referenceUs: number;
  #sum = 0;
  #slowAverage = 0;
  #strongestDown = NONE;
  #strongestUp = NONE;
  /** How far they displaced the mid at the last step, ticks. */
  #downTicks = 0;
  #upTicks = 0;

  /**
   * @param halfLifeUs half-life of a share
   * @param slowAverageUs time constant of the slow average
   * @param startUs time at which nothing is displaced
   */
  constructor(halfLifeUs: number, slowAverageUs: number, startUs: number) {
    this.#halfLifeUs = halfLifeUs;
    this.#slowAverageUs = slowAverageUs;
    this.#referenceUs = startUs;
  }

  /** Adds what one matching of a liquidation's order moved the mid by. */
  add(timeUs: number, liquidation: number, movedTicks: number): void {
    if (movedTicks === 0) return;
    this.#totals[liquidation] = (this.#totals[liquidation] ?? 0) + movedTicks;
    const scaled = movedTicks / this.#decay(timeUs);
    const last = this.#liquidations.length - 1;
    const position = this.#liquidations[last] === liquidation ? last : this.#liquidations.indexOf(liquidation);
    if (position < 0) {
      this.#liquidations.push(liquidation);
      this.#shares.push(scaled);
      this.#sinceUs.push(timeUs);
    } else this.#shares[position] = (this.#shares[position] as number) + scaled;
    this.#sum += scaled;
  }

  /**
   * The displacement now, clamped, ticks; takes the slow average one step on.
   * @param elapsedUs since the last call
   */
  step(timeUs: number, elapsedUs: number, indexTicks: number, midTicks: number): number {
    const decay = this.#decay(timeUs);
    const raw = this.#sum * decay;
    const free = midTicks - (indexTicks + this.#slowAverage);
    const clamped = raw > 0 ? Math.min(raw, Math.max(free, 0)) : Math.max(raw, Math.min(free, 0));
    if (clamped !== raw) this.#rescale(clamped / raw);
    const weight = elapsedUs / (this.#slowAverageUs + elapsedUs);
    this.#slowAverage += weight * (midTicks - clamped - indexTicks - this.#slowAverage);
    this.#strongestDown = this.#find(-1);
    this.#strongestUp = this.#find(1);
    // Shares may have been brought to another reference time or been scaled since.
    this.#downTicks = this.#ticksNow(this.#strongestDown, timeUs);
    this.#upTicks = this.#ticksNow(this.#strongestUp, timeUs);
    return clamped;
  }

  /** All that a liquidation's orders ever moved the mid by, ticks, without decay. */
  totalTicks(liquidation: number): number {
    return this.#totals[liquidation] ?? 0;
  }

  /**
   * The liquidation that displaced the mid most in one direction at the last step: the
   * parent of what fails at that mark and is induced (CASC-2), then the one that began
   * latest, then the lowest number; −1 when none did. What moves the mid after the step
   * is no cause of what fails at it.
   * @param direction −1 for a displacement downwards, 1 upwards
   */
  strongest(direction: -1 | 1): number {
    return direction < 0 ? this.#strongestDown : this.#strongestUp;
  }

  /** How far the strongest one displaced the mid at the last step, ticks, not negative. */
  strongestTicks(direction: -1 | 1): number {
    return direction < 0 ? this.#downTicks : this.#upTicks;
  }

  /** A copy of what it remembers (TIME-4). */
  state(): DisplacementState {
    return {
      liquidations: Float64Array.from(this.#liquidations),
      shares: Float64Array.from(this.#shares),
      sinceUs: Float64Array.from(this.#sinceUs),
      totals: Float64Array.from(this.#totals, (total) => total ?? 0),
      numbers: Float64Array.of(
        ...[this.#referenceUs, this.#sum, this.#slowAverage],
        ...[this.#strongestDown, this.#strongestUp, this.#downTicks, this.#upTicks],
      ),
    };
  }

  /** Fills a fresh one from a state. */
  restore({ liquidations, shares, sinceUs, totals, numbers }: DisplacementState): void {
    this.#liquidations.push(...liquidations);
    this.#shares.push(...shares);
    this.#sinceUs.push(...sinceUs);
    totals.forEach((total, liquidation) => {
      this.#totals[liquidation] = total;
    });
    this.#referenceUs = numbers[0] as number;
    this.#sum = numbers[1] as number;
    this.#slowAverage = numbers[2] as number;
    this.#strongestDown = numbers[3] as number;
    this.#strongestUp = numbers[4] as number;
    this.#downTicks = numbers[5] as number;
    this.#upTicks = numbers[6] as number;
  }

  #ticksNow(liquidation: number, timeUs: number): number {
    if (liquidation === NONE) return 0;
    return Math.abs(this.#shares[this.#liquidations.indexOf(liquidation)] as number) * this.#decay(timeUs);
  }

  #find(direction: -1 | 1): number {
    let best = NONE;
    let bestShare = 0;
    let bestSinceUs = 0;
    for (let position = 0; position < this.#shares.length; position++) {
      const share = (this.#shares[position] as number) * direction;
      const liquidation = this.#liquidations[position] as number;
      const sinceUs = this.#sinceUs[position] as number;
      const later = sinceUs > bestSinceUs || (sinceUs === bestSinceUs && liquidation < best);
      if (share > bestShare || (share === bestShare && share > 0 && later)) {
        best = liquidation;
        bestShare = share;
        bestSinceUs = sinceUs;
      }
    }
    return best;
  }

  #decay(timeUs: number): number {
    const halfLives = (timeUs - this.#referenceUs) / this.#halfLifeUs;
    const decay = exp(-Math.LN2 * halfLives);
    if (halfLives < HALF_LIVES_MOST) return decay;
    this.#rescale(decay);
    this.#referenceUs = timeUs;
    return 1;
  }

  /** Scales all shares alike and forgets those that no longer matter. */
  #rescale(factor: number): void {
    let kept = 0;
    let sum = 0;
    for (let position = 0; position < this.#shares.length; position++) {
      const share = (this.#shares[position] as number) * factor;
      if (Math.abs(share) < SHARE_LEAST_TICKS) continue;
      this.#shares[kept] = share;
      this.#liquidations[kept] = this.#liquidations[position] as number;
      this.#sinceUs[kept] = this.#sinceUs[position] as number;
      sum += share;
      kept += 1;
    }
    this.#shares.length = kept;
    this.#liquidations.length = kept;
    this.#sinceUs.length = kept;
    this.#sum = sum;
  }
}
