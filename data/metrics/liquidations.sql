-- Liquidations in all: scopes, accounts, value at the trigger marks, cause (CASC-1), and the
-- furthest step of the waterfall each of them needed (LIQ-4, LIQ-6, ADL-2, FUND-4).
SELECT
  count(*) AS count,
  count(DISTINCT account) AS accounts,
  CAST(coalesce(sum(notional_quanta), 0) AS VARCHAR) AS notional_quanta,
  CAST(coalesce(sum(notional_quanta) FILTER (side = 'long'), 0) AS VARCHAR) AS long_notional_quanta,
  count(*) FILTER (cause = 'induced') AS induced,
  count(*) FILTER (status = 'open') AS open,
  count(*) FILTER (residual_lots > 0) AS house,
  count(*) FILTER (residual_lots = 0 AND adl_lots > 0) AS adl,
  count(*) FILTER (residual_lots = 0 AND adl_lots = 0 AND fund_lots > 0) AS fund,
  count(*) FILTER (residual_lots = 0 AND adl_lots = 0 AND fund_lots = 0 AND status <> 'open') AS market
FROM liquidations
