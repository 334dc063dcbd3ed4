/**
 * The simulation: one venue and all its instruments, from the first mark to the last.
 *
 *   index paths ──► marks ──► funding ──► judge ──► waterfalls ──► record
 *       ▲             ▲                                 │
 *   agents ──► exchanges (book, ledger) ◄───────────────┘
 *
 * One loop takes the next event: a mark runs its phases in that order over all
 * instruments, a command goes to an exchange, a message or a wake to an agent, a sample to
 * the record. Everything is decided by the input and the order of events; there is no
 * other state.
 */
import { AgentLink, type AgentLinkState } from "./agent-link.ts";
import { FIRST_TRADER_ACCOUNT } from "./clearing/accounts.ts";
import { ADL_POLICIES } from "./clearing/adl/policies.ts";
import { Cash, type CashState } from "./clearing/cash.ts";
import { ConservationWatch } from "./clearing/conservation-watch.ts";
import { nextSettlementUs } from "./clearing/fund-settlement.ts";
import type { Pool, PoolState } from "./clearing/insurance-fund.ts";
import { type LiquidationStart, Liquidations, type LiquidationsState } from "./clearing/liquidations.ts";
import { Collateral, type CollateralState, type Conversion } from "./cross/collateral.ts";
import { CrossLiquidations, type CrossLiquidationsState } from "./cross/cross-liquidations.ts";
import { CrossStanding } from "./cross/standing.ts";
import type { Engine } from "./engine.ts";
import { EVENT } from "./event-kinds.ts";
import { fingerprintOf } from "./fingerprint.ts";
import type { IndexPath, SimulationInput } from "./input.ts";
import { judge } from "./judge.ts";
import { EventQueue } from "./kernel/event-queue.ts";
import type { EventQueueState } from "./kernel/event-state.ts";
import { InputError } from "./kernel/input-error.ts";
import type { BlockStore } from "./kernel/row-blocks.ts";
import { decode, encode, type Plain } from "./kernel/snapshot.ts";
import type { Table } from "./kernel/table.ts";
import { type EffectiveInput, effectiveInput } from "./off-book.ts";
import { OrderNumbers } from "./order-numbers.ts";
import { SimulationError, type SimulationResult } from "./outcome.ts";
import { poolsOf, timesOf } from "./pools.ts";
import { Record, type RecordState } from "./record.ts";
import { recordAccounts, recordCascades, recordCollateral, recordLiquidations, recordScales } from "./results.ts";
import { holderCountOf, legsOf, seat } from "./seating.ts";
import { TradedInstrument, type TradedInstrumentState } from "./traded-instrument.ts";
import { Vault, venueHasVault } from "./vault.ts";
import { poolNameOf } from "./venue/instrument.ts";

/** A simulation between two events, as plain data (TIME-4). */
interface SimulationState {
  readonly fingerprint: string;
  readonly eventCount: number;
  readonly checks: number;
  readonly orders: number;
  readonly queue: EventQueueState;
  readonly cash: CashState;
  readonly pools: readonly PoolState[];
  readonly liquidations: LiquidationsState;
  readonly instruments: readonly TradedInstrumentState[];
  readonly cross: CrossLiquidationsState;
  /** Null where accounts hold nothing but the settlement asset. */
  readonly collateral: CollateralState | null;
  readonly link: AgentLinkState;
  readonly record: RecordState;
}

const STANDING = { new: "has not begun", ended: "has ended" } as const;

/** One venue and all its instruments, run from the first mark to the last. */
export class Simulation {
  readonly #input: EffectiveInput;
  readonly #queue = new EventQueue();
  readonly #record: Record;
  readonly #cash: Cash;
  readonly #vault: Vault | null;
  readonly #liquidations = new Liquidations();
  readonly #orders = new OrderNumbers();
  readonly #pools: readonly Pool[];
  readonly #instruments: readonly TradedInstrument[];
  readonly #conservation: ConservationWatch;
  readonly #cross: CrossLiquidations;
  readonly #collateral: Collateral | null;
  readonly #link: AgentLink;
  /** With the times of all. */
  readonly #index: IndexPath;
  readonly #firstAgent: number;
  readonly #endUs: number;
  #phase: keyof typeof STANDING | "running" = "new";
  /** What ended it before its time: it stands in the midst of an event and cannot go on. */
  #failure: SimulationError | null = null;
  #eventCount = 0;
  #checks = 0;

