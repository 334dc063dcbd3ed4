/** `docs/realism.md`: the bundled calm day beside real markets, in tables of rounded figures. */
import type { InstrumentFacts, Summary } from "../../data/store/run-directory.ts";
import { bookTable, dailyTable, fundingTable, sizeTable } from "./market-tables.ts";
import type { RealFacts } from "./real-facts.ts";
import { returnsTable } from "./returns-table.ts";
import { table } from "./text.ts";

/**
 * The document.
 * @param summary of a run of `calm-day`
 * @throws Error when it has no facts of an instrument
 */
export function realismDocument({ facts: [calm] = [] }: Summary, real: RealFacts): string {
  if (calm === undefined) throw new Error("the summary has no facts");
  return `${[
    INTRODUCTION,
    `## Returns over a minute\n\n${RETURNS}\n\n${returnsTable(calm, real.returns)}\n\n${RETURNS_READ}`,
    `## Spread and depth\n\n${BOOK}\n\n${bookTable(calm, real.books)}\n\n${BOOK_READ}`,
    `## Funding\n\n${FUNDING}\n\n${fundingTable(calm, real.funding)}\n\n${FUNDING_READ}`,
    `## Liquidations\n\n${sizeTable(calm.liquidationSizes, real.sizes)}\n\n${dailyTable(calm, real.days)}\n\n${LIQUIDATIONS_READ}`,
    `## Trades\n\n${sizeTable(calm.tradeSizes, real.trades)}\n\n${TRADES_READ}`,
    `## Sources\n\n${SOURCES}\n\n${sourcesTable(real)}`,
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

**Scale.** The venue is small: some tenth of a million accounts' worth of open interest would not fit its makers. Depth and volume are a fraction of Binance's; it is ratios that
are meant to hold.`;

const FUNDING = `Rates of an interval of so many hours, in units of 0.0001 (one is one basis point an interval); 90 % of the real ones lie between the two quantiles.`;

const FUNDING_READ = `With makers around the index the book's premium is nil, and the rate is the interest of the venue's rule, which is the most frequent real rate as well. A real
day has some premium of its own; here no demand for leverage pushes the price for hours.`;

const LIQUIDATIONS_READ = `Sizes are those of the drawn population (lognormal) among whom the price finds the most levered. There are more of them against open interest than in reality: everyone
stands still from the start, nobody of the passive holders tops up a margin or uses a stop, and the population begins the day without what an earlier day would have
closed already.`;

const TRADES_READ = `The smallest and the middle are alike. The upper end is not: a trade is at most what one resting order has, and makers here have orders of one size, so that the largest
trades bunch there; real orders differ. Most of the volume is makers meeting each other's quotes as the index moves on.`;

const SOURCES = `Figures only; the files are not part of the project. Each was collected from a public repository.`;

function sourcesTable(real: RealFacts): string {
  const measured = [...real.returns, ...real.books, ...real.funding, ...real.sizes, ...real.trades, ...real.days, ...real.openInterest];
  const files = [...new Set(measured.map(({ file }) => file))];
  const rows = files.map((file) => {
    const markets = measured.filter((one) => one.file === file).map(({ market }) => market);
    return [`\`${file}.csv.gz\``, [...new Set(markets)].join("; ")];
  });
  return table(["file", "of"], rows);
}

/** What a table shows of a run. */
export type Simulated = InstrumentFacts;
