/** Which tables of its runs a sweep keeps. */
import { SWEEP_TABLES } from "../../data/store/sweep-tables.ts";
import { TABLES } from "../../sim/index.ts";
import type { Plan } from "../plan/plan-schema.ts";

/** The names of the tables to keep, in the order of all: with any of them, those that have their scales; and always those of the sweep's pictures. */
export function keptTables({ tables }: Plan): string[] {
  const all = TABLES.map(({ name }) => name);
  const pictures = SWEEP_TABLES.map(({ name }) => name);
  if (tables === "all") return [...all, ...pictures];
  const some = tables.length === 0 ? [] : all.filter((name) => name === "instruments" || name === "assets" || tables.includes(name));
  return [...some, ...pictures];
}
