/** When pools that are settled daily are settled (FUND-3): at 16:00 HKT, which is 08:00 UTC. */
const HOUR_US = 3_600_000_000;
const DAY_US = 24 * HOUR_US;
const SETTLED_US = 8 * HOUR_US;

/** The first settlement after a time, both microseconds since the Unix epoch. */
export function nextSettlementUs(timeUs: number): number {
  const sinceUs = (((timeUs - SETTLED_US) % DAY_US) + DAY_US) % DAY_US;
  return timeUs - sinceUs + DAY_US;
}
