-- Index, mark and middle of the book at every whole minute of the run, from the last mark until then; no middle while a
-- side of the book is empty. A minute without a mark has no row.
WITH timed AS (
  SELECT *, CAST(ceil((time_us - min(time_us) OVER (PARTITION BY instrument)) / 60e6) AS BIGINT) AS minute FROM marks
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
