/** Maps from number to number as a state keeps them (TIME-4): keys and values, one after the other, in order of insertion. */

export function flattened(map: ReadonlyMap<number, number>): Float64Array {
  return Float64Array.from([...map].flat());
}

/** Adds what was flattened to a map. */
export function refill(map: Map<number, number>, flat: Float64Array): Map<number, number> {
  for (let place = 0; place < flat.length; place += 2) map.set(flat[place] as number, flat[place + 1] as number);
  return map;
}
