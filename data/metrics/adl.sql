-- Auto-deleveraging in all (CASC-5): what solvency needed against what winners gave up, per
-- event and summed; days are those of UTC that had any (CASC-4); net counts events that took less than was needed, gross does not.
WITH events AS (
  SELECT event, sum(needed_quanta) AS needed, sum(taken_quanta) AS taken, sum(value_quanta) AS notional
  FROM adl
  GROUP BY event
)
SELECT
  count(*) AS events,
  count(*) FILTER (needed = 0) AS without_need,
  (SELECT count(DISTINCT time_us // 86400000000) FROM adl) AS days,
  (SELECT count(DISTINCT accounts.owner) FROM adl JOIN accounts ON accounts.account = adl.account) AS accounts,
  CAST(coalesce(sum(notional), 0) AS VARCHAR) AS notional_quanta,
  CAST(coalesce(sum(needed), 0) AS VARCHAR) AS needed_quanta,
  CAST(coalesce(sum(taken), 0) AS VARCHAR) AS taken_quanta,
  CAST(coalesce(sum(greatest(taken - needed, 0)), 0) AS VARCHAR) AS overshoot_gross_quanta,
  CAST(coalesce(sum(taken - needed), 0) AS VARCHAR) AS overshoot_net_quanta
FROM events
