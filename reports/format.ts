/** Numbers and times as people read them: English grouping, a true minus sign, UTC. */

const MINUS = "\u2212";
/** A no-break space: a number never parts from its unit. */
const NARROW = "\u00a0";

function signed(text: string): string {
  return /[1-9]/.test(text) ? text.replace("-", MINUS) : text.replace("-", "");
}

/** A whole count with thousands separators: `20,000`. */
export function count(value: number): string {
  return signed(new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 }).format(value));
}

/** Money with thousands separators, two decimals (none from 1,000 on; up to six for less than 1), and its unit. */
export function money(amount: string | number, unit = ""): string {
  const size = Math.abs(Number(amount));
  const decimals = size >= 1000 || size === 0 ? 0 : size >= 1 ? 2 : 6;
  const format = new Intl.NumberFormat("en-US", { minimumFractionDigits: Math.min(decimals, 2), maximumFractionDigits: decimals });
  // Decimal strings are formatted exactly, however many digits they have.
  const text = signed(format.format(amount as Intl.StringNumericLiteral));
  return unit === "" ? text : `${text}${NARROW}${unit}`;
}

/** A price: as many decimals as it needs for five significant digits, thousands separated. */
export function price(value: number, unit = ""): string {
  const decimals = value === 0 ? 0 : Math.min(12, Math.max(0, 4 - Math.floor(Math.log10(Math.abs(value)))));
  const text = signed(new Intl.NumberFormat("en-US", { maximumFractionDigits: decimals }).format(value));
  return unit === "" ? text : `${text}${NARROW}${unit}`;
}

/** A ratio as per cent: 0.1234 is `12.3 %`. */
export function percent(ratio: number, decimals = 1): string {
  return signed(`${(ratio * 100).toFixed(decimals)}${NARROW}%`);
}

/** A plain number with at most `decimals` decimals. */
export function decimal(value: number, decimals = 2): string {
  return signed(new Intl.NumberFormat("en-US", { maximumFractionDigits: decimals }).format(value));
}

const UNITS: readonly (readonly [string, number])[] = [
  ["d", 86_400],
  ["h", 3_600],
  ["min", 60],
  ["s", 1],
];

/** A duration in its two largest units: `3 h`, `1 min 20 s`, `0.4 s`. */
export function duration(seconds: number): string {
  if (seconds < 10) return `${decimal(seconds, seconds < 1 ? 2 : 1)}${NARROW}s`;
  let rest = Math.round(seconds);
  const parts: string[] = [];
  for (const [unit, size] of UNITS) {
    const whole = Math.floor(rest / size);
    rest -= whole * size;
    if (whole > 0) parts.push(`${whole}${NARROW}${unit}`);
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return parts.join(" ");
}

/** A singular or plural with its count: `1 account`, `2,000 accounts`. */
export function plural(value: number, singular: string, several = `${singular}s`): string {
  return `${count(value)}${NARROW}${value === 1 ? singular : several}`;
}

/** `2025-10-10 20:00:00` of epoch milliseconds, UTC. */
export function dateTime(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace("T", " ");
}

/** `20:00:00` of epoch milliseconds, UTC. */
export function clock(ms: number): string {
  return dateTime(ms).slice(11);
}

/** `10 October 2025` of epoch milliseconds, UTC. */
export function day(ms: number): string {
  return new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" }).format(ms);
}
