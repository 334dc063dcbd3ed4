import { describe, expect, test } from "vitest";
import { BUY, SELL } from "../../sim/index.ts";
import { AgentBench, INDEX, SECOND } from "./support.ts";

const HOUR = 3_600 * SECOND;

/** Taker fees of 0.05 % twice, 0.05 % outside and an edge of 0.05 %: it opens at 0.2 % of basis and funding. */
const PLAIN = {
  interval: "5s",
  edge: 0.0005,
  exit: 0,
  externalCost: 0.0005,
  fundingHorizon: "1h",
  size: "120000",
  positionLimit: "300000",
};

class Bench extends AgentBench {
  constructor(given: object = {}) {
    super("basis-arbitrageur", { ...PLAIN, ...given });
  }

  /** A look at a book so many parts of the index away from it. */
  at(bid: number, ask: number, fundingRate = 0, fundingInUs = HOUR / 2) {
    const ticks = (part: number) => Math.round(INDEX * (1 + part));
    return this.look(5 * SECOND, INDEX, { bidTicks: ticks(bid), askTicks: ticks(ask), fundingRate, fundingInUs });
  }
}

const at = (part: number) => Math.round(INDEX * (1 + part));
const IOC = { timeInForce: "IOC" };

describe("basis and funding arbitrageur", () => {
  test("MARK-4 opens when the basis exceeds fees, hedge and edge, at the last price that does", () => {
    const bench = new Bench();
    expect(bench.at(0.0019, 0.003).orders).toEqual([]);
    expect(bench.at(0.0021, 0.003).orders).toMatchObject([{ side: SELL, priceTicks: at(0.002), lots: 998, options: IOC }]);
    const other = new Bench();
    expect(other.at(-0.003, -0.0019).orders).toEqual([]);
    expect(other.at(-0.003, -0.0021).orders).toMatchObject([{ side: BUY, priceTicks: at(-0.002), lots: 1_002, options: IOC }]);
  });

  test("MARK-3 counts the funding that is about to be paid: longs pay at a positive rate, so shorts need that much less basis", () => {
    expect(new Bench().at(0.0001, 0.0002, 0.0018).orders).toEqual([]);
    expect(new Bench().at(0.0001, 0.0002, 0.002).orders).toMatchObject([{ side: SELL, priceTicks: INDEX }]);
    expect(new Bench().at(-0.0012, -0.0011, 0.0032).orders).toMatchObject([{ side: SELL, priceTicks: at(-0.0012) }]);
    // A basis in favour of shorts against funding in favour of longs.
    expect(new Bench().at(0.0021, 0.003, -0.0002).orders).toEqual([]);
    expect(new Bench().at(-0.0001, 0.0001, -0.0022).orders).toMatchObject([{ side: BUY, priceTicks: at(0.0002) }]);
  });

  test("counts no funding that is further away than its horizon, nor where there is none", () => {
    expect(new Bench().at(0, 0.0001, 0.01, HOUR + 1).orders).toEqual([]);
    expect(new Bench().at(0, 0.0001, 0.01, 0).orders).toEqual([]);
    expect(new Bench().at(0, 0.0001, 0.01, HOUR).orders).toHaveLength(1);
  });

  test("fees are those of the contract: costs come to twice the taker's", () => {
    expect(new Bench({ edge: 0, externalCost: 0 }).at(0.0009, 0.01).orders).toEqual([]);
    expect(new Bench({ edge: 0, externalCost: 0 }).at(0.0011, 0.01).orders).toMatchObject([{ priceTicks: at(0.001) }]);
  });

  test("holds while it pays, unwinds reduce-only when basis and funding no longer do", () => {
    const bench = new Bench();
    bench.fill(bench.at(0.003, 0.004).orders[0]);
    // Below what opens and above what closes: it holds.
    for (const ask of [0.0019, 0.001, 0.0002]) expect(bench.at(ask - 0.0001, ask).orders).toEqual([]);
    // Funding alone pays for holding.
    expect(bench.at(-0.0003, -0.0002, 0.0003).orders).toEqual([]);
    // The basis alone would, but for funding.
    expect(bench.at(0.0001, 0.0002, -0.0003).orders).toMatchObject([
      { side: BUY, priceTicks: at(0.0003), lots: 998, options: { reduceOnly: true, timeInForce: "IOC" } },
    ]);
    const long = new Bench();
    long.fill(long.at(-0.004, -0.003).orders[0], INDEX, 700);
    expect(long.at(-0.0001, 0.0001).orders).toEqual([]);
    expect(long.at(0.0001, 0.0002).orders).toMatchObject([{ side: SELL, priceTicks: INDEX, lots: 700, options: { reduceOnly: true } }]);
  });

  test("MARK-4 its position outside is the opposite of that on the venue, whatever becomes of it", () => {
    const bench = new Bench();
    bench.fill(bench.at(0.003, 0.004).orders[0], INDEX, 600);
    bench.at(0.001, 0.0011);
    bench.at(0.001, 0.0011);
    expect(bench.desk.external).toEqual([600]);
    bench.hear({ kind: "deleveraged", instrument: 0, lots: 250, priceTicks: INDEX });
    bench.at(0.001, 0.0011);
    expect(bench.desk.external).toEqual([600, -250]);
    bench.hear({ kind: "liquidated", instrument: 0 });
    bench.at(0.001, 0.0011);
    bench.at(0.001, 0.0011);
    expect(bench.desk.external).toEqual([600, -250, -350]);
  });

  test("adds up to its limit and no further; asks again after a refusal", () => {
    const bench = new Bench();
    const lots: number[] = [];
    for (let look = 0; look < 5; look++) {
      const [sent] = bench.at(0.003, 0.004).orders;
      if (sent === undefined) break;
      lots.push(sent.lots);
      bench.fill(sent);
    }
    // 300,000 at 120,240.
    expect(lots.reduce((sum, one) => sum + one, 0)).toBe(Math.floor(3e9 / at(0.002)));
    const refused = new Bench();
    const [sent] = refused.at(0.003, 0.004).orders;
    expect(refused.at(0.003, 0.004).orders).toEqual([]);
    refused.hear({ kind: "rejected", order: sent?.order as number, code: "insufficient-margin" });
    expect(refused.at(0.003, 0.004).orders).toHaveLength(1);
    expect(refused.desk.external).toEqual([]);
  });

  test("an empty side or no index is nothing to trade at", () => {
    const bench = new Bench();
    expect(bench.look(SECOND, INDEX, { bidTicks: 0, askTicks: 0 }).orders).toEqual([]);
    expect(bench.look(SECOND, 0)).toEqual({ orders: [], cancelled: [], wakes: [5 * SECOND] });
  });

  test("an exit above its edge is refused: it would open what it closes", () => {
    expect(() => new Bench({ exit: 0.001 })).toThrow("agents: basis-arbitrageur: exit: expected at most edge, 0.0005, got 0.001");
  });
});
