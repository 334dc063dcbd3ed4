/**
 * The simulation: one venue, one instrument, from the first mark to the last.
 *
 *   index path ──► mark ──► funding ──► judge ──► waterfall ──► record
 *       ▲           ▲                                 │
 *   agents ──► exchange (book, ledger) ◄──────────────┘
 *
 * One loop takes the next event: a mark runs its phases in that order, a command goes
 * to the exchange, a message or a wake to an agent, a sample to the record. Everything
 * is decided by the input and the order of events; there is no other state.
 */
import { AgentLink, type AgentLinkState } from "./agent-link.ts";
import { cascadesOf } from "./cascades.ts";
import { Accounts, FIRST_TRADER_ACCOUNT } from "./clearing/accounts.ts";
import { ADL_POLICIES } from "./clearing/adl/policies.ts";
import { checkConservation } from "./clearing/conservation.ts";
import { Pool } from "./clearing/insurance-fund.ts";
import { Ledger, type LedgerState } from "./clearing/ledger.ts";
import { EVENT } from "./event-kinds.ts";
import { Exchange, type ExchangeState } from "./exchange.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { Funding, type FundingState } from "./funding.ts";
import type { SimulationInput } from "./input.ts";
import { EventQueue } from "./kernel/event-queue.ts";
import type { EventQueueState } from "./kernel/event-state.ts";
import { InputError } from "./kernel/input-error.ts";
import { decode, encode, type Plain } from "./kernel/snapshot.ts";
import type { Table } from "./kernel/table.ts";
import { SimulationError, type SimulationResult } from "./outcome.ts";
import { Pricing, type PricingState } from "./pricing.ts";
import { Record, type RecordState } from "./record.ts";
import { recordAccounts, recordCascades, recordLiquidations, recordScales } from "./results.ts";
import { Sampler, type SamplerState } from "./sampler.ts";
import { Waterfall, type WaterfallState } from "./waterfall.ts";

/** A simulation between two events, as plain data (TIME-4). */
interface SimulationState {
  readonly fingerprint: string;
  readonly eventCount: number;
  readonly checks: number;
  readonly queue: EventQueueState;
  readonly ledger: LedgerState;
  readonly exchange: ExchangeState;
  readonly waterfall: WaterfallState;
  readonly pricing: PricingState;
  readonly funding: FundingState;
  readonly link: AgentLinkState;
  readonly sampler: SamplerState;
  readonly record: RecordState;
}

const STANDING = { new: "has not begun", ended: "has ended" } as const;

export class Simulation {
  readonly #input: SimulationInput;
  readonly #queue = new EventQueue();
  readonly #record: Record;
  readonly #ledger: Ledger;
  readonly #exchange: Exchange;
  readonly #waterfall: Waterfall;
  readonly #link: AgentLink;
  readonly #sampler: Sampler;
  readonly #pricing: Pricing;
  readonly #funding: Funding;
  readonly #endUs: number;
  #phase: keyof typeof STANDING | "running" = "new";
  /** What ended it before its time: it stands in the midst of an event and cannot go on. */
  #failure: SimulationError | null = null;
  #eventCount = 0;
  #checks = 0;

