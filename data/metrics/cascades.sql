-- Cascades (CASC-2): how many, and the largest by accounts, by value and by duration.
SELECT
  count(*) AS count,
  coalesce(max(accounts), 0) AS largest_accounts,
  CAST(coalesce(max(notional_quanta), 0) AS VARCHAR) AS largest_notional_quanta,
  coalesce(max(last_time_us - first_time_us), 0) AS longest_us,
  coalesce(max(depth), 0) AS deepest
FROM cascades
