import { describe, expect, test } from "vitest";
import { arbitrageur } from "../../agents/arbitrageur.ts";
import { BUY, createStream, type Message, SELL } from "../../sim/index.ts";
import { CONTEXT, FakeDesk, INDEX, SECOND, view } from "./support.ts";

/** An edge of 0.2 %, orders of 1,000 lots at the index, a limit of 2,500. */
const PLAIN = { edge: 0.002, size: "120000", positionLimit: "300000" };
const at = (part: number) => Math.round(INDEX * (1 + part));

class Bench {
  readonly desk = new FakeDesk();
  readonly made = arbitrageur.make(arbitrageur.parameters.parse(PLAIN), {
    ...CONTEXT,
    stream: createStream(7, "agent/arbitrageur/1"),
  });
  timeUs = 0;

  /** What it sends when it looks at a book. */
  wake(bidTicks: number, askTicks: number) {
    this.timeUs += SECOND;
    this.made.agent.wake(view(this.timeUs, INDEX, { bidTicks, askTicks }), this.desk);
    return this.desk.take();
  }

  hear(message: Message): void {
    this.made.agent.receive(message);
  }
}

describe("arbitrageur", () => {
  test("MARK-4 buys what is cheaper than outside by its edge, sells what is dearer, at the price that leaves the edge", () => {
    const bench = new Bench();
    expect(bench.wake(at(-0.005), at(-0.003)).orders).toMatchObject([{ side: BUY, priceTicks: at(-0.002), lots: 1_002 }]);
    expect(bench.wake(at(0.003), at(0.005)).orders).toMatchObject([{ side: SELL, priceTicks: at(0.002), lots: 998 }]);
    expect(bench.wake(at(-0.001), at(0.001)).orders).toEqual([]);
    expect(bench.wake(at(0.0019), at(0.003)).orders).toEqual([]);
    expect(bench.wake(0, 0).orders).toEqual([]);
    expect(bench.desk.external).toEqual([]);
  });

  test("takes its order back at the next look, and looks once an interval", () => {
    const bench = new Bench();
    const { orders, cancelled, wakes } = bench.wake(at(-0.005), at(-0.003));
    expect([cancelled, wakes]).toEqual([[], [SECOND]]);
    expect(bench.wake(at(-0.001), at(0.001)).cancelled).toEqual([orders[0]?.order]);
    expect(bench.wake(at(-0.001), at(0.001)).cancelled).toEqual([]);
  });

  test("MARK-4 trades outside against all that it got, once, whatever brought it about", () => {
    const bench = new Bench();
    bench.wake(at(-0.005), at(-0.003));
    bench.hear({ kind: "filled", order: 1, lots: 300, priceTicks: at(-0.003) });
    bench.hear({ kind: "filled", order: 1, lots: 200, priceTicks: at(-0.003) });
    bench.wake(0, 0);
    bench.wake(0, 0);
    expect(bench.desk.external).toEqual([-500]);
    bench.hear({ kind: "deleveraged", instrument: 0, lots: -100, priceTicks: INDEX });
    bench.wake(0, 0);
    expect(bench.desk.external).toEqual([-500, 100]);
    bench.hear({ kind: "liquidated", instrument: 0 });
    bench.wake(0, 0);
    bench.wake(0, 0);
    expect(bench.desk.external).toEqual([-500, 100, 400]);
  });

  test("at its limit it trades only back", () => {
    const bench = new Bench();
    bench.hear({ kind: "filled", order: 1, lots: 2_000, priceTicks: INDEX });
    expect(bench.wake(at(-0.005), at(-0.003)).orders).toMatchObject([{ side: BUY, lots: 505 }]);
    bench.hear({ kind: "filled", order: 2, lots: 505, priceTicks: INDEX });
    expect(bench.wake(at(-0.005), at(-0.003)).orders).toEqual([]);
    expect(bench.wake(at(0.003), at(0.005)).orders).toMatchObject([{ side: SELL, lots: 998 }]);
  });
});
