/** The exchange against the obvious one of `reference-exchange.ts`: all types, times in force and flags. */
import { describe, expect, test } from "vitest";
import { COMMAND, type OrderCommandKind } from "../../sim/command.ts";
import { createStream, type RandomStream } from "../../sim/kernel/random.ts";
import type { Side } from "../../sim/market/order-book.ts";
import type { OrderRules } from "../../sim/venue/rules.ts";
import { type Asked, ReferenceExchange } from "./reference-exchange.ts";
import { HandVenue } from "./venue-fixture.ts";

const NAMES = ["ann", "bob", "carol", "dave", "eve"] as const;
const MARK = 1_000;
const CASH = 1_000_000_000_000;

const NO_BAND: OrderRules = { selfTradePrevention: "cancel-oldest", priceBand: null };
const VENUES: readonly { readonly name: string; readonly rules: OrderRules }[] = [
  { name: "cancel-oldest, no band", rules: NO_BAND },
  { name: "cancel-newest, no band", rules: { ...NO_BAND, selfTradePrevention: "cancel-newest" } },
  { name: "cancel-both, band of 1.5 %", rules: { selfTradePrevention: "cancel-both", priceBand: { numerator: 15, denominator: 1_000 } } },
];

/** Both exchanges side by side; whatever differs is a failure that names the command. */
class Pair {
  readonly venue: HandVenue<(typeof NAMES)[number]>;
  readonly reference: ReferenceExchange;
  readonly counts = new Map<string, number>();
  #heard = 0;

  constructor(rules: OrderRules) {
    const start = { cash: CASH };
    const starts = { ann: start, bob: start, carol: start, dave: start, eve: start };
    this.venue = new HandVenue(starts, {
      orders: rules,
      mark: MARK,
      instrument: { tiers: [{ upToLots: 1_000_000, rate: "0.000001", maxLeverage: 50 }] },
    });
    this.reference = new ReferenceExchange(MARK, rules);
  }

  run(asked: Asked, at: string): void {
    const { venue, reference } = this;
    const { command, account, order, side, priceTicks, lots, options } = asked;
    const refusal = venue.exchange.execute(command, account, order, side, priceTicks, lots, options);
    expect(refusal, `${at}: refusal`).toBe(reference.execute(asked));
    const what = refusal ?? `accepted ${command}`;
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
    this.#compare(at);
  }

  mark(markTicks: number, at: string): void {
    this.venue.exchange.markTicks = markTicks;
    this.reference.markTicks = markTicks;
    this.venue.exchange.fireTriggers();
    this.reference.fire();
    this.#compare(at);
  }

  /** Every order with what rests of it, and what waits, in order; positions; order margin given back where it must be. */
  compareWhole(at: string): void {
    const { exchange, accounts } = this.venue;
    const { book } = exchange;
    for (const name of NAMES) {
      const account = this.venue.of(name);
      const mine = this.reference.resting.filter((one) => one.account === account);
      expect(book.ordersOf(account), `${at}: orders of ${name}`).toEqual(mine.map(({ order }) => order));
      for (const { order, side, priceTicks, lots, options } of mine) {
        const slot = book.slotOf(order);
        const kept = [book.sideAt(slot), book.ticksAt(slot), book.lotsAt(slot), book.optionsAt(slot)];
        expect(kept, `${at}: order ${order}`).toEqual([side, priceTicks, lots, options]);
      }
      const held = mine.reduce((sum, { order }) => sum + book.heldAt(book.slotOf(order)), 0);
      expect(accounts.reserved[account], `${at}: order margin of ${name}`).toBe(held);
      expect(accounts.positionLots[account], `${at}: position of ${name}`).toBe(this.reference.positionOf(account));
    }
    const waiting = exchange.triggerOrders.state().map(({ order, triggerTicks, lots }) => ({ order, priceTicks: triggerTicks, lots }));
    expect(waiting, `${at}: waiting`).toEqual(this.reference.waiting.map(({ order, priceTicks, lots }) => ({ order, priceTicks, lots })));
    this.venue.check();
  }

