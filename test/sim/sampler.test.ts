/** What a row of `samples` says of the book: each order by hand, at, inside and outside every distance. */
import { describe, expect, test } from "vitest";
import { BUY, SELL } from "../../sim/market/order-book.ts";
import { Sampler } from "../../sim/sampler.ts";
import { HandVenue } from "./venue-fixture.ts";

const INDEX_TICKS = 20_000;
const RICH = { cash: 1e9 };
const DISTANCES = ["5bp_lots", "10bp_lots", "25bp_lots", "lots"] as const;

function venueWith(bids: readonly (readonly [number, number])[], asks: readonly (readonly [number, number])[]) {
  const venue = new HandVenue({ ann: RICH, bob: RICH }, { mark: INDEX_TICKS });
  for (const [ticks, lots] of bids) venue.limit("ann", BUY, ticks, lots);
  for (const [ticks, lots] of asks) venue.limit("bob", SELL, ticks, lots);
  const sampler = new Sampler(venue.record, venue.exchange, venue.waterfall);
  const sample = () => {
    sampler.sample(INDEX_TICKS);
    const { samples } = venue.record;
    const row = (name: string) => samples.numbers(name).at(-1);
    return {
      bid: DISTANCES.map((distance) => row(`bid_depth_${distance}`)),
      ask: DISTANCES.map((distance) => row(`ask_depth_${distance}`)),
    };
  };
  return { venue, sample };
}

describe("samples", () => {
  test("depth counts what rests at a distance from the mid or nearer, each lot once a distance", () => {
    // The mid is 20,000: 5, 10 and 25 basis points of it are 10, 20 and 50 ticks, 1 % of the index 200.
    const bids = [
      [19_999, 1],
      [19_990, 2],
      [19_989, 4],
      [19_980, 8],
      [19_979, 16],
      [19_950, 32],
      [19_949, 64],
      [19_800, 128],
      [19_799, 256],
    ] as const;
    const asks = bids.map(([ticks, lots]) => [40_000 - ticks, 3 * lots] as const);
    const { sample } = venueWith(bids, asks);
    expect(sample()).toEqual({ bid: [3, 15, 63, 255], ask: [9, 45, 189, 765] });
  });

  test("the mid is the book's own, wherever the index is", () => {
    const { sample } = venueWith(
      [
        [20_999, 5],
        [20_900, 7],
      ],
      [
        [21_001, 11],
        [21_053, 13],
      ],
    );
    // 21,000: 25 basis points are 52.5 ticks. The bids are above the index, and so within 1 % of it; the asks are further.
    expect(sample()).toEqual({ bid: [5, 5, 5, 12], ask: [11, 11, 11, 0] });
  });

  test("CASC-1 no distances while the book has no price; after a trade an empty side counts as the last price", () => {
    const { venue, sample } = venueWith([[19_999, 5]], []);
    expect(sample()).toEqual({ bid: [Number.NaN, Number.NaN, Number.NaN, 5], ask: [Number.NaN, Number.NaN, Number.NaN, 0] });
    venue.limit("bob", SELL, 19_999, 2);
    expect(sample()).toEqual({ bid: [3, 3, 3, 3], ask: [0, 0, 0, 0] });
  });
});