  /**
   * @param store where recorded rows go that need not stay in memory, which then does not grow with the length of the run; null keeps them there
   * @throws Error when the ADL policy is unknown, instruments have index paths of other times or settle elsewhere, or a seed names no pool
   */
  constructor(given: SimulationInput, store: BlockStore | null = null) {
    const input = effectiveInput(given);
    this.#input = input;
    const { rules, instruments, agents } = input;
    const policy = input.adlPolicies?.[rules.adl.policy] ?? ADL_POLICIES[rules.adl.policy];
    if (policy === undefined) throw new Error(`Cannot simulate: no ADL policy ${rules.adl.policy}`);
    this.#index = timesOf(input);
    this.#endUs = this.#index.startUs + (this.#index.ticks.length - 1) * this.#index.intervalUs;
    this.#firstAgent = FIRST_TRADER_ACCOUNT + holderCountOf(input);
    this.#record = new Record(input.recordOrders, store);
    const hasVault = venueHasVault(rules);
    this.#cash = new Cash(legsOf(input, hasVault ? 1 : 0), hasVault);
    this.#vault = hasVault ? new Vault(this.#cash) : null;
    this.#pools = poolsOf(input);
    this.#collateral = input.collateral === undefined ? null : new Collateral(input.collateral, this.#cash.legs.count);
    const cross = new CrossStanding(rules.margin, this.#cash, this.#collateral);
    const common = {
      ...{ input, policy, record: this.#record, cash: this.#cash },
      ...{ liquidations: this.#liquidations, orders: this.#orders, vault: this.#vault, cross },
    };
    this.#instruments = instruments.map(({ instrument }, number) => {
      const pool = this.#pools.find(({ name }) => name === poolNameOf(instrument)) as Pool;
      return new TradedInstrument(number, common, pool, {
        filled: (account, order, lots, priceTicks) => this.#link.filled(account, order, lots, priceTicks),
        done: (account, order) => this.#link.done(account, order),
        trimmed: (account, order, restLots) => this.#link.trimmed(account, order, restLots),
        refused: (account, order, refusal) => this.#link.refused(account, order, refusal),
        reduced: (account, lots, priceTicks) => this.#link.reduced(account, number, lots, priceTicks),
        liquidated: (account) => this.#link.liquidated(account, number),
        cancelEverywhere: (account) => {
          const { legs } = this.#cash;
          for (const { exchange } of this.#instruments) for (const number of legs.numbersOf(account)) exchange.cancelAll(number);
        },
        deleveraged: (account, lots, priceTicks) => this.#link.deleveraged(account, number, lots, priceTicks),
      });
    });
    this.#conservation = new ConservationWatch(this.#instruments.map(({ ledger }) => ledger));
    const exchanges = this.#instruments.map(({ exchange }) => exchange);
    cross.connect(exchanges, (account, conversions) => this.#convert(account, conversions));
    this.#collateral?.connect((instrument) => (this.#instruments[instrument] as TradedInstrument).pricing.indexTicks);
    this.#cross = new CrossLiquidations(input.asset, rules.margin, cross, exchanges);
    this.#link = new AgentLink(this.#queue, this.#instruments, agents, this.#firstAgent);
  }

  /**
   * Makes the simulation that a snapshot was taken of, to go on with it: it ends with the
   * digest of the one that was never interrupted (TIME-4).
   * @param input what that one was given, its agents made anew
   * @param snapshot what `snapshot` returned
   * @param name of the snapshot, for errors: its file
   * @param store as of the constructor; the rows of the snapshot go there too
   * @throws InputError when it is no snapshot, damaged, or was taken with another input
   */
  static restore(input: SimulationInput, snapshot: Uint8Array, name = "snapshot", store: BlockStore | null = null): Simulation {
    const state = decode(snapshot, name) as unknown as SimulationState;
    if (state.fingerprint !== fingerprintOf(effectiveInput(input)))
      throw new InputError(name, "was taken of a simulation with another input");
    const simulation = new Simulation(input, store);
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
    if (this.#failure !== null) throw this.#failure;
    try {
      if (this.#phase === "new") this.#open();
      while (this.#queue.nextTimeUs <= untilUs && this.#queue.next()) {
        this.#eventCount += 1;
        this.#record.clock[0] = this.#queue.timeUs;
        this.#dispatch(this.#queue.kind, this.#queue.subject);
        // Between marks only what is held: rounding may leave an inventory behind the mark, which the next one deals with.
        if (this.#input.checkEveryEvent === true && this.#queue.kind !== EVENT.mark) this.#check((pool) => pool.held);
        if (this.#queue.kind === EVENT.mark) onProgress((this.#queue.subject + 1) / this.#index.ticks.length);
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
   * The whole simulation between two events in one buffer: clock, queue, books, accounts,
   * pools, liquidations, what the ADL policy remembers, prices, agents with their random streams, and
   * all that was recorded.
   * @throws Error when it has not begun or has ended, or an agent has no state to give
   */
  snapshot(): Uint8Array {
    if (this.#phase !== "running") throw new Error(`Cannot take a snapshot of a simulation that ${STANDING[this.#phase]}`);
    const state: SimulationState = {
      fingerprint: fingerprintOf(this.#input),
      eventCount: this.#eventCount,
      checks: this.#checks,
      orders: this.#orders.count,
      queue: this.#queue.state(),
      cash: this.#cash.state(),
      pools: this.#pools.map((pool) => pool.state()),
      liquidations: this.#liquidations.state(),
      instruments: this.#instruments.map((instrument) => instrument.state()),
      cross: this.#cross.state(),
      collateral: this.#collateral?.state() ?? null,
      link: this.#link.state(),
      record: this.#record.state(),
    };
    return encode(state as unknown as Plain);
  }

  #restore(state: SimulationState): void {
    this.#phase = "running";
    this.#eventCount = state.eventCount;
    this.#checks = state.checks;
    this.#orders.count = state.orders;
    this.#queue.restore(state.queue);
    this.#cash.restore(state.cash);
    this.#pools.forEach((pool, place) => {
      pool.restore(state.pools[place] as PoolState);
    });
    this.#liquidations.restore(state.liquidations);
    this.#instruments.forEach((instrument, number) => {
      instrument.restore(state.instruments[number] as TradedInstrumentState);
    });
    this.#cross.restore(state.cross);
    if (state.collateral !== null) this.#collateral?.restore(state.collateral);
    this.#link.restore(state.link);
    this.#record.restore(state.record);
  }

  #result(): SimulationResult {
    return {
      record: this.#record,
      digest: this.#record.digest(),
      events: this.#eventCount,
      messages: this.#instruments.reduce((sum, { exchange }) => sum + exchange.messageCount, 0),
      conservationChecks: this.#checks,
      simulatedUs: this.#queue.timeUs - this.#index.startUs,
    };
  }

  #dispatch(kind: number, subject: number): void {
    switch (kind) {
      case EVENT.settlement:
        this.#settle();
        break;
      case EVENT.mark:
        this.#judge(subject);
        for (const { number } of this.#instruments) this.#link.publish(number);
        break;
      case EVENT.command:
        this.#link.publish(this.#link.arrive(subject));
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

  /** Puts everybody in place: the pools' seeds, holders with their positions, agents with their cash. */
  #open(): void {
    this.#phase = "running";
    this.#queue.timeUs = this.#index.startUs;
    this.#queue.horizonUs = this.#endUs;
    this.#record.clock[0] = this.#index.startUs;
    recordScales(this.#record, this.#input);
    for (const pool of this.#pools) this.#engineOf(pool).seed(this.#input.poolSeeds[pool.name] ?? 0);
    this.#vault?.seed(this.#input.vaultSeed ?? 0);
    if (this.#input.rules.fund?.settlement === "daily") this.#queue.schedule(nextSettlementUs(this.#index.startUs), EVENT.settlement, 0);
    seat(this.#input, this.#instruments, this.#collateral);
    this.#link.start();
    this.#queue.schedule(this.#index.startUs, EVENT.mark, 0);
    this.#queue.schedule(this.#index.startUs, EVENT.sample, 0);
  }

  /** What records the movements of a pool: the engine of its first instrument. */
  #engineOf(pool: Pool): Engine {
    return (this.#instruments.find(({ ledger }) => ledger.pool === pool) as TradedInstrument).waterfall.engine;
  }

  /** Every pool books what is pending (FUND-3). */
  #settle(): void {
    for (const pool of this.#pools) this.#engineOf(pool).settlePool();
    this.#queue.schedule(nextSettlementUs(this.#queue.timeUs), EVENT.settlement, 0);
  }

  /** One mark: the prices of all instruments, then the pools' part of fees, then funding, then everything the marks bring about, then conservation (TIME-1, MARK-3). */
  #judge(step: number): void {
    const timeUs = this.#queue.timeUs;
    const judged = this.#instruments.map((instrument) => ({
      ...{ exchange: instrument.exchange, waterfall: instrument.waterfall },
      mark: instrument.mark(step),
    }));
    for (const pool of this.#pools) this.#engineOf(pool).collectFees();
    for (const instrument of this.#instruments) instrument.fund();
    judge(judged, this.#cross);
    for (const { exchange } of this.#instruments) exchange.fireTriggers();
    // The vault and orders that waited for the mark may have traded with the engine.
    for (const { waterfall, mark } of judged) waterfall.closeShort(mark);
    this.#check((pool) => pool.available);
    if (timeUs < this.#endUs) this.#queue.schedule(timeUs + this.#index.intervalUs, EVENT.mark, step + 1);
    else this.#queue.clear();
  }

  /** @param available of a pool, quanta (CONS-3) */
  #check(available: (pool: Pool) => number): void {
    this.#conservation.check(available, this.#input.checkEveryEvent === true || this.#queue.timeUs >= this.#endUs);
    this.#collateral?.check();
    for (const instrument of this.#instruments) instrument.check();
    this.#checks += 1;
  }

  /** Books what an account sold to the house of its other assets (ACCT-6). */
  #convert(account: number, conversions: readonly Conversion[]): void {
    const { ledger } = this.#instruments[0] as TradedInstrument;
    for (const { asset, sold, credited } of conversions) {
      this.#record.conversion(account, asset, sold, credited);
      ledger.buyCollateral(account, credited);
    }
  }

  #sample(): void {
    for (const instrument of this.#instruments) instrument.sample();
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
    const record = this.#record;
    const liquidations = this.#liquidations;
    const instruments = this.#instruments;
    const displacedTicks = (id: number) => {
      const { instrument } = liquidations.starts[id] as LiquidationStart;
      return (instruments[instrument] as TradedInstrument).pricing.displacement.totalTicks(id);
    };
    const once = (table: Table, write: () => void) => () => {
      if (table.rowCount === 0) write();
    };
    return [
      ...instruments.map((instrument) => () => instrument.sample()),
      ...instruments.map(
        ({ pricing }) =>
          () =>
            pricing.finish(),
      ),
      once(record.liquidations, () => recordLiquidations(record, liquidations, displacedTicks)),
      once(record.cascades, () => recordCascades(record, liquidations)),
      once(record.collateral, () => recordCollateral(record, this.#collateral)),
      once(record.accounts, () => recordAccounts(record, this.#input, instruments, this.#firstAgent)),
    ];
  }
}
