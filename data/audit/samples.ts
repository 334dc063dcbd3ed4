/** The regular series against the replay: what each sample counts, and what it says of the pool. */
import type { Findings, RecordedRow } from "./findings.ts";
import type { RebuiltRun, Traded } from "./traded.ts";

export class Samples {
  readonly #rows: readonly RecordedRow[];
  readonly #instruments: readonly Traded[];
  readonly #findings: Findings;
  #next = 0;

  /** @param rows of `samples`, by time and instrument: one an instrument at every sampling instant */
  constructor(rows: readonly RecordedRow[], { instruments }: RebuiltRun, findings: Findings) {
    this.#rows = rows;
    this.#instruments = instruments;
    this.#findings = findings;
  }

  get count(): number {
    return this.#rows.length;
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
    const { number, books, marks, pool, counts, vault } = this.#instruments[this.#next % this.#instruments.length] as Traded;
    const first = this.#rows[this.#next - number];
    const available = pool.available(timeUs);
    this.#findings.compare(`samples, row ${this.#next}`, row, {
      instrument: number,
      time_us: Number(first?.["time_us"]),
      index_ticks: marks.indexAt(timeUs),
      mark_ticks: marks.at(timeUs),
      open_interest_lots: books.longLots,
      volume_lots: counts.volume,
      liquidations: counts.liquidations,
      liquidated_long_quanta: counts.long,
      liquidated_short_quanta: counts.short,
      adl_quanta: counts.adl,
      pool_available_quanta: available,
      pool_drawdown_quanta: pool.peak - available,
      vault_equity_quanta: vault?.equity(timeUs) ?? null,
    });
    counts.clear();
  }
}
