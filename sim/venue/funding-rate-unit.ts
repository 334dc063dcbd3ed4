/** What a funding rate is a whole number of (MARK-3): hundred-millionths; so many make the whole value. */
export const RATE_UNITS = 100_000_000;
