/** Which columns of a file are those of a series: by the names of its kind, or as a user maps them. */
import { InputError } from "../../sim/kernel/input-error.ts";
import type { ColumnChoice, SeriesKind } from "./series-kind.ts";

/** Where the columns of a series stand in a file. */
export interface FoundColumns {
  /** All names, lower case and without space around them. */
  readonly names: readonly string[];
  readonly time: number;
  /** As in the file, lower case: its ending may tell the unit. */
  readonly timeName: string;
  readonly numbers: readonly { readonly name: string; readonly position: number }[];
  /** −1 where there is none. */
  readonly symbol: number;
  readonly where: readonly { readonly position: number; readonly value: string }[];
}

/** Beside those of the kind, fields that a column may be given for. */
const COMMON_FIELDS = ["time", "symbol"];

/**
 * Finds the columns of a series.
 * @param at what errors name: file, and line of the header where it has one
 * @param form whether the names stand in a header that can be shown
 * @throws InputError naming the columns that are missing, or one that stands twice
 */
export function findColumns(
  header: readonly string[],
  kind: SeriesKind,
  choice: ColumnChoice,
  at: string,
  form: "header" | "table" = "header",
): FoundColumns {
  const names = header.map((name) => name.trim().toLowerCase());
  const mapping = choice.columns ?? {};
  checkMapping(mapping, kind);
  const missing: string[] = [];
  const find = (field: string, accepted: readonly string[], shown: string | null): number => {
    const mapped = mapping[field];
    const position = mapped === undefined ? byName(names, accepted, at) : byMapping(names, mapped, at);
    if (position === -1 && (mapped !== undefined || shown !== null))
      missing.push(mapped === undefined ? (shown as string) : `${mapped} (${field})`);
    return position;
  };
  const time = find("time", kind.timeNames, `time (ts_ms, time, timestamp, ${kind.headless?.[0] ?? kind.timeNames[9]}, …)`);
  const symbol = find("symbol", ["symbol"], null);
  const numbers = kind.numbers.map(({ name, names, required }) => ({ name, position: find(name, names, required ? name : null) }));
  const found = numbers.filter(({ position }) => position !== -1);
  if (found.length === 0 && missing.length === 0) missing.push(kind.numbers.map(({ name }) => name).join(" or "));
  if (missing.length > 0) {
    if (form === "table") throw new InputError(at, `no column ${missing.join(", ")}`);
    const shown = header.join(",");
    throw new InputError(
      at,
      `header without ${missing.join(", ")}: ${JSON.stringify(shown.length > 80 ? `${shown.slice(0, 80)}…` : shown)}`,
    );
  }
  return { names, time, timeName: names[time] as string, numbers: found, symbol, where: findWhere(names, choice, at) };
}

/** Whether a user gave all columns by their place, so that a header is not needed. */
export function mapsPlaces({ columns = {} }: ColumnChoice): boolean {
  const places = Object.values(columns);
  return places.length > 0 && places.every((place) => placeOf(place) !== null);
}

function checkMapping(mapping: Readonly<Record<string, string>>, kind: SeriesKind): void {
  const fields = [...COMMON_FIELDS, ...kind.numbers.map(({ name }) => name)];
  for (const field of Object.keys(mapping)) {
    if (!fields.includes(field))
      throw new InputError("columns", `expected one of ${fields.join(", ")} (${kind.name}), got ${JSON.stringify(field)}`);
  }
}

function findWhere(names: readonly string[], { where = {} }: ColumnChoice, at: string): FoundColumns["where"] {
  return Object.entries(where).map(([column, value]) => {
    const position = byMapping(names, column, at);
    if (position === -1) throw new InputError(at, `no column ${column} to choose rows by`);
    return { position, value };
  });
}

function byName(names: readonly string[], accepted: readonly string[], at: string): number {
  const name = accepted.find((candidate) => names.includes(candidate));
  return name === undefined ? -1 : once(names, name, at);
}

function byMapping(names: readonly string[], mapped: string, at: string): number {
  const place = placeOf(mapped);
  if (place !== null) return place <= names.length ? place - 1 : -1;
  const name = mapped.trim().toLowerCase();
  return names.includes(name) ? once(names, name, at) : -1;
}

function once(names: readonly string[], name: string, at: string): number {
  const position = names.indexOf(name);
  if (names.lastIndexOf(name) !== position) throw new InputError(at, `column ${name} stands twice in the header`);
  return position;
}

function placeOf(text: string): number | null {
  const match = /^#([1-9]\d{0,3})$/.exec(text);
  return match === null ? null : Number(match[1]);
}
