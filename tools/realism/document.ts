/** `docs/realism.md`: the bundled calm day beside real markets, in tables of rounded figures. */
import type { Summary } from "../../data/store/run-directory.ts";
import { bookTable, dailyTable, fundingTable, sizeTable } from "./market-tables.ts";
import type { RealFacts } from "./real-facts.ts";
import { returnsTable } from "./returns-table.ts";
import { SOURCES } from "./sources.ts";
import { table } from "./text.ts";

/**
 * The document.
 * @param summary of a run of `calm-day`
 * @throws Error when it has no facts of an instrument, or a file has no source
 */
export function realismDocument({ facts: [calm] = [] }: Summary, real: RealFacts): string {
  if (calm === undefined) throw new Error("the summary has no facts");
  return `${[
    INTRODUCTION,
    `## Returns over a minute\n\n${RETURNS}\n\n${returnsTable(calm, real.returns)}\n\n${RETURNS_READ}`,
    `## Spread and depth\n\n${BOOK}\n\n${bookTable(calm, real.books)}\n\n${BOOK_READ}`,
    `## Funding\n\n${FUNDING}\n\n${fundingTable(calm, real.funding)}\n\n${FUNDING_READ}`,
    `## Liquidations\n\n${sizeTable(calm.liquidationSizes, real.sizes)}\n\n${dailyTable(calm, real)}\n\n${LIQUIDATIONS_READ}`,
    `## Trades\n\n${sizeTable(calm.tradeSizes, real.trades)}\n\n${TRADES_READ}`,
    `## Sources\n\n${SOURCES_ARE}\n\n${sourcesTable(real)}`,
  ].join("\n\n")}\n`;
}

const INTRODUCTION = `# How real it looks

<!-- Written by tools/realism.ts (\`npx tsx tools/realism.ts\`) and checked by test/tools/realism.test.ts. -->

The bundled scenario \`calm-day\` beside real markets, measured by the same code. \`breakwater run SCENARIO --json\` prints these measures of any run, by
instrument, under \`facts\` (\`summary.json\` has them too), so that a scenario of one's own can be held against the same figures:

\`\`\`sh
npx breakwater run calm-day --json
\`\`\`

| \`facts[].…\` | measure |
|---|---|
| \`returns.index\`, \`.mark\`, \`.mid\` | log returns from minute to minute, each from the last mark until then. \`volatility\` annualised; \`excessKurtosis\`; \`beyondFourSigma\`, the part further than four standard deviations from the mean; \`tailExponent\`, Hill's estimator over the returns beyond the 95 % quantile of falls and of rises; \`autocorrelation\` of returns and of their absolute values at lags of 1, 5, 15 and 60 minutes |
| \`spread\` | best ask less best bid, part of the mid, over all marks: median, 5 % and 95 % quantiles |
| \`depth\` | value resting within 5, 10 and 25 basis points of the mid, each side, median over the samples; \`ofFurthest\` as part of that within 25 |
| \`openInterest\` | value of all longs, or of all shorts, median over the samples |
| \`funding\` | lowest, median and highest rate paid |
| \`liquidationSizes\`, \`tradeSizes\` | values, settlement asset: median, mean, 95 % and 99 % quantiles, largest, its share of the sum, \`tailExponent\` |
| \`volumePerHour\` | value traded an hour, settlement asset |

What there is too little of is \`null\`: returns below 100, an autocorrelation with fewer than 100 pairs, a tail of fewer than 20 (400 values). \`calm-day\` has one
day, so real days are measured one by one too: a statistic as wild as kurtosis takes no other comparison.`;

const RETURNS = `Real: the calmest day of each file, that of the lowest volatility, and in brackets the lowest and highest value of its days. A normal distribution has kurtosis 0, no
finite tail exponent, 0.006 % beyond four deviations, and autocorrelations of 0, give or take 0.03 in a day of minutes.`;

const RETURNS_READ = `The index is a GARCH(1,1) with Student's t of four degrees of freedom: fat tails and clusters are built in, with an exponent as real ones have. It has no
intraday seasons and, as GARCH has it, its memory fades exponentially, so that little is left of it after an hour, where some real days have more. The mid adds what
makers and takers do around it; its first autocorrelation is positive because makers look at the index every ten seconds and follow it with a lag.`;

const BOOK = `Depth is the median over the seconds of the file, or the samples of the run, in millions, and in brackets as part of that within 25 basis points.`;

const BOOK_READ = `**Shape.** Depth grows with distance as it does in reality. The file of BTC holds the whole book only within 10 basis points, that of ETH within 25, so that BTC's parts of 25
are, if anything, too high.

**Spread.** A real BTC perpetual stands at one tick nearly always. Here makers look at the market every ten seconds and not every few milliseconds; between two looks the index moves by
some three basis points, and who quoted within less than that would lose to it. The spread is what this leaves: part of a basis point, many ticks. It
tightens with more makers and shorter intervals (\`agents.0\`), at the price of messages.

**Scale.** The venue is a small one. Depth and volume are a fraction of Binance's; it is their ratios that are meant to hold.`;

const FUNDING = `Rates of an interval of so many hours, in basis points of value; beside the most frequent one the part of the payments that are at it.`;

const FUNDING_READ = `The venue's rule is the general one, premium plus a clamped pull towards an interest of 0.0001: as long as the premium stays within some basis points, the rate
is that interest to the digit. So it is here, where makers keep the book at the index, and so it is in two of five payments of Binance's from 2020 to 2023. The others come of days
on which demand for leverage pushes the price for hours, of which a day here has none.`;

const LIQUIDATIONS_READ = `Sizes are those of the drawn population (lognormal), of which the price finds the most levered; against open interest there are several times as many as in reality: passive
holders stand still, nobody of them tops up a margin or has a stop, and they begin the day with positions that an earlier day would have closed.`;

const TRADES_READ = `The mean is that of Binance's BTC perpetual (above); Hyperliquid was a small venue in 2023. The upper end is not like real ones: a trade is at most what one resting order
has, and makers here have orders of one size, at which trades bunch, where real orders differ; so the tail exponent says nothing. Most of the volume is makers meeting each other's
quotes as the index moves on.`;

const SOURCES_ARE = `Figures only; the files are not part of the project.`;

function sourcesTable(real: RealFacts): string {
  const measured = [...real.returns, ...real.books, ...real.funding, ...real.sizes, ...real.trades, ...real.days, ...real.openInterest];
  const files = [...new Set(measured.map(({ file }) => file))];
  const rows = files.map((file) => {
    const markets = measured.filter((one) => one.file === file).map(({ market }) => market);
    const source = SOURCES[file];
    if (source === undefined) throw new Error(`${file} has no source`);
    return [`\`${file}\``, [...new Set(markets)].join("; "), source];
  });
  return table(["file", "of", "source"], rows);
}
