/** The regular series against the replay: what each sample counts, and what it says of the pool. */
import type { Books } from "./books.ts";
import type { Engine, RebuiltLiquidation } from "./engine.ts";
import { least } from "./exact.ts";
import type { Findings, RecordedRow } from "./findings.ts";
import type { Marks } from "./marks.ts";

export class Samples {
  readonly #rows: readonly RecordedRow[];
  readonly #books: Books;
  readonly #engine: Engine;
  readonly #marks: Marks;
  readonly #findings: Findings;
  #next = 0;
  #volume = 0n;
  #liquidations = 0;
  #long = 0n;
  #short = 0n;
  #adl = 0n;

  /** @param rows of `samples`, by time */
  constructor(rows: readonly RecordedRow[], books: Books, engine: Engine, marks: Marks, findings: Findings) {
    this.#rows = rows;
    this.#books = books;
    this.#engine = engine;
    this.#marks = marks;
    this.#findings = findings;
  }

  get count(): number {
    return this.#rows.length;
  }

  traded(lots: bigint): void {
    this.#volume += lots;
  }

  liquidated({ side, notional }: RebuiltLiquidation): void {
    this.#liquidations += 1;
    if (side === "long") this.#long += notional;
    else this.#short += notional;
  }

  deleveraged(value: bigint): void {
    this.#adl += value;
  }

  /** Compares all samples before a time: a sample comes last at its instant (TIME-1). */
  until(timeUs: number): void {
    for (let row = this.#rows[this.#next]; row !== undefined && Number(row["time_us"]) < timeUs; row = this.#rows[this.#next]) {
      this.#compare(row);
      this.#next += 1;
    }
  }

  #compare(row: RecordedRow): void {
    const timeUs = Number(row["time_us"]);
    const mark = this.#marks.at(timeUs);
    const available = this.#books.pool + least(0n, this.#engine.inventoryProfit(mark));
    this.#findings.compare(`samples, row ${this.#next}`, row, {
      index_ticks: this.#marks.indexAt(timeUs),
      mark_ticks: mark,
      open_interest_lots: this.#books.longLots,
      volume_lots: this.#volume,
      liquidations: this.#liquidations,
      liquidated_long_quanta: this.#long,
      liquidated_short_quanta: this.#short,
      adl_quanta: this.#adl,
      pool_available_quanta: available,
      pool_drawdown_quanta: this.#books.peak - available,
    });
    this.#volume = 0n;
    this.#liquidations = 0;
    this.#long = 0n;
    this.#short = 0n;
    this.#adl = 0n;
  }
}
