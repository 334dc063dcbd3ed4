-- Leverage left at the end of the run (CASC-5): value of every trader's open position at the last mark over the equity
-- of its scope, position margin and unrealised profit; and the part of these positions whose equity a further move of the
-- mark by a tenth against them would use up. Of one without equity the leverage has no bound: it is counted apart.
WITH open AS (
  SELECT
    p.position_lots > 0 AS is_long,
    p.entry_value_quanta + sign(p.position_lots) * p.unrealized_profit_quanta AS value_quanta,
    p.margin_quanta + p.unrealized_profit_quanta AS equity_quanta
  FROM positions AS p
  JOIN accounts ON accounts.account = p.account
  WHERE p.position_lots <> 0 AND accounts.kind IN ('holder', 'agent')
)
SELECT
  count(*) AS positions,
  count(*) FILTER (equity_quanta <= 0) AS without_equity,
  coalesce(max(value_quanta / equity_quanta) FILTER (equity_quanta > 0), 0) AS highest,
  coalesce(round(avg(value_quanta / equity_quanta) FILTER (equity_quanta > 0), 6), 0) AS mean,
  count(*) FILTER (is_long AND 10 * equity_quanta <= value_quanta) AS down,
  count(*) FILTER (NOT is_long AND 10 * equity_quanta <= value_quanta) AS up
FROM open