  /** @throws Error when the ADL policy is unknown or a holder's position cannot be opened */
  constructor(input: SimulationInput) {
    this.#input = input;
    const { rules, instrument, index, agents, holders } = input;
    const policy = input.adlPolicies?.[rules.adl.policy] ?? ADL_POLICIES[rules.adl.policy];
    if (policy === undefined) throw new Error(`Cannot simulate: no ADL policy ${rules.adl.policy}`);
    const terms = { instrument, rules: rules.margin };
    const accounts = new Accounts(FIRST_TRADER_ACCOUNT + holders.count + agents.length);
    const pool = new Pool(`${instrument.productLine}/${instrument.underlying}/${instrument.settleAsset}`);
    this.#record = new Record(input.recordOrders);
    this.#ledger = new Ledger(accounts, pool, terms);
    this.#exchange = new Exchange(
      this.#ledger,
      terms,
      this.#record,
      {
        filled: (account, order, lots, priceTicks) => this.#link.filled(account, order, lots, priceTicks),
        done: (account, order) => this.#link.done(account, order),
        trimmed: (account, order, restLots) => this.#link.trimmed(account, order, restLots),
        refused: (account, order, refusal) => this.#link.refused(account, order, refusal),
        engineTraded: (liquidation, lots, value) => this.#waterfall.engine.traded(liquidation, lots, value),
        shortfall: (_account, amount) => this.#waterfall.engine.payShortfall(amount),
      },
      rules.orders,
    );
    this.#waterfall = new Waterfall(this.#exchange, rules, policy, this.#record, {
      liquidated: (account) => this.#link.liquidated(account),
      deleveraged: (account, lots, priceTicks) => this.#link.deleveraged(account, lots, priceTicks),
    });
    this.#pricing = new Pricing(input, this.#record);
    this.#funding = new Funding(this.#exchange, this.#waterfall.engine, this.#record);
    this.#link = new AgentLink(this.#queue, this.#exchange, agents, FIRST_TRADER_ACCOUNT + holders.count, (lots) =>
      this.#pricing.tradedExternally(this.#queue.timeUs, lots),
    );
    this.#exchange.onDisplaced = (liquidation, ticks) => this.#pricing.displacement.add(this.#queue.timeUs, liquidation, ticks);
    this.#sampler = new Sampler(this.#record, this.#exchange, this.#waterfall);
    this.#endUs = index.startUs + (index.ticks.length - 1) * index.intervalUs;
  }

  /**
   * Makes the simulation that a snapshot was taken of, to go on with it: it ends with the
   * digest of the one that was never interrupted (TIME-4).
   * @param input what that one was given, its agents made anew
   * @param snapshot what `snapshot` returned
   * @param name of the snapshot, for errors: its file
   * @throws InputError when it is no snapshot, damaged, or was taken with another input
   */
  static restore(input: SimulationInput, snapshot: Uint8Array, name = "snapshot"): Simulation {
    const state = decode(snapshot, name) as unknown as SimulationState;
    if (state.fingerprint !== fingerprintOf(input)) throw new InputError(name, "was taken of a simulation with another input");
    const simulation = new Simulation(input);
    simulation.#restore(state);
    return simulation;
  }

  /**
   * Runs from where it stands, at first the first mark, to the last.
   * @param onProgress called at every mark with the part done, 0 to 1
   * @throws SimulationError with time, event and what was recorded, when an invariant breaks or an agent fails
   */
  run(onProgress: (part: number) => void = () => {}): SimulationResult {
    this.runUntil(Number.POSITIVE_INFINITY, onProgress);
    return this.#result();
  }

  /**
   * Runs every event up to a time, those at that time included.
   * @param untilUs since the Unix epoch
   * @param onProgress called at every mark with the part done, 0 to 1
   * @throws SimulationError with time, event and what was recorded, when an invariant breaks or an agent fails: then, and whenever it is asked again
   */
  runUntil(untilUs: number, onProgress: (part: number) => void = () => {}): void {
    const { index } = this.#input;
    if (this.#failure !== null) throw this.#failure;
    try {
      if (this.#phase === "new") this.#open();
      while (this.#queue.nextTimeUs <= untilUs && this.#queue.next()) {
        this.#eventCount += 1;
        this.#exchange.timeUs = this.#queue.timeUs;
        this.#dispatch(this.#queue.kind, this.#queue.subject);
        // Between marks only what is booked: rounding may leave an inventory behind the mark, which the next one deals with.
        if (this.#input.checkEveryEvent === true && this.#queue.kind !== EVENT.mark) this.#check(this.#ledger.pool.booked);
        if (this.#queue.kind === EVENT.mark) onProgress((this.#queue.subject + 1) / index.ticks.length);
      }
      if (this.#queue.length > 0 || this.#phase === "ended") return;
      this.#phase = "ended";
      this.#close(false);
    } catch (error) {
      this.#phase = "ended";
      this.#close(true);
      this.#failure = new SimulationError(this.#queue.timeUs, this.#result(), error);
      throw this.#failure;
    }
  }

  /**
   * The whole simulation between two events in one buffer: clock, queue, book, accounts,
   * pool, liquidations, what the ADL policy remembers, prices, agents with their random streams, and
   * all that was recorded.
   * @throws Error when it has not begun or has ended, or an agent has no state to give
   */
  snapshot(): Uint8Array {
    if (this.#phase !== "running") throw new Error(`Cannot take a snapshot of a simulation that ${STANDING[this.#phase]}`);
    const state: SimulationState = {
      fingerprint: fingerprintOf(this.#input),
      eventCount: this.#eventCount,
      checks: this.#checks,
      queue: this.#queue.state(),
      ledger: this.#ledger.state(),
      exchange: this.#exchange.state(),
      waterfall: this.#waterfall.state(),
      pricing: this.#pricing.state(),
      funding: this.#funding.state(),
      link: this.#link.state(),
      sampler: this.#sampler.state(),
      record: this.#record.state(),
    };
    return encode(state as unknown as Plain);
  }

  #restore(state: SimulationState): void {
    this.#phase = "running";
    this.#eventCount = state.eventCount;
    this.#checks = state.checks;
    this.#queue.restore(state.queue);
    this.#ledger.restore(state.ledger);
    this.#exchange.restore(state.exchange);
    this.#waterfall.restore(state.waterfall);
    this.#pricing.restore(state.pricing);
    this.#funding.restore(state.funding);
    this.#link.restore(state.link);
    this.#sampler.restore(state.sampler);
    this.#record.restore(state.record);
  }

  #result(): SimulationResult {
    return {
      record: this.#record,
      digest: this.#record.digest(),
      events: this.#eventCount,
      messages: this.#exchange.messageCount,
      conservationChecks: this.#checks,
      simulatedUs: this.#queue.timeUs - this.#input.index.startUs,
    };
  }

  #dispatch(kind: number, subject: number): void {
    switch (kind) {
      case EVENT.mark:
        this.#judge(subject);
        this.#link.publish(this.#pricing.indexTicks);
        break;
      case EVENT.command:
        this.#link.arrive(subject);
        this.#link.publish(this.#pricing.indexTicks);
        break;
      case EVENT.message:
        this.#link.deliver(subject);
        break;
      case EVENT.wake:
        this.#link.wake(subject);
        break;
      case EVENT.sample:
        this.#sample();
        break;
      default:
        throw new Error(`no such kind of event: ${kind}`);
    }
  }

  /** Puts everybody in place: the pool's seed, holders with their positions, agents with their cash. */
  #open(): void {
    const { index, holders, agents, poolSeedQuanta } = this.#input;
    this.#phase = "running";
    this.#queue.timeUs = index.startUs;
    this.#queue.horizonUs = this.#endUs;
    this.#exchange.timeUs = index.startUs;
    recordScales(this.#record, this.#input);
    this.#exchange.markTicks = this.#pricing.markTicks;
    this.#waterfall.engine.seed(poolSeedQuanta);
    const { accounts } = this.#ledger;
    for (let row = 0; row < holders.count; row++) {
      const account = FIRST_TRADER_ACCOUNT + row;
      accounts.leverageHundredths[account] = holders.leverageHundredths[row] as number;
      this.#ledger.deposit(account, holders.margin[row] as number);
      if (holders.lots[row] === 0) continue;
      this.#ledger.open(account, holders.lots[row] as number, holders.entryValue[row] as number, holders.margin[row] as number);
      this.#exchange.watch(account);
    }
    agents.forEach((agent, order) => {
      const account = FIRST_TRADER_ACCOUNT + holders.count + order;
      accounts.leverageHundredths[account] = agent.leverageHundredths;
      this.#ledger.deposit(account, agent.depositQuanta);
    });
    this.#link.start();
    this.#queue.schedule(index.startUs, EVENT.mark, 0);
    this.#queue.schedule(index.startUs, EVENT.sample, 0);
  }

  /** One mark: index, displacement, mark and shadow mark, then funding, then everything the mark brings about, then conservation (TIME-1, MARK-3). */
  #judge(step: number): void {
    const { index } = this.#input;
    const exchange = this.#exchange;
    const timeUs = this.#queue.timeUs;
    const pricing = this.#pricing;
    const before = exchange.markTicks;
    pricing.step(timeUs, index.ticks[step] as number, exchange.book);
    const { indexTicks, markTicks, shadowMarkTicks } = pricing;
    exchange.markTicks = markTicks;
    const { lastTicks, bidTicks, askTicks } = exchange.book;
    this.#record.marks.append([timeUs, 0, indexTicks, markTicks, shadowMarkTicks, lastTicks || null, bidTicks || null, askTicks || null]);
    if (pricing.isFundingDue) this.#funding.pay(pricing.rateHundredMillionths);
    this.#waterfall.judge({
      timeUs,
      markTicks,
      shadowMarkTicks,
      previousMarkTicks: step === 0 ? markTicks : before,
      strongest: (direction) => pricing.displacement.strongest(direction),
      fundingPaid: (account) => this.#funding.paidNow(account),
    });
    exchange.fireTriggers();
    this.#sampler.displacementTicks = pricing.displacedTicks;
    this.#check(this.#waterfall.engine.available(markTicks));
    if (timeUs < this.#endUs) this.#queue.schedule(timeUs + index.intervalUs, EVENT.mark, step + 1);
    else this.#queue.clear();
  }

  /** @param available of the pool, quanta (CONS-3) */
  #check(available: number): void {
    checkConservation(this.#ledger, available);
    const { bidTicks, askTicks } = this.#exchange.book;
    if (bidTicks >= askTicks && askTicks !== 0)
      throw new Error(`ORDER-1 violated: the book is crossed, bid ${bidTicks}, ask ${askTicks} ticks`);
    this.#checks += 1;
  }

  #sample(): void {
    this.#sampler.sample(this.#pricing.indexTicks);
    const next = this.#queue.timeUs + this.#input.sampleIntervalUs;
    if (next < this.#endUs) this.#queue.schedule(next, EVENT.sample, 0);
  }

  /** The last sample, and the tables that are known only now. After a failure what cannot be recorded as things stand is left out. */
  #close(failed: boolean): void {
    for (const close of this.#closings()) {
      try {
        close();
      } catch (error) {
        if (!failed) throw error;
      }
    }
  }

  /** What records the tables of the end, each once. */
  #closings(): (() => void)[] {
    const { liquidations } = this.#waterfall;
    const record = this.#record;
    const once = (table: Table, write: () => void) => () => {
      if (table.rowCount === 0) write();
    };
    return [
      () => this.#sampler.sample(this.#pricing.indexTicks),
      () => this.#pricing.finish(),
      once(record.liquidations, () => recordLiquidations(record, liquidations, this.#pricing.displacement)),
      once(record.cascades, () => recordCascades(record, cascadesOf(liquidations, record.marks))),
      once(record.accounts, () => recordAccounts(record, this.#ledger, this.#input, this.#exchange.markTicks)),
    ];
  }
}
