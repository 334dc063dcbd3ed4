-- The backstop vault (LIQ-4, LIQ-5): capital and equity over all instruments (at the sampling instants), what it took and
-- what liquidations left it. No row where a venue has none.
SELECT
  CAST(sum(amount_quanta) FILTER (entry = 'seed') AS VARCHAR) AS start_quanta,
  CAST((SELECT arg_max(vault_equity_quanta, time_us) FROM samples) AS VARCHAR) AS end_quanta,
  CAST((SELECT min(vault_equity_quanta) FROM samples) AS VARCHAR) AS lowest_quanta,
  count(*) FILTER (entry = 'takeover') AS positions,
  CAST(coalesce(sum(value_quanta) FILTER (entry = 'takeover'), 0) AS VARCHAR) AS notional_quanta,
  CAST(coalesce(sum(amount_quanta) FILTER (entry = 'surplus'), 0) AS VARCHAR) AS surplus_quanta
FROM vault
HAVING count(*) > 0
