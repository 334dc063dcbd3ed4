-- Accounts that ADL closed while hedged (CASC-5): at the closing they held a position on the other side in another
-- contract of the same underlying, or in the other leg of the same one (ACCT-4), which stayed. Positions are what accounts started with and every booking since.
WITH hit AS MATERIALIZED (
  SELECT adl.booking, mine.owner, adl.side, adl.value_quanta, legs.account, other.instrument
  FROM adl
  JOIN accounts AS mine ON mine.account = adl.account
  JOIN accounts AS legs ON legs.owner = mine.owner
  JOIN instruments AS own ON own.instrument = adl.instrument
  JOIN instruments AS other ON other.underlying = own.underlying
  WHERE other.instrument <> adl.instrument OR legs.account <> adl.account
),
-- Grouped, not distinct: so DuckDB takes them for few and keeps these, not all trades, in memory to join the two.
wanted AS MATERIALIZED (SELECT account, instrument FROM hit GROUP BY ALL),
change AS (
  SELECT account, instrument, -1 AS booking, start_position_lots AS lots FROM positions
  UNION ALL
  SELECT taker_account, instrument, booking, CASE taker_side WHEN 'buy' THEN size_lots ELSE -size_lots END FROM trades
  UNION ALL
  SELECT maker_account, instrument, booking, CASE taker_side WHEN 'buy' THEN -size_lots ELSE size_lots END FROM trades
  UNION ALL
  SELECT account, instrument, booking, CASE side WHEN 'long' THEN -size_lots ELSE size_lots END FROM adl
  UNION ALL
  SELECT long_account, instrument, booking, -size_lots FROM offsets
  UNION ALL
  SELECT short_account, instrument, booking, size_lots FROM offsets
  UNION ALL
  SELECT liquidations.account, inventory.instrument, inventory.booking, -inventory.size_lots
  FROM inventory
  JOIN liquidations ON liquidations.liquidation = inventory.liquidation
  WHERE inventory.entry = 'takeover'
),
held AS (
  SELECT account, instrument, booking, sum(lots) OVER (PARTITION BY account, instrument ORDER BY booking) AS lots
  FROM change
  JOIN wanted USING (account, instrument)
),
hedged AS (
  SELECT DISTINCT hit.booking, hit.owner, hit.value_quanta
  FROM hit
  ASOF JOIN held ON held.account = hit.account AND held.instrument = hit.instrument AND hit.booking > held.booking
  WHERE (hit.side = 'long' AND held.lots < 0) OR (hit.side = 'short' AND held.lots > 0)
)
SELECT count(DISTINCT owner) AS accounts, count(*) AS closings, CAST(coalesce(sum(value_quanta), 0) AS VARCHAR) AS notional_quanta FROM hedged
