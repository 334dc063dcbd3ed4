/**
 * Whether what a liquidation's cause speaks of is there (CASC-1). That it failed for it is the
 * judgement of the run; but only somebody who paid funding can have failed for funding.
 */
import type { Store } from "../store/store.ts";
import type { Findings } from "./findings.ts";

/** Rows of the cause in the liquidation's account and instrument, of a cross scope (a scope by its owner) in any of its instruments and legs, booked before its first liquidation: of this mark, or of it and the one before. */
const WITHOUT_CAUSE = `
WITH times AS (
  SELECT instrument, time_us, coalesce(lag(time_us) OVER (PARTITION BY instrument ORDER BY time_us), time_us) AS before_us FROM marks
),
crossed AS (
  SELECT account, instrument, owner FROM positions JOIN accounts USING (account) WHERE margin_mode = 'cross'
),
judged AS (
  SELECT l.liquidation, f.booking, l.cause, l.parent, f.trigger_time_us AS now_us, coalesce(before_us, f.trigger_time_us) AS before_us,
    coalesce(crossed.owner, -1) AS owner, CASE WHEN crossed.owner IS NULL THEN l.account ELSE -1 END AS account,
    CASE WHEN crossed.owner IS NULL THEN l.instrument ELSE -1 END AS instrument
  FROM liquidations AS l
  JOIN liquidations AS f ON f.liquidation = l.scope
  LEFT JOIN crossed ON crossed.account = l.account AND crossed.instrument = l.instrument
  LEFT JOIN times ON times.instrument = l.instrument AND times.time_us = f.trigger_time_us
),
booked AS (
  SELECT 'funding' AS cause, booking, account, instrument, time_us FROM funding WHERE amount_quanta < 0
  UNION ALL SELECT 'adl', booking, account, instrument, time_us FROM adl
  UNION ALL SELECT 'levy', booking, account, instrument, time_us FROM levies
),
causes AS (
  SELECT b.cause, b.booking, b.time_us, coalesce(crossed.owner, -1) AS owner, CASE WHEN crossed.owner IS NULL THEN b.account ELSE -1 END AS account,
    CASE WHEN crossed.owner IS NULL THEN b.instrument ELSE -1 END AS instrument
  FROM booked AS b LEFT JOIN crossed ON crossed.account = b.account AND crossed.instrument = b.instrument
)
SELECT liquidation, cause, parent
FROM judged
WHERE (cause <> 'induced' AND parent IS NOT NULL)
  OR (
    cause IN ('funding', 'adl', 'levy')
    AND NOT EXISTS (
      SELECT 1 FROM causes
      WHERE causes.cause = judged.cause
        AND causes.owner = judged.owner AND causes.account = judged.account AND causes.instrument = judged.instrument
        AND causes.booking < judged.booking
        AND causes.time_us BETWEEN CASE judged.cause WHEN 'funding' THEN now_us ELSE before_us END AND now_us
    )
  )
ORDER BY liquidation`;

/** What is not there. */
const MISSING: Readonly<Record<string, string>> = {
  funding: "paid no funding at its mark",
  adl: "was not closed by auto-deleveraging at its mark or the one before",
  levy: "bore no levy at its mark or the one before",
};

/** Notes every liquidation whose cause is not among the bookings, and every parent of one that was not induced. */
export async function checkCauses(store: Store, findings: Findings): Promise<void> {
  for (const row of await store.rows(WITHOUT_CAUSE)) {
    const cause = String(row["cause"]);
    const problem = row["parent"] === null ? MISSING[cause] : "has a parent";
    findings.note(`liquidations, liquidation ${String(row["liquidation"])}`, `CASC-1: cause ${cause}, but it ${problem}`);
  }
}
