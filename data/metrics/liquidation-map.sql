-- Where a run liquidated: equal steps of its time by bins of the mark at the trigger, relative to the first mark of the instrument.
WITH span AS (
  SELECT min(time_us) AS start_us, greatest(1, (max(time_us) - min(time_us) + STEPS - 1) // STEPS) AS width_us FROM marks
),
first AS (SELECT instrument, arg_min(mark_ticks, time_us) AS first_ticks FROM marks GROUP BY instrument),
placed AS (
  SELECT
    instrument,
    least(STEPS - 1, (trigger_time_us - start_us) // width_us) AS step,
    floor((trigger_mark_ticks - first_ticks) * BINS / first_ticks)::BIGINT AS bin,
    liquidated_quanta
  FROM liquidations JOIN first USING (instrument), span
)
SELECT
  instrument,
  step,
  any_value(start_us) + step * any_value(width_us) AS time_us,
  bin,
  count(*) AS liquidations,
  sum(liquidated_quanta)::DOUBLE * any_value(assets.quantum)::DOUBLE AS notional
FROM placed
JOIN instruments USING (instrument)
JOIN assets ON assets.asset = instruments.settle_asset, span
GROUP BY instrument, step, bin
ORDER BY instrument, step, bin
