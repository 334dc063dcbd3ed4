-- The course of a run in at most STEPS equal steps, as of the end of each: for pictures, so amounts are doubles. A step
-- reaches from after the end of the one before to its own end; the first has the start of the run too.
WITH span AS MATERIALIZED (
  SELECT min(time_us) AS start_us, max(time_us) AS end_us, greatest(1, (max(time_us) - min(time_us) + STEPS - 1) // STEPS) AS width_us FROM marks
),
steps AS MATERIALIZED (
  SELECT step, least(start_us + (step + 1) * width_us, end_us) AS time_us
  FROM span, (SELECT unnest(range(STEPS)) AS step)
  WHERE step = 0 OR start_us + step * width_us < end_us
),
grid AS MATERIALIZED (
  SELECT
    instrument, step, time_us,
    instruments.tick_size::DOUBLE AS tick, assets.quantum::DOUBLE AS quantum,
    product_line || '/' || underlying || '/' || assets.symbol AS pool_name
  FROM steps, instruments JOIN assets ON assets.asset = instruments.settle_asset
),
moved AS MATERIALIZED (
  SELECT pool_name, movement, time_us, available_quanta, max(available_quanta) OVER (PARTITION BY pool ORDER BY movement) - available_quanta AS drawdown_quanta
  FROM funds
),
after AS (
  SELECT pool_name, time_us, arg_max(available_quanta, movement) AS available_quanta, arg_max(drawdown_quanta, movement) AS drawdown_quanta
  FROM moved GROUP BY pool_name, time_us
),
deepest AS (
  SELECT pool_name, greatest(0, (time_us - start_us - 1) // width_us) AS step, max(drawdown_quanta) AS drawdown_quanta FROM moved, span GROUP BY ALL
),
liquidated AS (
  SELECT instrument, greatest(0, (trigger_time_us - start_us - 1) // width_us) AS step, sum(liquidated_quanta) AS quanta
  FROM liquidations, span GROUP BY ALL
),
closed AS (
  SELECT instrument, greatest(0, (time_us - start_us - 1) // width_us) AS step, sum(value_quanta) AS quanta FROM adl, span GROUP BY ALL
)
SELECT
  grid.instrument,
  grid.step,
  grid.time_us,
  marks.mark_ticks * tick AS mark,
  after.available_quanta * quantum AS available,
  -- The drawdown that the step begins with counts too.
  greatest(deepest.drawdown_quanta, lag(after.drawdown_quanta, 1, 0) OVER (PARTITION BY grid.instrument ORDER BY grid.step)) * quantum AS drawdown,
  coalesce(liquidated.quanta, 0)::DOUBLE * quantum AS liquidated,
  coalesce(closed.quanta, 0)::DOUBLE * quantum AS adl
FROM grid
ASOF LEFT JOIN marks ON marks.instrument = grid.instrument AND grid.time_us >= marks.time_us
ASOF LEFT JOIN after ON after.pool_name = grid.pool_name AND grid.time_us >= after.time_us
LEFT JOIN deepest ON deepest.pool_name = grid.pool_name AND deepest.step = grid.step
LEFT JOIN liquidated ON liquidated.instrument = grid.instrument AND liquidated.step = grid.step
LEFT JOIN closed ON closed.instrument = grid.instrument AND closed.step = grid.step
ORDER BY grid.instrument, grid.step
