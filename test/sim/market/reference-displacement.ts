/**
 * Displacement (CASC-1) the obvious way: every liquidation's share is kept as it was
 * when it last changed, with that time, and decays from there whenever it is asked for.
 */
interface Share {
  readonly liquidation: number;
  readonly sinceUs: number;
  ticks: number;
  timeUs: number;
}

export class ReferenceDisplacement {
  readonly #halfLifeUs: number;
  readonly #slowAverageUs: number;
  readonly #shares: Share[] = [];
  slowAverage = 0;

  constructor(halfLifeUs: number, slowAverageUs: number) {
    this.#halfLifeUs = halfLifeUs;
    this.#slowAverageUs = slowAverageUs;
  }

  add(timeUs: number, liquidation: number, movedTicks: number): void {
    const share = this.#shares.find((one) => one.liquidation === liquidation);
    if (share === undefined) this.#shares.push({ liquidation, sinceUs: timeUs, ticks: movedTicks, timeUs });
    else {
      share.ticks = this.#at(share, timeUs) + movedTicks;
      share.timeUs = timeUs;
    }
  }

  step(timeUs: number, elapsedUs: number, indexTicks: number, midTicks: number): number {
    const sum = this.sumTicks(timeUs);
    const free = midTicks - indexTicks - this.slowAverage;
    const [low, high] = free < 0 ? [free, 0] : [0, free];
    const clamped = Math.min(high, Math.max(low, sum));
    if (clamped !== sum) {
      for (const share of this.#shares) {
        share.ticks = (this.#at(share, timeUs) * clamped) / sum;
        share.timeUs = timeUs;
      }
    }
    this.slowAverage += (elapsedUs / (this.#slowAverageUs + elapsedUs)) * (midTicks - clamped - indexTicks - this.slowAverage);
    return clamped;
  }

  /** Before clamping. */
  sumTicks(timeUs: number): number {
    return this.#shares.reduce((all, share) => all + this.#at(share, timeUs), 0);
  }

  /** Liquidations by what they displace in a direction, the most first, then the latest, then the lowest number. */
  ranking(timeUs: number, direction: -1 | 1): { readonly liquidation: number; readonly ticks: number }[] {
    return this.#shares
      .map((share) => ({ ...share, ticks: this.#at(share, timeUs) * direction }))
      .filter((share) => share.ticks > 0)
      .sort((a, b) => b.ticks - a.ticks || b.sinceUs - a.sinceUs || a.liquidation - b.liquidation);
  }

  #at(share: Share, timeUs: number): number {
    return share.ticks * 2 ** (-(timeUs - share.timeUs) / this.#halfLifeUs);
  }
}
