/**
 * The prices of an instrument at a mark, in their order: external price, index (MARK-1, MARK-4),
 * displacement (CASC-1), premium and funding rate (MARK-3), mark and shadow mark (MARK-2).
 */
import type { InstrumentInput } from "./input.ts";
import { Displacement, type DisplacementState } from "./market/displacement.ts";
import { ExternalImpact } from "./market/external-impact.ts";
import { ExternalMarkets, PATH_MARKET, PLAIN_INDEX } from "./market/external-markets.ts";
import { FundingRate, premiumOf } from "./market/funding-rate.ts";
import { MarkPrice } from "./market/mark-price.ts";
import { BUY, type OrderBook, SELL } from "./market/order-book.ts";
import type { Record } from "./record.ts";
import { RATE_UNITS } from "./venue/funding-rate-unit.ts";
import { type Instrument, valueOf } from "./venue/instrument.ts";
import type { FundingRules, VenueRules } from "./venue/rules.ts";

/** All that the prices of the next mark depend on, as plain data. */
export interface PricingState {
  /** Index, mark, shadow mark, displacement, whether funding is due, path, time of the mark, first mark of an outage, index that holds in it. */
  readonly numbers: Float64Array;
  /** Memories of impact, markets, mark, shadow mark, rate and shadow rate. */
  readonly memories: readonly Float64Array[];
  readonly displacement: DisplacementState;
}

export class Pricing {
  indexTicks: number;
  markTicks: number;
  shadowMarkTicks: number;
  /** Displacement at the latest mark, ticks. */
  displacedTicks = 0;
  /** Whether funding is paid at the latest mark, at the rate published with it. */
  isFundingDue = false;
  readonly displacement: Displacement;
  readonly #number: number;
  readonly #instrument: Instrument;
  readonly #funding: FundingRules | null;
  readonly #record: Record;
  readonly #impact: ExternalImpact;
  readonly #markets: ExternalMarkets;
  readonly #mark: MarkPrice;
  readonly #shadowMark: MarkPrice;
  readonly #rate: FundingRate;
  /** What the rate would be without the displacement: the shadow mark has a memory of its own. */
  readonly #shadowRate: FundingRate;
  #pathTicks: number;
  #markTimeUs: number;
  /** First mark of the outage that goes on, NaN while there is none. */
  #staleSinceUs = Number.NaN;
  /** The index that holds meanwhile. */
  #heldTicks = 0;

  /**
   * @param number of the instrument
   * @param halfLives of displacement and of its slow average, microseconds (CASC-1)
   */
  constructor(
    number: number,
    input: InstrumentInput,
    rules: VenueRules,
    halfLives: { readonly displacementHalfLifeUs: number; readonly slowAverageUs: number },
    record: Record,
  ) {
    const { index } = input;
    this.#number = number;
    this.#instrument = input.instrument;
    this.#record = record;
    this.#pathTicks = index.ticks[0] as number;
    this.#markTimeUs = index.startUs;
    this.#funding = rules.funding ?? null;
    this.#impact = new ExternalImpact(input.externalImpact ?? null);
    this.#markets = new ExternalMarkets(input.externalMarkets ?? [PATH_MARKET], rules.index ?? PLAIN_INDEX, index.startUs, this.#pathTicks);
    this.displacement = new Displacement(halfLives.displacementHalfLifeUs, halfLives.slowAverageUs, index.startUs);
    this.#mark = new MarkPrice(rules.mark);
    this.#shadowMark = new MarkPrice(rules.mark);
    this.#rate = new FundingRate(this.#funding);
    this.#shadowRate = new FundingRate(this.#funding);
    this.indexTicks = this.#pathTicks;
    this.markTicks = this.#pathTicks;
    this.shadowMarkTicks = this.#pathTicks;
  }

  /** How often funding is paid, microseconds; 0 for never. */
  get fundingIntervalUs(): number {
    return this.#funding?.intervalUs ?? 0;
  }

  /** The funding rate published last, part of value that longs pay (MARK-3). */
  get fundingRate(): number {
    return this.#rate.rateHundredMillionths / RATE_UNITS;
  }

  /** Rate of the running interval as published with the latest mark, hundred-millionths. */
  get rateHundredMillionths(): number {
    return this.#rate.rateHundredMillionths;
  }

