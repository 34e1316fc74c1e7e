-- The time of each entry, and how it adds up within its ticket.

CREATE VIEW time_sum AS
SELECT
    id,
    ticket_id,
    total,
    sum(total) OVER (PARTITION BY ticket_id ORDER BY spent_on, id) AS running,
    rank() OVER by_person AS rank
FROM time_entry
WINDOW by_person AS (PARTITION BY person_id ORDER BY total DESC);
