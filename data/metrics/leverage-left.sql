-- Leverage left at the end of the run (CASC-5): value of every trader's open position at the last mark over the equity
-- of its scope, and the part of these positions that a further move of all marks by a tenth would leave without equity.
-- All cross positions of an account are one, with its wallet; of accounts with other assets, whose worth the tables do
-- not tell, they are left out. Of one without equity the leverage has no bound: it is counted apart.
WITH held AS (
  SELECT
    accounts.owner,
    p.margin_mode,
    p.entry_value_quanta + sign(p.position_lots) * p.unrealized_profit_quanta AS value_quanta,
    sign(p.position_lots) AS side,
    p.margin_quanta,
    p.unrealized_profit_quanta
  FROM positions AS p
  JOIN accounts ON accounts.account = p.account
  WHERE p.position_lots <> 0 AND accounts.kind IN ('holder', 'agent')
),
open AS (
  SELECT value_quanta, side * value_quanta AS net_quanta, margin_quanta + unrealized_profit_quanta AS equity_quanta
  FROM held
  WHERE margin_mode = 'isolated'
  UNION ALL
  SELECT sum(value_quanta), sum(side * value_quanta), any_value(wallets.wallet_quanta) + sum(held.unrealized_profit_quanta)
  FROM held
  JOIN accounts AS wallets ON wallets.account = held.owner
  WHERE margin_mode = 'cross' AND held.owner NOT IN (SELECT account FROM collateral)
  GROUP BY held.owner
)
SELECT
  count(*) AS positions,
  count(*) FILTER (equity_quanta <= 0) AS without_equity,
  coalesce(max(value_quanta / equity_quanta) FILTER (equity_quanta > 0), 0) AS highest,
  coalesce(round(avg(value_quanta / equity_quanta) FILTER (equity_quanta > 0), 6), 0) AS mean,
  count(*) FILTER (net_quanta > 0 AND 10 * equity_quanta <= net_quanta) AS down,
  count(*) FILTER (net_quanta < 0 AND 10 * equity_quanta <= -net_quanta) AS up
FROM open
