/**
 * A state as one buffer and back (TIME-4): plain data in a header of JSON, columns behind
 * it, a checksum over both. Whatever can be in a state comes back as it was, to the bit:
 * numbers that JSON does not know, whole numbers without bound, and typed arrays.
 */
import { Digest } from "./digest.ts";
import { InputError } from "./input-error.ts";

/** What a state may consist of. */
export type Plain =
  | null
  | undefined
  | boolean
  | number
  | bigint
  | string
  | Float64Array
  | Int32Array
  | Uint8Array
  | readonly Plain[]
  | { readonly [name: string]: Plain };

/** First number of every snapshot: format and version. */
const MAGIC = 20_251_010_002;
/** Numbers before the header: magic, length of the header in units, bytes of the columns, and the checksum in four. */
const HEAD = 7;
const BYTES = 8;
const SUM_AT = 3;
/** Halves that the checksum takes at a time. */
const CHECKED_TOGETHER = 4096;

const COLUMN = "@column";
const NUMBER = "@number";
const WHOLE = "@whole";
const ABSENT = "@absent";

type Column = Float64Array | Int32Array | Uint8Array;
const KINDS = ["float64", "int32", "uint8"] as const;

/**
 * @throws Error naming the place of what is no plain data: an object of a class, a function, a name that begins with @
 */
export function encode(state: Plain): Uint8Array {
  const columns: Column[] = [];
  const places: number[] = [];
  let end = 0;
  const put = (column: Column): number => {
    const place = end;
    columns.push(column);
    places.push(place);
    end += roundUp(column.byteLength);
    return place;
  };
  const header = JSON.stringify(packed(state, "state", put));
  const bodyAt = HEAD * BYTES + roundUp(2 * header.length);
  const buffer = new ArrayBuffer(bodyAt + end);
  const units = new Uint16Array(buffer, HEAD * BYTES, header.length);
  for (let unit = 0; unit < header.length; unit++) units[unit] = header.charCodeAt(unit);
  columns.forEach((column, index) => {
    const bytes = new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
    new Uint8Array(buffer).set(bytes, bodyAt + (places[index] as number));
  });
  const head = new Float64Array(buffer, 0, HEAD);
  head.set([MAGIC, header.length, end]);
  head.set(checksum(buffer), SUM_AT);
  return new Uint8Array(buffer);
}

/**
 * @param name what it is called in the error, such as its file
 * @throws InputError when it is no snapshot, of another version, cut short or damaged
 */
export function decode(snapshot: Uint8Array, name: string): Plain {
  // Not `slice`: what a file of Node was read into would give its whole memory.
  const { buffer } = Uint8Array.from(snapshot);
  if (buffer.byteLength < HEAD * BYTES) throw new InputError(name, "is no snapshot: too short");
  const head = new Float64Array(buffer, 0, HEAD);
  const [magic, units, bytes, ...sum] = head as unknown as [number, number, number, ...number[]];
  if (magic !== MAGIC) throw new InputError(name, "is no snapshot of this version of Breakwater");
  const bodyAt = HEAD * BYTES + roundUp(2 * units);
  if (bodyAt + bytes !== buffer.byteLength) {
    throw new InputError(name, `is damaged: ${buffer.byteLength} bytes, expected ${bodyAt + bytes}`);
  }
  const expected = checksum(buffer);
  if (sum.some((part, index) => part !== expected[index])) throw new InputError(name, "is damaged: its checksum does not match");
  let header = "";
  for (const unit of new Uint16Array(buffer, HEAD * BYTES, units)) header += String.fromCharCode(unit);
  return unpacked(JSON.parse(header), buffer, bodyAt);
}

/** Four numbers over the lengths in the head and all that stands behind it. */
function checksum(buffer: ArrayBuffer): number[] {
  const digest = new Digest();
  const lengths = new Float64Array(buffer, BYTES, 2);
  for (const length of lengths) digest.number(length);
  // As whole halves: among doubles all NaNs would be the same.
  const halves = new Uint32Array(buffer, HEAD * BYTES);
  const numbers = new Float64Array(CHECKED_TOGETHER);
  for (let from = 0; from < halves.length; from += CHECKED_TOGETHER) {
    const part = halves.subarray(from, from + CHECKED_TOGETHER);
    numbers.set(part);
    digest.numbers(numbers, 0, part.length);
  }
  return Array.from({ length: 4 }, (_, lane) => digest.state[lane] as number);
}

function packed(value: Plain, path: string, put: (column: Column) => number): unknown {
  if (value === undefined) return { [ABSENT]: true };
  if (typeof value === "bigint") return { [WHOLE]: String(value) };
  if (typeof value === "number") return Number.isFinite(value) && !Object.is(value, -0) ? value : { [NUMBER]: numberText(value) };
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (value instanceof Float64Array || value instanceof Int32Array || value instanceof Uint8Array) {
    return { [COLUMN]: [kindOf(value), put(value), value.length] };
  }
  if (Array.isArray(value)) return Array.from(value, (item: Plain, index) => packed(item, `${path}.${index}`, put));
  if (typeof value !== "object" || ![Object.prototype, null].includes(Object.getPrototypeOf(value))) {
    throw new Error(`Cannot put ${path} into a snapshot: it is no plain data`);
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => {
      if (name.startsWith("@")) throw new Error(`Cannot put ${path}.${name} into a snapshot: names that begin with @ are its own`);
      return [name, packed(item, `${path}.${name}`, put)];
    }),
  );
}

function unpacked(value: unknown, buffer: ArrayBuffer, bodyAt: number): Plain {
  if (value === null || typeof value !== "object") return value as Plain;
  if (Array.isArray(value)) return value.map((item) => unpacked(item, buffer, bodyAt));
  const marked = value as { readonly [name: string]: unknown };
  if (ABSENT in marked) return undefined;
  if (WHOLE in marked) return BigInt(marked[WHOLE] as string);
  if (NUMBER in marked) return numberOf(marked[NUMBER] as string);
  if (COLUMN in marked) {
    const [kind, place, length] = marked[COLUMN] as [(typeof KINDS)[number], number, number];
    if (kind === "float64") return new Float64Array(buffer.slice(bodyAt + place, bodyAt + place + 8 * length));
    if (kind === "int32") return new Int32Array(buffer.slice(bodyAt + place, bodyAt + place + 4 * length));
    return new Uint8Array(buffer.slice(bodyAt + place, bodyAt + place + length));
  }
  return Object.fromEntries(Object.entries(marked).map(([name, item]) => [name, unpacked(item, buffer, bodyAt)]));
}

function kindOf(column: Column): (typeof KINDS)[number] {
  if (column instanceof Float64Array) return "float64";
  return column instanceof Int32Array ? "int32" : "uint8";
}

function numberText(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

function numberOf(text: string): number {
  return text === "-0" ? -0 : Number(text);
}

function roundUp(bytes: number): number {
  return Math.ceil(bytes / BYTES) * BYTES;
}
