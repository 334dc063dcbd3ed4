-- Cascades and episodes (CASC-2): how many of each, and the largest by liquidations, by accounts, by value, by
-- duration, by generations and by how far the mark was displaced (with its sign).
SELECT
  c.*,
  e.*
FROM (
  SELECT
    count(*) AS count,
    coalesce(sum(liquidations), 0)::BIGINT AS liquidations,
    coalesce(max(liquidations), 0) AS largest_liquidations,
    coalesce(max(accounts), 0) AS largest_accounts,
    CAST(coalesce(max(notional_quanta), 0) AS VARCHAR) AS largest_notional_quanta,
    coalesce(max(last_time_us - first_time_us), 0) AS longest_us,
    coalesce(max(depth), 0) AS deepest,
    coalesce(arg_max(displacement_ratio, abs(displacement_ratio)), 0) AS displacement_ratio
  FROM cascades
) AS c
CROSS JOIN (
  SELECT
    count(*) AS episode_count,
    coalesce(max(cascades), 0) AS episode_cascades,
    coalesce(max(instruments), 0) AS episode_instruments,
    coalesce(max(liquidations), 0) AS episode_liquidations,
    coalesce(max(accounts), 0) AS episode_accounts,
    CAST(coalesce(max(notional_quanta), 0) AS VARCHAR) AS episode_notional_quanta,
    coalesce(max(last_time_us - first_time_us), 0) AS episode_longest_us,
    coalesce(max(depth), 0) AS episode_deepest,
    coalesce(arg_max(displacement_ratio, abs(displacement_ratio)), 0) AS episode_displacement_ratio
  FROM episodes
) AS e
