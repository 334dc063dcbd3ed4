/**
 * Whale: a position large against the market, held from the start or built up in slices, and
 * brought out in slices from a time on (a TWAP with jitter). When its loss passes a threshold
 * it panics: it begins at once, and sells faster.
 */
import { z } from "zod";
import {
  type Agent,
  type Desk,
  type MarketView,
  type Message,
  parseDuration,
  type RandomState,
  type RandomStream,
  uniform,
} from "../sim/index.ts";
import type { AgentDefinition } from "./definition.ts";
import { choice, common, duration, inQuanta, lotsFor, money, number, startOf, whole } from "./fields.ts";
import { OwnAccount, type OwnAccountState } from "./own-account.ts";

const parameters = z.object({
  ...common({ deposit: "10000000", leverage: "5", latency: "50ms" }),
  position: money("20000000").describe("value of its position at the start price, settlement asset"),
  side: choice("long", "short").describe("side of its position"),
  start: choice("held", "built").describe("whether it holds the position from the start, or builds it up from then on"),
  exitAt: duration("10m").describe("time from the start after which it brings its position out"),
  slices: whole(40, 1, 100_000).describe("orders in which it does, and in which it builds up"),
  interval: duration("15s").describe("mean time between two orders"),
  jitter: number(0.3, 0, 1).describe("by how much at most sizes and times differ from their means, part of them"),
  panicLoss: number(0.1, 0, 1).describe("loss at which it panics, part of the price its position was built at; at 1 a long one never does"),
  panicFactor: number(4, 1, 1000).describe("how many times faster it sells then"),
});

interface Settings extends Pick<z.output<typeof parameters>, "slices" | "jitter" | "panicLoss" | "panicFactor"> {
  /** Signed. */
  readonly wholeLots: number;
  readonly exitAtUs: number;
  readonly intervalUs: number;
}

/** Building up; holding until its time; bringing out; gone. */
type Phase = "build" | "hold" | "exit" | "done";

interface WhaleState {
  readonly own: OwnAccountState;
  readonly stream: RandomState;
  readonly phase: Phase;
  readonly startUs: number;
  readonly exitLots: number;
  readonly isPanicking: boolean;
}

const NOT_STARTED = -1;

class Whale implements Agent {
  readonly #settings: Settings;
  readonly #stream: RandomStream;
  readonly #own = new OwnAccount();
  #phase: Phase;
  #startUs = NOT_STARTED;
  /** What it had when it began to bring it out, lots without sign. */
  #exitLots = 0;
  #isPanicking = false;

  /** @param startTicks price at which it holds the position from the start; 0 when it does not */
  constructor(settings: Settings, stream: RandomStream, startTicks: number) {
    this.#settings = settings;
    this.#stream = stream;
    this.#phase = startTicks > 0 ? "hold" : "build";
    if (startTicks > 0) this.#own.position.trade(settings.wholeLots, startTicks);
  }

  wake(market: MarketView, desk: Desk): void {
    const { intervalUs, jitter, exitAtUs, panicFactor, wholeLots } = this.#settings;
    // Always two draws, so that what it sees never shifts what it draws next.
    const sizeFactor = uniform(this.#stream, 1 - jitter, 1 + jitter);
    const waitFactor = uniform(this.#stream, 1 - jitter, 1 + jitter);
    if (this.#startUs === NOT_STARTED) this.#startUs = market.timeUs;
    this.#decide(market);
    if (this.#phase === "done") return;
    if (this.#phase === "build") this.#own.towards(wholeLots, this.#slice(wholeLots, sizeFactor), desk);
    else if (this.#phase === "exit") this.#own.towards(0, this.#slice(this.#exitLots, sizeFactor), desk);
    const meanUs = this.#isPanicking ? intervalUs / panicFactor : intervalUs;
    const waitUs = Math.max(1, Math.ceil(meanUs * waitFactor));
    const untilExitUs = this.#startUs + exitAtUs - market.timeUs;
    desk.wakeIn(untilExitUs > 0 ? Math.min(waitUs, untilExitUs) : waitUs);
  }

  receive(message: Message): void {
    this.#own.receive(message);
    if (message.kind === "liquidated") this.#phase = "done";
    // Whose position is being reduced adds nothing to it.
    else if ((message.kind === "deleveraged" || message.kind === "reduced") && this.#phase === "build") this.#phase = "hold";
  }

  state(): WhaleState {
    const [phase, startUs, exitLots, isPanicking] = [this.#phase, this.#startUs, this.#exitLots, this.#isPanicking];
    return { own: this.#own.state(), stream: this.#stream.state(), phase, startUs, exitLots, isPanicking };
  }

  restore({ own, stream, phase, startUs, exitLots, isPanicking }: WhaleState): void {
    this.#own.restore(own);
    this.#stream.restore(stream);
    this.#phase = phase;
    this.#startUs = startUs;
    this.#exitLots = exitLots;
    this.#isPanicking = isPanicking;
  }

  #decide({ timeUs, markTicks, indexTicks }: MarketView): void {
    const { position } = this.#own;
    const loss = -position.gainAt(markTicks === 0 ? indexTicks : markTicks);
    if (loss > 0 && loss >= this.#settings.panicLoss) this.#isPanicking = true;
    if (this.#phase === "build" && position.lots === this.#settings.wholeLots) this.#phase = "hold";
    const isTime = this.#isPanicking || timeUs - this.#startUs >= this.#settings.exitAtUs;
    if (isTime && (this.#phase === "build" || this.#phase === "hold")) {
      this.#phase = "exit";
      this.#exitLots = Math.abs(position.lots);
    }
    // A fill of an order that was on its way when it began comes out too.
    if (this.#phase === "exit" && position.lots === 0 && this.#own.orders.count === 0) this.#phase = "done";
  }

  #slice(ofLots: number, factor: number): number {
    return Math.max(1, Math.round((Math.abs(ofLots) / this.#settings.slices) * factor));
  }
}

export const whale: AgentDefinition<typeof parameters> = {
  kind: "whale",
  summary:
    "Holds a position that is large against the market, from the start (the population has the other side) or built up in slices, and from a time on brings it out in reduce-only market orders of about equal size at about equal times. Beyond a loss it begins at once and goes several times faster. Taken over by a liquidation it is gone; reduced or deleveraged it brings out what is left.",
  source:
    "Slices over time: Almgren and Chriss (2000), *Optimal execution of portfolio transactions*, Journal of Risk 3, whose risk-neutral schedule is equal slices; a single seller's programme in a thin book: CFTC and SEC (2010), *Findings regarding the market events of May 6, 2010*.",
  parameters,
  make(given, { instrument, asset, stream, startTicks }) {
    const held = lotsFor(inQuanta(given.position, asset, "agents: whale: position"), startTicks, instrument);
    const isHeld = given.start === "held" && held > 0;
    const settings = {
      ...given,
      wholeLots: given.side === "long" ? held : -held,
      exitAtUs: parseDuration(given.exitAt, "exitAt"),
      intervalUs: parseDuration(given.interval, "interval"),
    };
    return {
      agent: new Whale(settings, stream, isHeld ? startTicks : 0),
      ...startOf("whale", given, asset),
      firstWakeUs: 0,
      ...(isHeld ? { startLots: settings.wholeLots } : {}),
    };
  },
};
