-- Funding rates paid, by instrument: how many, and their range (MARK-3).
WITH paid AS (SELECT DISTINCT instrument, time_us, rate FROM funding)
SELECT instrument, count(*) AS payments, min(rate) AS lowest, quantile_disc(rate, 0.5) AS median, max(rate) AS highest
FROM paid
GROUP BY instrument
ORDER BY instrument
