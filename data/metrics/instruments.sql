-- What happened in each instrument: trades, liquidations and the value of what they liquidated, those whose position passed after reductions, what ADL closed.
SELECT
  symbol,
  (SELECT count(*) FROM trades WHERE trades.instrument = i.instrument) AS trades,
  (SELECT count(*) FROM liquidations AS l WHERE l.instrument = i.instrument) AS liquidations,
  (SELECT CAST(coalesce(sum(liquidated_quanta), 0) AS VARCHAR) FROM liquidations AS l WHERE l.instrument = i.instrument) AS notional_quanta,
  (SELECT count(*) FROM liquidations AS l WHERE l.instrument = i.instrument AND l.status = 'reduced') AS reduced,
  (SELECT CAST(coalesce(sum(value_quanta), 0) AS VARCHAR) FROM adl WHERE adl.instrument = i.instrument) AS adl_quanta
FROM instruments AS i
ORDER BY i.instrument
