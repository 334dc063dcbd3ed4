/** The contracts of a run as its tables give them. */
import { join } from "node:path";
import { InputError } from "../../sim/kernel/input-error.ts";
import type { RunTables } from "../store/run-directory.ts";
import { type Fraction, fractionOf, times } from "./exact.ts";

/** A contract as `instruments` and `assets` give it. */
export interface Contract {
  readonly symbol: string;
  readonly asset: number;
  readonly kind: "linear" | "inverse";
  readonly poolName: string;
  readonly underlying: string;
  readonly tick: Fraction;
  readonly lot: Fraction;
  /** Base amount (linear) or quote amount (inverse) of one contract. */
  readonly contract: Fraction;
  readonly quantum: Fraction;
}

/**
 * Those of every instrument, by number.
 * @throws InputError naming table, column and value when something is missing, or they settle in several assets
 */
export async function readContracts(run: RunTables): Promise<Contract[]> {
  const where = join(run.directory, "instruments.parquet");
  const rows = await run.store.rows(
    "SELECT i.*, a.symbol AS settle, a.quantum FROM instruments i LEFT JOIN assets a ON a.asset = i.settle_asset ORDER BY i.instrument",
  );
  const contracts = rows.map((row, number) => {
    if (row["instrument"] !== number)
      throw new InputError(`${where}: instrument`, `expected ${number} in row ${number}, got ${String(row["instrument"])}`);
    return contractOf(row, where);
  });
  const other = contracts.find(({ asset }) => asset !== contracts[0]?.asset);
  if (other !== undefined)
    throw new InputError(`${where}: settle_asset`, `expected one asset for all contracts, got ${other.asset} for ${other.symbol}`);
  return contracts;
}

function contractOf(row: Readonly<Record<string, unknown>>, where: string): Contract {
  const text = (column: string) => {
    const value = row[column];
    if (typeof value !== "string" || value === "") throw new InputError(`${where}: ${column}`, `expected text, got ${String(value)}`);
    return value;
  };
  const decimal = (column: string) => fractionOf(text(column), `${where}: ${column}`);
  const kind = text("kind") === "inverse" ? "inverse" : "linear";
  const multiplier = decimal("multiplier");
  return {
    symbol: text("symbol"),
    asset: Number(row["settle_asset"]),
    kind,
    underlying: text("underlying"),
    poolName: `${text("product_line")}/${text("underlying")}/${text("settle")}`,
    tick: decimal("tick_size"),
    lot: decimal("lot_size"),
    contract: kind === "inverse" ? times(multiplier, decimal("face_value")) : multiplier,
    quantum: decimal("quantum"),
  };
}
