-- Every account closed by ADL, with the marks of its instrument some time after (CASC-5): the last one at or
-- before that time, so that 0.5 s after is the mark of the event itself where marks come every second, and
-- the last of the run where that ends before.
SELECT
  adl.event,
  adl.account,
  adl.instrument,
  adl.side,
  adl.size_lots,
  adl.value_quanta,
  adl.needed_quanta,
  adl.taken_quanta,
  adl.equity_quanta,
  adl.mark_ticks,
  half.mark_ticks AS half_ticks,
  one.mark_ticks AS one_ticks,
  two.mark_ticks AS two_ticks,
  five.mark_ticks AS five_ticks,
  last.mark_ticks AS end_ticks
FROM adl
ASOF LEFT JOIN marks AS half ON half.instrument = adl.instrument AND adl.time_us + 500000 >= half.time_us
ASOF LEFT JOIN marks AS one ON one.instrument = adl.instrument AND adl.time_us + 1000000 >= one.time_us
ASOF LEFT JOIN marks AS two ON two.instrument = adl.instrument AND adl.time_us + 2000000 >= two.time_us
ASOF LEFT JOIN marks AS five ON five.instrument = adl.instrument AND adl.time_us + 5000000 >= five.time_us
LEFT JOIN (SELECT instrument, arg_max(mark_ticks, time_us) AS mark_ticks FROM marks GROUP BY instrument) AS last ON last.instrument = adl.instrument
ORDER BY adl.booking
