/**
 * The link between agents and venue: commands travel for the agent's latency, messages
 * for its latency back, market data is as old as its delay (TIME-1).
 */
import type { Agent, Desk, MarketView, Message, OrderOptions } from "./agent.ts";
import type { Legs } from "./clearing/legs.ts";
import { COMMAND, type CommandKind } from "./command.ts";
import { EVENT } from "./event-kinds.ts";
import type { AgentStart } from "./input.ts";
import type { EventQueue } from "./kernel/event-queue.ts";
import { BUY, SELL, type Side } from "./market/order-book.ts";
import { Published, type PublishedState } from "./market/published.ts";
import { bitsOf, checkSide } from "./order-words.ts";
import { AgentError } from "./outcome.ts";
import { REFUSALS, type Refusal } from "./refusal.ts";
import type { TradedInstrument } from "./traded-instrument.ts";
import { Transit, type TransitState } from "./transit.ts";

/** A command on its way: kind, account, order, side, price, lots, options, instrument. */
const COMMAND_WIDTH = 8;
/** A message on its way: kind, account, order or instrument, and two numbers of its own. */
const MESSAGE_WIDTH = 5;
const MESSAGE = { filled: 0, rejected: 1, done: 2, trimmed: 3, liquidated: 4, deleveraged: 5, reduced: 6 } as const;
type MessageKind = (typeof MESSAGE)[keyof typeof MESSAGE];

const NOTHING_SEEN: Omit<MarketView, "instrument"> = {
  ...{ timeUs: 0, indexTicks: 0, markTicks: 0, bidTicks: 0, askTicks: 0, lastTicks: 0 },
  ...{ fundingRate: 0, fundingInUs: 0 },
};

/** What is on its way, what was published, and what each agent remembers, as plain data (TIME-4). */
export interface AgentLinkState {
  readonly agents: readonly unknown[];
  readonly commands: TransitState;
  readonly messages: TransitState;
  /** By instrument. */
  readonly published: readonly PublishedState[];
}

export class AgentLink {
  readonly #queue: EventQueue;
  readonly #instruments: readonly TradedInstrument[];
  readonly #legs: Legs;
  readonly #starts: readonly AgentStart[];
  /** Account of the first agent; the others follow in order. */
  readonly #firstAccount: number;
  /** By agent, then by instrument. */
  readonly #desks: Desk[][];
  readonly #commands = new Transit(COMMAND_WIDTH);
  readonly #messages = new Transit(MESSAGE_WIDTH);
  /** By instrument. */
  readonly #published: readonly Published[];

  constructor(queue: EventQueue, instruments: readonly TradedInstrument[], starts: readonly AgentStart[], firstAccount: number) {
    this.#queue = queue;
    this.#instruments = instruments;
    this.#legs = (instruments[0] as TradedInstrument).ledger.accounts.cash.legs;
    this.#starts = starts;
    this.#firstAccount = firstAccount;
    const memoryUs = starts.reduce((most, { marketDataDelayUs }) => Math.max(most, marketDataDelayUs), 0);
    this.#published = instruments.map(() => new Published(memoryUs));
    this.#desks = starts.map((_, index) => instruments.map(({ number }) => this.#desk(index, number)));
  }

