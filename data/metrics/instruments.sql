-- What happened in each instrument: trades, liquidations and their value at the trigger marks, what ADL closed.
SELECT
  symbol,
  (SELECT count(*) FROM trades WHERE trades.instrument = i.instrument) AS trades,
  (SELECT count(*) FROM liquidations AS l WHERE l.instrument = i.instrument) AS liquidations,
  (SELECT CAST(coalesce(sum(notional_quanta), 0) AS VARCHAR) FROM liquidations AS l WHERE l.instrument = i.instrument) AS notional_quanta,
  (SELECT CAST(coalesce(sum(value_quanta), 0) AS VARCHAR) FROM adl WHERE adl.instrument = i.instrument) AS adl_quanta
FROM instruments AS i
ORDER BY i.instrument
