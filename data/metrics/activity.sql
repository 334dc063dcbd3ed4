-- Size of the run: simulated time, commands, trades, traders, and what the house paid for uncovered losses.
SELECT
  (SELECT max(time_us) - min(time_us) FROM marks) AS simulated_us,
  (SELECT coalesce(sum(messages), 0)::BIGINT FROM samples) AS messages,
  (SELECT count(*) FROM trades) AS trades,
  (SELECT count(*) FROM accounts WHERE kind IN ('holder', 'agent') AND owner = account) AS accounts,
  (SELECT CAST(coalesce(sum(house_quanta), 0) AS VARCHAR) FROM funds) AS uncovered_quanta
