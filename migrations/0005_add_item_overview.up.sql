-- Adds a view for lists: each item with its medium, its credits in order, and whether it is lent.

CREATE VIEW item_overview AS
SELECT
    item.id,
    item.title,
    medium.name AS medium,
    item.release_year,
    (
        SELECT group_concat(ordered.name, ', ')
        FROM (
            SELECT person.name
            FROM credit
            JOIN person ON person.id = credit.person_id
            WHERE credit.item_id = item.id
            GROUP BY person.id
            ORDER BY min(credit.position), person.sort_name
        ) AS ordered
    ) AS credits,
    EXISTS (
        SELECT 1 FROM loan WHERE loan.item_id = item.id AND loan.returned_on IS NULL
    ) AS is_lent
FROM item
JOIN medium ON medium.id = item.medium_id;
