-- Who bore auto-deleveraging: of each policy the accounts that it closed, in tenths by their equity before they were
-- closed first (ADL-6). Legs of an account in hedge mode are one account.
WITH closings AS (
  SELECT adl.*, accounts.owner, assets.quantum::DOUBLE AS quantum
  FROM adl
  JOIN accounts ON accounts.account = adl.account
  JOIN instruments ON instruments.instrument = adl.instrument
  JOIN assets ON assets.asset = instruments.settle_asset
),
owners AS (
  SELECT policy, owner, arg_min(equity_quanta, booking) AS equity_quanta, sum(taken_quanta) AS taken_quanta, sum(value_quanta) AS value_quanta,
    any_value(quantum) AS quantum
  FROM closings GROUP BY policy, owner
),
ranked AS (
  SELECT
    *,
    (10 * row_number() OVER (PARTITION BY policy ORDER BY equity_quanta, owner) + count(*) OVER (PARTITION BY policy) - 1) // count(*) OVER (PARTITION BY policy) AS decile
  FROM owners
)
SELECT
  policy,
  decile,
  count(*) AS accounts,
  sum(equity_quanta)::DOUBLE * any_value(quantum) AS equity,
  sum(taken_quanta)::DOUBLE * any_value(quantum) AS taken,
  sum(value_quanta)::DOUBLE * any_value(quantum) AS closed
FROM ranked
GROUP BY policy, decile
ORDER BY policy, decile
