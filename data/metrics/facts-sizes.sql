-- Sizes of liquidations, at the trigger, and of trades, by instrument, quanta: how they are distributed, and of those
-- above the 95 % quantile how many they are and the sum of their logarithms over it, for Hill's estimator.
WITH sizes AS (
  SELECT 'liquidations' AS what, instrument, notional_quanta AS quanta FROM liquidations
  UNION ALL
  SELECT 'trades' AS what, instrument, value_quanta AS quanta FROM trades
),
counted AS (
  SELECT
    what,
    instrument,
    count(*) AS count,
    CAST(sum(quanta) AS DOUBLE) AS sum,
    quantile_disc(quanta, [0.5, 0.95, 0.99]) AS quantiles,
    max(quanta) AS largest
  FROM sizes
  GROUP BY what, instrument
),
tails AS (
  SELECT what, instrument, count(*) AS beyond, sum(ln(quanta / quantiles[2]::DOUBLE)) AS logarithms
  FROM sizes JOIN counted USING (what, instrument)
  WHERE quantiles[2] > 0 AND quanta > quantiles[2]
  GROUP BY what, instrument
)
SELECT
  what,
  instrument,
  count,
  sum,
  quantiles[1] AS median,
  quantiles[2] AS quantile95,
  quantiles[3] AS quantile99,
  largest,
  coalesce(beyond, 0) AS beyond,
  logarithms
FROM counted LEFT JOIN tails USING (what, instrument)
ORDER BY what, instrument
