-- How many cascades of which size a run had (CASC-2).
SELECT
  cascades.liquidations,
  cascades.accounts,
  count(*) AS cascades,
  sum(notional_quanta)::DOUBLE * any_value(assets.quantum)::DOUBLE AS notional
FROM cascades
JOIN instruments USING (instrument)
JOIN assets ON assets.asset = instruments.settle_asset
GROUP BY cascades.liquidations, cascades.accounts
ORDER BY cascades.liquidations, cascades.accounts