  #compare(at: string): void {
    const { venue, reference } = this;
    const heard = venue.heard.slice(this.#heard).filter((line) => !line.startsWith("shortfall"));
    this.#heard = venue.heard.length;
    const expected = reference.heard.splice(0).map((line) => this.#named(line));
    expect(heard.join("\n"), `${at}: messages`).toBe(expected.join("\n"));
    const { book } = venue.exchange;
    const size = reference.resting.length;
    expect([book.lastTicks, book.size], `${at}: last, size`).toEqual([reference.lastTicks, size]);
  }

  /** Lines of the reference in the words of the fixture. */
  #named(line: string): string {
    const [what, account, order, ...rest] = line.split(" ");
    const name = NAMES[Number(account) - this.venue.of("ann")];
    if (what === "filled") return `filled ${name} ${rest.join(" ")}`;
    return what === "trimmed" ? `trimmed ${name} ${order} to ${rest[0]}` : [what, name, order, ...rest].join(" ");
  }
}

const pick = <T>(stream: RandomStream, values: readonly T[]): T => values[stream.below(values.length)] as T;

function drawOptions(stream: RandomStream): number {
  if (stream.next() < 0.02) return stream.below(40) - 4;
  return pick(stream, [0, 0, 0, 0, 1, 2, 4, 4, 8, 8, 8, 9, 10, 12]);
}

/** A command around the mark: mostly good, some with a number that no order has, a bad price or a bad size. */
function drawCommand(stream: RandomStream, pair: Pair): Asked {
  const { reference, venue } = pair;
  const account = venue.of(pick(stream, NAMES));
  const side = stream.below(2) as Side;
  const open = [...reference.resting, ...reference.waiting];
  const near = reference.markTicks + stream.below(31) - 15;
  const lots = stream.next() < 0.02 ? pick(stream, [0, -1, 1.5]) : 1 + stream.below(stream.next() < 0.1 ? 60 : 12);
  const priceTicks = stream.next() < 0.02 ? pick(stream, [0, -3, 0.5, Number.NaN]) : Math.max(1, near);
  const draw = stream.next();
  if (draw < 0.12 + open.length / 300 && open.length > 0) {
    const known = pick(stream, open);
    const mine = stream.next() < 0.9 ? known.account : account;
    const order = stream.next() < 0.85 ? known.order : stream.below(reference.orderCount + 3);
    const amends = stream.next() < 0.5;
    const price = stream.next() < 0.4 ? known.priceTicks : priceTicks;
    return { command: amends ? COMMAND.amend : COMMAND.cancel, account: mine, order, side, priceTicks: price, lots, options: 0 };
  }
  reference.orderCount += 1;
  const order = venue.exchange.newOrder();
  const command: OrderCommandKind =
    draw < 0.7 ? COMMAND.limit : draw < 0.8 ? COMMAND.market : pick(stream, [COMMAND.stopMarket, COMMAND.takeProfit]);
  const options =
    command === COMMAND.stopMarket || command === COMMAND.takeProfit
      ? stream.next() < 0.03
        ? drawOptions(stream)
        : pick(stream, [0, 8, 16, 24])
      : drawOptions(stream);
  return { command, account, order, side, priceTicks, lots, options };
}

describe("the exchange against the obvious one", () => {
  test.each(VENUES)(
    "ORDER-1 ORDER-4 34,000 random commands of all types and flags, $name: same refusals, trades, messages and rest",
    ({ name, rules }) => {
      const stream = createStream(7, `test/exchange/${name}`);
      const pair = new Pair(rules);
      for (let step = 0; step < 34_000; step++) {
        const at = `command ${step}`;
        if (stream.next() < 0.05) pair.mark(Math.max(30, pair.reference.markTicks + stream.below(21) - 10), at);
        else pair.run(drawCommand(stream, pair), at);
        if (step % 50 === 0) pair.compareWhole(at);
      }
      pair.compareWhole("end");
      const { counts } = pair;
      const seen = [0, 1, 2, 3, 4, 5].map((kind) => `accepted ${kind}`);
      const refusals = [
        "invalid-options",
        "invalid-price",
        "invalid-size",
        "would-increase",
        "would-cross",
        "not-fillable",
        "would-trigger",
      ];
      const band = rules.priceBand === null ? [] : ["price-outside-limits"];
      for (const what of [...seen, ...refusals, ...band, "unknown-order", "order-closed"]) {
        expect(counts.get(what) ?? 0, `${what} was seen often enough`).toBeGreaterThan(50);
      }
    },
  );
});
