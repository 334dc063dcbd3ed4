-- Median value within 5, 10 and 25 basis points of the mid, and of all positions of a side, at the samples, ticks × lots.
WITH valued AS (
  SELECT *, (bid_ticks + ask_ticks) / 2.0::DOUBLE AS mid_ticks FROM samples WHERE bid_ticks IS NOT NULL AND ask_ticks IS NOT NULL
),
depth AS (
  SELECT
    instrument,
    count(*) AS samples,
    quantile_disc(bid_depth_5bp_lots * mid_ticks, 0.5) AS bid_5,
    quantile_disc(bid_depth_10bp_lots * mid_ticks, 0.5) AS bid_10,
    quantile_disc(bid_depth_25bp_lots * mid_ticks, 0.5) AS bid_25,
    quantile_disc(ask_depth_5bp_lots * mid_ticks, 0.5) AS ask_5,
    quantile_disc(ask_depth_10bp_lots * mid_ticks, 0.5) AS ask_10,
    quantile_disc(ask_depth_25bp_lots * mid_ticks, 0.5) AS ask_25
  FROM valued
  GROUP BY instrument
),
interest AS (
  SELECT instrument, quantile_disc(open_interest_lots * mark_ticks::DOUBLE, 0.5) AS open_interest FROM samples GROUP BY instrument
)
SELECT
  instruments.instrument,
  depth.* EXCLUDE (instrument),
  open_interest
FROM instruments
LEFT JOIN depth USING (instrument)
LEFT JOIN interest USING (instrument)
ORDER BY instruments.instrument
