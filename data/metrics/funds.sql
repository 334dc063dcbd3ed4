-- The pools (CASC-4): available after every movement, its running peak and drawdown, and how
-- long it stood below its peak until the end of the run. Exhausted: it could not pay for a loss
-- of its instruments in full, and what it could not went to ADL or to the house (FUND-4).
WITH needs AS (
  SELECT product_line || '/' || underlying || '/' || assets.symbol AS pool_name, sum(needed_quanta) AS needed_quanta
  FROM adl
  JOIN instruments USING (instrument)
  JOIN assets ON assets.asset = instruments.settle_asset
  GROUP BY ALL
),
steps AS (
  SELECT
    movement,
    pool,
    pool_name,
    time_us,
    available_quanta,
    house_quanta,
    max(available_quanta) OVER (PARTITION BY pool ORDER BY movement) AS peak_quanta,
    coalesce(
      lead(time_us) OVER (PARTITION BY pool ORDER BY movement),
      (SELECT max(time_us) FROM marks)
    ) AS until_us
  FROM funds
)
SELECT
  pool_name,
  CAST(arg_min(available_quanta, movement) AS VARCHAR) AS start_quanta,
  CAST(arg_max(available_quanta, movement) AS VARCHAR) AS end_quanta,
  CAST(min(available_quanta) AS VARCHAR) AS lowest_quanta,
  CAST(max(peak_quanta - available_quanta) AS VARCHAR) AS drawdown_quanta,
  max(CASE WHEN peak_quanta > 0 THEN (peak_quanta - available_quanta) / peak_quanta ELSE 0 END) AS drawdown_ratio,
  coalesce(sum(until_us - time_us) FILTER (available_quanta < peak_quanta), 0)::BIGINT AS under_water_us,
  coalesce(sum(house_quanta) FILTER (house_quanta > 0), 0) > 0 OR coalesce(any_value(needed_quanta), 0) > 0 AS exhausted
FROM steps
LEFT JOIN needs USING (pool_name)
GROUP BY pool, pool_name
ORDER BY pool
