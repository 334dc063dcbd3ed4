/** The kinds of series that are read and written: bars, funding rates and open interest, and how their columns are called in files. */

/** A column of numbers of a kind of series. */
export interface NumberField {
  /** Of the column that is written. */
  readonly name: string;
  /** Names in files, lower case, the surest first. */
  readonly names: readonly string[];
  readonly required: boolean;
}

/** What a file of one kind holds beside its times. */
export interface SeriesKind {
  readonly name: "bars" | "funding" | "open-interest";
  /** What a row is called, and several. */
  readonly rowWord: readonly [one: string, several: string];
  /** Its table in a DuckDB database. */
  readonly table: string;
  /** Names of the time column, those with a unit first. */
  readonly timeNames: readonly string[];
  readonly numbers: readonly NumberField[];
  /** Columns of Binance's archive, where its files may come without a header. */
  readonly headless: readonly string[] | null;
}

const TIME_NAMES = ["ts_ms", "ts_us", "ts_s", "time_ms", "time_us", "time_s", "timestamp_ms", "timestamp_us", "timestamp_s"];
const FURTHER_TIME_NAMES = ["time", "timestamp", "ts", "datetime", "date", "unix"];

const required = (name: string, ...names: readonly string[]): NumberField => ({ name, names: [name, ...names], required: true });
const optional = (name: string, ...names: readonly string[]): NumberField => ({ name, names: [name, ...names], required: false });

/** Open, high, low, close and volume of equal intervals. Binance: `klines`. */
export const BARS: SeriesKind = {
  name: "bars",
  rowWord: ["bar", "bars"],
  table: "bars",
  timeNames: [...TIME_NAMES, "open_time", "opentime", ...FURTHER_TIME_NAMES],
  numbers: [required("open", "o"), required("high", "h"), required("low", "l"), required("close", "c"), required("volume", "vol", "v")],
  headless: "open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore".split(","),
};

/** Funding rates as they were paid: parts, not per cent. Binance: `fundingRate`. */
export const FUNDING: SeriesKind = {
  name: "funding",
  rowWord: ["rate", "rates"],
  table: "funding",
  timeNames: [...TIME_NAMES, "calc_time", "funding_time", "fundingtime", ...FURTHER_TIME_NAMES],
  numbers: [
    required("funding_rate", "last_funding_rate", "fundingrate", "rate"),
    optional("interval_hours", "funding_interval_hours", "fundingintervalhours"),
  ],
  headless: ["calc_time", "funding_interval_hours", "last_funding_rate"],
};

/** Open interest in contracts or coins, and its value in the quote currency: one of them, or both. Binance: `metrics`. */
export const OPEN_INTEREST: SeriesKind = {
  name: "open-interest",
  rowWord: ["observation", "observations"],
  table: "open_interest",
  timeNames: [...TIME_NAMES, "create_time", ...FURTHER_TIME_NAMES],
  numbers: [
    optional("open_interest", "sum_open_interest", "openinterest", "oi"),
    optional("open_interest_value", "sum_open_interest_value", "open_interest_usd", "oi_value", "oi_usd"),
  ],
  headless: null,
};

/** All kinds by name. */
export const SERIES_KINDS = { bars: BARS, funding: FUNDING, "open-interest": OPEN_INTEREST } as const;

/** A series as it stands in a file: numbers, but nothing else checked. */
export interface RawSeries {
  /** Whole microseconds since the Unix epoch. */
  readonly timeUs: Float64Array;
  /** By the names of the kind's fields; an optional one that the file lacks is absent. */
  readonly numbers: ReadonlyMap<string, Float64Array>;
  /** Symbol of each row, where the file has a column of them. */
  readonly symbols: readonly string[] | null;
  /** How people find a row, counted from 0, in the file: `line 7`. */
  readonly rowName: (row: number) => string;
  /** Columns of words that were passed over, by which the file may hold several series. */
  readonly wordColumns: readonly string[];
}

/** What a user may say of the columns of a file. */
export interface ColumnChoice {
  /** Columns of the file by field (`time`, `symbol`, or one of the kind's): a name in any case, or `#2` for the second. */
  readonly columns?: Readonly<Record<string, string>> | undefined;
  /** Only rows with these values, text for text, in these columns. */
  readonly where?: Readonly<Record<string, string>> | undefined;
}

/** In words, for errors: what rows were asked for. */
export function whereWords(where: Readonly<Record<string, string>>): string {
  return Object.entries(where)
    .map(([column, value]) => `${column}=${value}`)
    .join(", ");
}
