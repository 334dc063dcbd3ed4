/**
 * A block of records that will not change, column by column in as few bytes as its numbers
 * need: whole numbers as their distance from the least of the block, others as they are.
 * A run of a million accounts records tables of hundreds of megabytes; most of it is
 * zeros, codes and numbers that lie close together. Nothing is lost, not even −0.
 */

/** Numbers of so many bytes are doubles as they are. */
const AS_IT_IS = 8;
const BYTE = 256;

/** How the numbers of a column are kept. */
interface PackedColumn {
  /** Bytes a number; 0 where all are the same. */
  readonly bytes: number;
  /** What a distance is added to; where there is no distance, the number itself. */
  readonly base: number;
  /** Whether the distance 0 stands for NaN. */
  readonly hasNaN: boolean;
  /** Where it begins. */
  readonly from: number;
}

export class PackedBlock {
  readonly rowCount: number;
  readonly #columns: readonly PackedColumn[];
  /** Of each column first the lowest bytes of all rows, then the next ones; of doubles all bytes of each. */
  readonly #bytes: Uint8Array;

  /** @param block records of `width` numbers, one after the other */
  constructor(block: Float64Array, width: number) {
    this.rowCount = block.length / width;
    const columns: PackedColumn[] = [];
    let from = 0;
    for (let position = 0; position < width; position++) {
      const column = { ...measured(block, width, position), from };
      columns.push(column);
      from += column.bytes * this.rowCount;
    }
    this.#columns = columns;
    this.#bytes = new Uint8Array(from);
    columns.forEach((column, position) => {
      this.#write(block, width, position, column);
    });
  }

  /** The numbers of a column, one a row. @param into whose first places take them; left out: made */
  column(position: number, into: Float64Array = new Float64Array(this.rowCount)): Float64Array {
    const { bytes, base, hasNaN, from } = this.#columns[position] as PackedColumn;
    const { rowCount } = this;
    const numbers = into.subarray(0, rowCount);
    if (bytes === AS_IT_IS) {
      new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength).set(this.#bytes.subarray(from, from + AS_IT_IS * rowCount));
      return numbers;
    }
    numbers.fill(0);
    for (let place = bytes - 1; place >= 0; place--) {
      const plane = from + place * rowCount;
      for (let row = 0; row < rowCount; row++) numbers[row] = (numbers[row] as number) * BYTE + (this.#bytes[plane + row] as number);
    }
    for (let row = 0; row < rowCount; row++) {
      const distance = numbers[row] as number;
      numbers[row] = hasNaN && distance === 0 ? Number.NaN : base + distance;
    }
    return numbers;
  }

  #write(block: Float64Array, width: number, position: number, { bytes, base, from }: PackedColumn): void {
    const { rowCount } = this;
    if (bytes === AS_IT_IS) {
      const numbers = new Float64Array(rowCount);
      for (let row = 0; row < rowCount; row++) numbers[row] = block[row * width + position] as number;
      this.#bytes.set(new Uint8Array(numbers.buffer), from);
      return;
    }
    if (bytes === 0) return;
    for (let row = 0; row < rowCount; row++) {
      const number = block[row * width + position] as number;
      let distance = Number.isNaN(number) ? 0 : number - base;
      for (let place = 0; place < bytes; place++) {
        const rest = Math.floor(distance / BYTE);
        this.#bytes[from + place * rowCount + row] = distance - rest * BYTE;
        distance = rest;
      }
    }
  }
}

/** In how many bytes a column can be kept, and from where on its distances count. */
function measured(block: Float64Array, width: number, position: number): Omit<PackedColumn, "from"> {
  const asItIs = { bytes: AS_IT_IS, base: 0, hasNaN: false };
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  let hasNaN = false;
  for (let at = position; at < block.length; at += width) {
    const number = block[at] as number;
    if (Number.isNaN(number)) hasNaN = true;
    else if (!Number.isSafeInteger(number) || Object.is(number, -0)) return asItIs;
    else {
      least = Math.min(least, number);
      most = Math.max(most, number);
    }
  }
  if (least > most) return { bytes: 0, base: Number.NaN, hasNaN: false };
  const base = hasNaN ? least - 1 : least;
  const furthest = most - base;
  if (!Number.isSafeInteger(base) || !Number.isSafeInteger(furthest)) return asItIs;
  let bytes = 0;
  for (let reach = 1; reach <= furthest; reach *= BYTE) bytes += 1;
  return { bytes, base, hasNaN };
}
