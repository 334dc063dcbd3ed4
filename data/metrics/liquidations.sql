-- Liquidations in all: scopes, accounts, value of what was liquidated, cause (CASC-1), and the
-- furthest step of the waterfall each of them needed (LIQ-4, LIQ-6, ADL-2, FUND-4); `reduced`: what
-- reductions left of the position passed, and nothing was taken over (LIQ-3).
-- `reached_by_index`: those whose liquidation price the index of their own instrument reached at the trigger or later. The
-- furthest it went comes of the marks of the trigger's own minute, and of all minutes after it: a window over all marks
-- would hold them all.
WITH triggers AS (
  SELECT DISTINCT instrument, trigger_time_us AS time_us, trigger_time_us // 60000000 AS minute FROM liquidations
),
minutes AS (
  SELECT instrument, time_us // 60000000 AS minute, min(index_ticks) AS lowest_ticks, max(index_ticks) AS highest_ticks
  FROM marks
  GROUP BY ALL
),
later AS (
  SELECT
    instrument,
    minute,
    min(lowest_ticks) OVER after AS lowest_ticks,
    max(highest_ticks) OVER after AS highest_ticks
  FROM minutes
  WINDOW after AS (PARTITION BY instrument ORDER BY minute DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
),
ahead AS (
  SELECT
    triggers.instrument,
    triggers.time_us,
    least(min(index_ticks), any_value(later.lowest_ticks)) AS lowest_ticks,
    greatest(max(index_ticks), any_value(later.highest_ticks)) AS highest_ticks
  FROM marks
  JOIN triggers ON triggers.instrument = marks.instrument AND triggers.minute = marks.time_us // 60000000 AND marks.time_us >= triggers.time_us
  JOIN later ON later.instrument = triggers.instrument AND later.minute = triggers.minute
  GROUP BY triggers.instrument, triggers.time_us
)
SELECT
  count(*) AS count,
  count(DISTINCT accounts.owner) AS accounts,
  CAST(coalesce(sum(liquidated_quanta), 0) AS VARCHAR) AS notional_quanta,
  CAST(coalesce(sum(liquidated_quanta) FILTER (side = 'long'), 0) AS VARCHAR) AS long_notional_quanta,
  count(*) FILTER (cause = 'direct') AS direct,
  count(*) FILTER (cause = 'induced') AS induced,
  count(*) FILTER (cause = 'adl') AS by_adl,
  count(*) FILTER (cause = 'levy') AS by_levy,
  count(*) FILTER (cause = 'funding') AS by_funding,
  count(*) FILTER (
    (side = 'long' AND liquidation_price_ticks >= lowest_ticks) OR (side = 'short' AND liquidation_price_ticks <= highest_ticks)
  ) AS reached_by_index,
  count(*) FILTER (status = 'open') AS open,
  count(*) FILTER (status = 'reduced') AS reduced,
  count(*) FILTER (residual_lots > 0 AND status <> 'open') AS house,
  count(*) FILTER (residual_lots = 0 AND adl_lots > 0 AND status <> 'open') AS adl,
  count(*) FILTER (residual_lots = 0 AND adl_lots = 0 AND fund_lots > 0 AND status <> 'open') AS fund,
  count(*) FILTER (residual_lots = 0 AND adl_lots = 0 AND fund_lots = 0 AND vault_lots > 0 AND status <> 'open') AS vault,
  count(*) FILTER (
    residual_lots = 0 AND adl_lots = 0 AND fund_lots = 0 AND vault_lots = 0 AND status NOT IN ('open', 'reduced')
  ) AS market
FROM liquidations
JOIN accounts ON accounts.account = liquidations.account
LEFT JOIN ahead ON ahead.instrument = liquidations.instrument AND ahead.time_us = liquidations.trigger_time_us