  /** Schedules the first wake of every agent, not before it can see the first mark. */
  start(): void {
    this.#starts.forEach((start, index) => {
      this.#scheduleWake(index, Math.max(start.firstWakeUs, start.latencyUs, start.marketDataDelayUs));
    });
  }

  /** Name of the agent that owns an account, or null. */
  nameOf(account: number): string | null {
    return this.#starts[account - this.#firstAccount]?.name ?? null;
  }

  /** Publishes the market of an instrument as it is now: after every mark and command. */
  publish(instrument: number): void {
    if (this.#starts.length === 0) return;
    const { exchange, pricing } = this.#instruments[instrument] as TradedInstrument;
    const { book, markTicks, timeUs } = exchange;
    const published = this.#published[instrument] as Published;
    published.note(timeUs, pricing.indexTicks, markTicks, book.bidTicks, book.askTicks, book.lastTicks, pricing.fundingRate);
  }

  wake(index: number): void {
    const { instrument = 0 } = this.#starts[index] as AgentStart;
    const { market, desk } = this.#at(index, instrument);
    this.#guard(index, (agent) => agent.wake(market, desk));
  }

  /**
   * A command arrives at the venue; a refusal goes back, but for a cancel's: its order is gone, and the agent will hear why.
   * @returns the instrument it was for
   */
  arrive(slot: number): number {
    const { rows } = this.#commands;
    const at = COMMAND_WIDTH * slot;
    const [kind, account, order, side] = [rows[at], rows[at + 1], rows[at + 2], rows[at + 3]] as [CommandKind, number, number, Side];
    const [priceTicks, lots, options] = [rows[at + 4], rows[at + 5], rows[at + 6]] as [number, number, number];
    const instrument = rows[at + 7] as number;
    this.#commands.take(slot);
    const { exchange, margins } = this.#instruments[instrument] as TradedInstrument;
    const refusal =
      kind === COMMAND.adjustMargin
        ? margins.adjust(side === SELL ? this.#legs.shortLegOf(account) : account, lots)
        : exchange.execute(kind, account, order, side, priceTicks, lots, options);
    if (refusal !== null && kind !== COMMAND.cancel) this.refused(account, order, refusal);
    return instrument;
  }

  /** A message arrives at an agent. */
  deliver(slot: number): void {
    const account = this.#messages.rows[MESSAGE_WIDTH * slot + 1] as number;
    const message = this.#read(slot);
    this.#messages.take(slot);
    this.#guard(account - this.#firstAccount, (agent) => agent.receive(message));
  }

  filled(account: number, order: number, lots: number, priceTicks: number): void {
    this.#send(MESSAGE.filled, account, order, lots, priceTicks);
  }

  done(account: number, order: number): void {
    this.#send(MESSAGE.done, account, order, 0, 0);
  }

  trimmed(account: number, order: number, restLots: number): void {
    this.#send(MESSAGE.trimmed, account, order, restLots, 0);
  }

  refused(account: number, order: number, refusal: Refusal): void {
    this.#send(MESSAGE.rejected, account, order, REFUSALS.indexOf(refusal), 0);
  }

  reduced(account: number, instrument: number, lots: number, priceTicks: number): void {
    this.#send(MESSAGE.reduced, account, instrument, lots, priceTicks);
  }

  liquidated(account: number, instrument: number): void {
    this.#send(MESSAGE.liquidated, account, instrument, 0, 0);
  }

  deleveraged(account: number, instrument: number, lots: number, priceTicks: number): void {
    this.#send(MESSAGE.deleveraged, account, instrument, lots, priceTicks);
  }

  /** @throws Error naming an agent that has no state to give */
  state(): AgentLinkState {
    const agents = this.#starts.map(({ name, agent }) => {
      if (agent.state === undefined || agent.restore === undefined)
        throw new Error(`Cannot take a snapshot: agent ${name} has no state and restore`);
      return agent.state();
    });
    const published = this.#published.map((market) => market.state());
    return { agents, commands: this.#commands.state(), messages: this.#messages.state(), published };
  }

  /** Goes on from a state, with agents made anew. */
  restore(state: AgentLinkState): void {
    this.#starts.forEach(({ name, agent }, place) => {
      if (agent.restore === undefined) throw new Error(`Cannot go on from a snapshot: agent ${name} has no restore`);
      agent.restore(state.agents[place]);
    });
    this.#commands.restore(state.commands);
    this.#messages.restore(state.messages);
    this.#published.forEach((market, instrument) => {
      market.restore(state.published[instrument] as PublishedState);
    });
  }

  /** Sends a message to the owner of an account; holders have nobody to hear it. */
  #send(kind: MessageKind, number: number, subject: number, first: number, second: number): void {
    const account = this.#legs.ownerOf(number);
    const start = this.#starts[account - this.#firstAccount];
    if (start === undefined) return;
    const slot = this.#messages.put();
    const { rows } = this.#messages;
    const at = MESSAGE_WIDTH * slot;
    rows[at] = kind;
    rows[at + 1] = account;
    rows[at + 2] = subject;
    rows[at + 3] = first;
    rows[at + 4] = second;
    this.#queue.schedule(this.#queue.timeUs + start.latencyBackUs, EVENT.message, slot);
  }

  #read(slot: number): Message {
    const { rows } = this.#messages;
    const at = MESSAGE_WIDTH * slot;
    const [subject, first, second] = [rows[at + 2], rows[at + 3], rows[at + 4]] as [number, number, number];
    switch (rows[at]) {
      case MESSAGE.filled:
        return { kind: "filled", order: subject, lots: first, priceTicks: second };
      case MESSAGE.rejected:
        return { kind: "rejected", order: subject, code: REFUSALS[first] as Refusal };
      case MESSAGE.done:
        return { kind: "done", order: subject };
      case MESSAGE.trimmed:
        return { kind: "trimmed", order: subject, lots: first };
      case MESSAGE.liquidated:
        return { kind: "liquidated", instrument: subject };
      case MESSAGE.reduced:
        return { kind: "reduced", instrument: subject, lots: first, priceTicks: second };
      default:
        return { kind: "deleveraged", instrument: subject, lots: first, priceTicks: second };
    }
  }

  /** What an agent sees of an instrument now, and its desk there. */
  #at(index: number, instrument: number): { market: MarketView; desk: Desk } {
    const desk = (this.#desks[index] as Desk[])[instrument];
    if (desk === undefined) throw new RangeError(`Cannot trade instrument ${instrument}: there is none of that number`);
    const { marketDataDelayUs } = this.#starts[index] as AgentStart;
    return { market: this.#view(instrument, this.#queue.timeUs - marketDataDelayUs), desk };
  }

  #view(instrument: number, timeUs: number): MarketView {
    const published = this.#published[instrument] as Published;
    const at = published.at(timeUs);
    if (at < 0) return { instrument, ...NOTHING_SEEN };
    const { records } = published;
    const [indexTicks, markTicks] = [records[at + 1], records[at + 2]] as [number, number];
    const [bidTicks, askTicks, lastTicks] = [records[at + 3], records[at + 4], records[at + 5]] as [number, number, number];
    const fundingRate = records[at + 6] as number;
    const { fundingIntervalUs } = (this.#instruments[instrument] as TradedInstrument).pricing;
    const fundingInUs = fundingIntervalUs === 0 ? 0 : fundingIntervalUs - (timeUs % fundingIntervalUs);
    return { instrument, timeUs, indexTicks, markTicks, bidTicks, askTicks, lastTicks, fundingRate, fundingInUs };
  }

  #guard(index: number, act: (agent: Agent) => void): void {
    const start = this.#starts[index] as AgentStart;
    try {
      act(start.agent);
    } catch (error) {
      throw new AgentError(start.name, this.#queue.timeUs, error);
    }
  }

  #desk(index: number, instrument: number): Desk {
    const { exchange, pricing } = this.#instruments[instrument] as TradedInstrument;
    const send = (kind: CommandKind, side: Side, priceTicks: number, lots: number, options?: OrderOptions) => {
      checkSide(side);
      const order = exchange.newOrder();
      this.#post(index, instrument, kind, order, side, priceTicks, lots, options === undefined ? 0 : bitsOf(options));
      return order;
    };
    return {
      limit: (side, priceTicks, lots, options) => send(COMMAND.limit, side, priceTicks, lots, options),
      market: (side, lots, options) => send(COMMAND.market, side, 0, lots, options),
      stopMarket: (side, triggerTicks, lots, options) => send(COMMAND.stopMarket, side, triggerTicks, lots, options),
      takeProfit: (side, triggerTicks, lots, options) => send(COMMAND.takeProfit, side, triggerTicks, lots, options),
      adjustMargin: (quanta, leg) => {
        const order = exchange.newOrder();
        const isShort = leg === "short" && this.#legs.isHedged(this.#firstAccount + index);
        this.#post(index, instrument, COMMAND.adjustMargin, order, isShort ? SELL : BUY, 0, quanta, 0);
        return order;
      },
      amend: (order, priceTicks, lots) => this.#post(index, instrument, COMMAND.amend, order, 0, priceTicks, lots, 0),
      cancel: (order) => this.#post(index, instrument, COMMAND.cancel, order, 0, 0, 0, 0),
      tradeExternally: (side, lots) => {
        checkSide(side);
        if (!Number.isSafeInteger(lots) || lots <= 0) throw new RangeError(`Cannot trade ${lots} lots: not a whole number above 0`);
        pricing.tradedExternally(this.#queue.timeUs, side === BUY ? lots : -lots);
      },
      on: (other) => this.#at(index, other),
      wakeIn: (delayUs) => this.#scheduleWake(index, Math.max(delayUs, (this.#starts[index] as AgentStart).latencyUs)),
    };
  }

  #post(
    index: number,
    instrument: number,
    kind: CommandKind,
    order: number,
    side: Side,
    priceTicks: number,
    lots: number,
    options: number,
  ): void {
    const { latencyUs } = this.#starts[index] as AgentStart;
    const slot = this.#commands.put();
    const { rows } = this.#commands;
    const at = COMMAND_WIDTH * slot;
    rows[at] = kind;
    rows[at + 1] = this.#firstAccount + index;
    rows[at + 2] = order;
    rows[at + 3] = side;
    rows[at + 4] = priceTicks;
    rows[at + 5] = lots;
    rows[at + 6] = options;
    rows[at + 7] = instrument;
    this.#queue.schedule(this.#queue.timeUs + latencyUs, EVENT.command, slot);
  }

  #scheduleWake(index: number, delayUs: number): void {
    this.#queue.schedule(this.#queue.timeUs + delayUs, EVENT.wake, index);
  }
}
