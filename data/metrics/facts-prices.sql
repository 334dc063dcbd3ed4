-- Index, mark and middle of the book at every whole minute of the run, from the last mark until then; no middle while a
-- side of the book is empty. A minute without a mark has no row.
WITH started AS (
  SELECT instrument, min(time_us) AS start_us FROM marks GROUP BY instrument
),
timed AS (
  SELECT marks.*, CAST(ceil((time_us - start_us) / 60e6) AS BIGINT) AS minute FROM marks JOIN started USING (instrument)
)
SELECT
  instrument,
  minute,
  arg_max(index_ticks, time_us) AS index_ticks,
  arg_max(mark_ticks, time_us) AS mark_ticks,
  arg_max(struct_pack(bid := bid_ticks, ask := ask_ticks), time_us).bid AS bid_ticks,
  arg_max(struct_pack(bid := bid_ticks, ask := ask_ticks), time_us).ask AS ask_ticks,
  max(time_us) AS time_us
FROM timed
GROUP BY instrument, minute
ORDER BY instrument, minute