  /** A trade on the external market, between marks at the price of the latest: lots signed, bought positive (MARK-4). */
  tradedExternally(timeUs: number, signedLots: number): void {
    const value = valueOf(this.#instrument, this.#impact.priceTicks(timeUs, this.#pathTicks), signedLots);
    this.#impact.traded(timeUs, signedLots > 0 ? value : -value);
  }

  /** Takes all prices on to the next mark. */
  step(timeUs: number, pathTicks: number, book: OrderBook): void {
    const sinceUs = this.#markTimeUs;
    const elapsedUs = timeUs - sinceUs;
    this.#markTimeUs = timeUs;
    this.#pathTicks = pathTicks;
    const { midTicks, lastTicks } = book;
    this.indexTicks = this.#markets.next(timeUs, this.#impact.priceTicks(timeUs, pathTicks), lastTicks);
    this.#noteOutage(timeUs);
    const displaced = midTicks === 0 ? 0 : this.displacement.step(timeUs, elapsedUs, this.indexTicks, midTicks);
    this.displacedTicks = displaced;
    const without = (ticks: number) => (ticks === 0 ? 0 : ticks - displaced);
    const shadowIndexTicks = displaced === 0 ? this.indexTicks : this.#markets.withOwn(without(lastTicks));
    if (this.#funding !== null) this.#sample(this.#funding, book, shadowIndexTicks, without);
    this.isFundingDue = this.#rate.isDue(sinceUs, timeUs);
    const basis = this.#rate.basis(sinceUs, timeUs);
    const shadowBasis = this.#shadowRate.basis(sinceUs, timeUs);
    this.markTicks = this.#mark.next(elapsedUs, this.indexTicks, midTicks, lastTicks, basis);
    this.shadowMarkTicks = this.#shadowMark.next(elapsedUs, shadowIndexTicks, without(midTicks), without(lastTicks), shadowBasis);
    if (!this.isFundingDue) return;
    this.#rate.close();
    this.#shadowRate.close();
  }

  /** A copy of it all (TIME-4). */
  state(): PricingState {
    const { indexTicks, markTicks, shadowMarkTicks, displacedTicks } = this;
    const due = this.isFundingDue ? 1 : 0;
    return {
      numbers: Float64Array.of(
        ...[indexTicks, markTicks, shadowMarkTicks, displacedTicks, due],
        ...[this.#pathTicks, this.#markTimeUs, this.#staleSinceUs, this.#heldTicks],
      ),
      memories: this.#memories().map((memory) => memory.slice()),
      displacement: this.displacement.state(),
    };
  }

  /** Goes on from a copy, made anew from the same input. */
  restore({ numbers, memories, displacement }: PricingState): void {
    this.displacement.restore(displacement);
    const [indexTicks, markTicks, shadowMarkTicks, displacedTicks, due, ...rest] = numbers as unknown as number[];
    this.indexTicks = indexTicks as number;
    this.markTicks = markTicks as number;
    this.shadowMarkTicks = shadowMarkTicks as number;
    this.displacedTicks = displacedTicks as number;
    this.isFundingDue = due === 1;
    [this.#pathTicks, this.#markTimeUs, this.#staleSinceUs, this.#heldTicks] = rest as [number, number, number, number];
    this.#memories().forEach((memory, place) => {
      memory.set(memories[place] as Float64Array);
    });
  }

  #memories(): Float64Array[] {
    return [this.#impact, this.#markets, this.#mark, this.#shadowMark, this.#rate, this.#shadowRate].map(({ state }) => state);
  }

  /** After the last mark: an outage that has not ended is noted too. */
  finish(): void {
    if (!Number.isNaN(this.#staleSinceUs)) this.#record.indexOutages.append([this.#staleSinceUs, null, this.#number, this.indexTicks]);
  }

  #sample(rules: FundingRules, book: OrderBook, shadowIndexTicks: number, without: (ticks: number) => number): void {
    const { numerator, denominator } = this.#instrument.quantaPerTickLot;
    const lots = Math.max(1, Math.floor((rules.impactNotionalQuanta * denominator) / (this.indexTicks * numerator)));
    const bidTicks = book.impactTicks(BUY, lots);
    const askTicks = book.impactTicks(SELL, lots);
    this.#rate.sample(premiumOf(this.indexTicks, bidTicks, askTicks));
    this.#shadowRate.sample(premiumOf(shadowIndexTicks, without(bidTicks), without(askTicks)));
  }

  #noteOutage(timeUs: number): void {
    const wasStale = !Number.isNaN(this.#staleSinceUs);
    if (this.#markets.isStale === wasStale) return;
    if (wasStale) {
      this.#record.indexOutages.append([this.#staleSinceUs, timeUs, this.#number, this.#heldTicks]);
      this.#staleSinceUs = Number.NaN;
    } else {
      this.#staleSinceUs = timeUs;
      this.#heldTicks = this.indexTicks;
    }
  }
}
