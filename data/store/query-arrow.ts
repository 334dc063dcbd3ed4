/** The result of a query as an Arrow IPC file. */
import * as arrow from "apache-arrow";
import { type ArrowColumn, arrowColumn, BATCH_ROWS } from "./arrow-columns.ts";
import type { QueryStream } from "./query-stream.ts";

/** A batch ends before its words and bytes grow far beyond this, since 32 bits hold their places. */
const BATCH_BYTES = 64 * 2 ** 20;

/** Takes the bytes of the library's writer until they are asked for; its own queue would not wait for a slow reader. */
class Pending extends arrow.AsyncByteQueue {
  private bytes: Uint8Array[] = [];

  override write(bytes: Uint8Array): void {
    this.bytes.push(bytes);
  }

  take(): Uint8Array[] {
    const { bytes } = this;
    this.bytes = [];
    return bytes;
  }
}

/**
 * Writes a result as an Arrow IPC file, in record batches of at most 61,440 rows, of which one is in memory. Types as
 * `arrowColumn` says. Nothing is written before the first batch is read.
 * @param write takes bytes, one call after the other
 * @returns how many rows it has
 * @throws InputError as `chunks` of the result, and when a value does not go into its Arrow type
 */
export async function writeQueryArrow(result: QueryStream, write: (bytes: Uint8Array) => Promise<void>): Promise<number> {
  const columns = result.types.map((type, place) => arrowColumn(type, result.names[place] as string));
  const schema = new arrow.Schema(columns.map(({ type }, place) => new arrow.Field(result.names[place] as string, type, true)));
  const pending = new Pending();
  const writer = new arrow.RecordBatchFileWriter();
  writer.reset(pending, schema);
  let rowCount = 0;
  let batchRows = 0;
  const flush = async () => {
    writer.write(batchOf(schema, columns, batchRows));
    batchRows = 0;
    for (const bytes of pending.take()) await write(bytes);
  };
  for await (const chunk of result.chunks) {
    const tooLong = batchRows + chunk.rowCount > BATCH_ROWS || columns.some(({ byteCount }) => byteCount > BATCH_BYTES);
    if (batchRows > 0 && tooLong) await flush();
    for (const [place, column] of columns.entries()) column.append(chunk.getColumnVector(place), batchRows);
    batchRows += chunk.rowCount;
    rowCount += chunk.rowCount;
  }
  if (batchRows > 0) await flush();
  writer.finish();
  for (const bytes of pending.take()) await write(bytes);
  return rowCount;
}

function batchOf(schema: arrow.Schema, columns: readonly ArrowColumn[], length: number): arrow.RecordBatch {
  const children = columns.map((column) => column.take(length));
  return new arrow.RecordBatch(schema, arrow.makeData({ type: new arrow.Struct(schema.fields), length, nullCount: 0, children }));
}
