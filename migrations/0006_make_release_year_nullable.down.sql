-- Makes `release_year` mandatory again, by the same rebuild in the other direction.
-- A NULL goes back to 0, which stood for an unknown year before, so nothing is lost either way.

PRAGMA foreign_keys = OFF;

DROP VIEW item_overview;

CREATE TABLE item_new (
    id INTEGER PRIMARY KEY,
    medium_id INTEGER NOT NULL REFERENCES medium (id),
    barcode TEXT UNIQUE,
    title TEXT NOT NULL CHECK (title <> ''),
    summary TEXT NOT NULL DEFAULT '',
    release_year INTEGER NOT NULL CHECK (release_year BETWEEN 0 AND 9999),
    added_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
) STRICT;

INSERT INTO item_new (
    id, medium_id, barcode, title, summary, release_year, added_at, updated_at
)
SELECT
    id, medium_id, barcode, title, summary, COALESCE(release_year, 0), added_at, updated_at
FROM item;

DROP TABLE item;
ALTER TABLE item_new RENAME TO item;

CREATE INDEX item_by_medium ON item (medium_id, release_year);
CREATE INDEX item_by_title ON item (title COLLATE NOCASE);

CREATE TRIGGER item_touch
AFTER UPDATE OF medium_id, barcode, title, summary, release_year ON item
BEGIN
    UPDATE item SET updated_at = CURRENT_TIMESTAMP WHERE id = NEW.id;
END;

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

PRAGMA foreign_keys = ON;
