-- The days of a leap year, for reports: made by counting.

CREATE TABLE day (
    day TEXT NOT NULL PRIMARY KEY,
    weekday INTEGER NOT NULL CHECK (weekday BETWEEN 0 AND 6),
    is_workday INTEGER NOT NULL DEFAULT 1
) WITHOUT ROWID;

WITH RECURSIVE counted (day) AS (
    VALUES ('2024-01-01')
    UNION ALL
    SELECT date(day, '+1 day') FROM counted WHERE day < '2024-12-31'
)
INSERT INTO day (day, weekday, is_workday)
SELECT day, strftime('%w', day), strftime('%w', day) NOT IN ('0', '6')
FROM counted;
