-- What liquidated traders and those who were levied paid, beside what prices cost them: liquidation fees (ORDER-3); what was left of
-- liquidated positions' margin, at the takeover or by closing them better than bankruptcy, and went to a pool or the vault instead
-- of back to them (LIQ-5), with what the vault took with a position (LIQ-4); and levies for losses left uncovered (FUND-4).
SELECT
  CAST((SELECT coalesce(sum(fee_quanta), 0) FROM liquidations) AS VARCHAR) AS fees_quanta,
  CAST((
    SELECT coalesce(sum(amount_quanta), 0) FROM (
      SELECT amount_quanta FROM funds WHERE entry = 'surplus'
      UNION ALL SELECT amount_quanta FROM vault WHERE entry = 'surplus'
      -- Of lots that the vault takes at the mark, what they are worth beyond their takeover value.
      UNION ALL SELECT CASE WHEN size_lots < 0 THEN closing_value_quanta - value_quanta ELSE value_quanta - closing_value_quanta END
      FROM inventory WHERE entry = 'vault'
    )
  ) AS VARCHAR) AS margin_quanta,
  CAST((SELECT coalesce(sum(levy_quanta), 0) FROM levies) AS VARCHAR) AS levies_quanta
