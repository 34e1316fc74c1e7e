-- Makes `release_year` nullable, so that an unknown year is NULL and no longer 0.
-- SQLite before 3.53 cannot loosen a constraint in place, so the table is rebuilt: a new one is
-- filled, the old one dropped, the new one renamed, and what hung on the old one is created again.
-- Foreign keys must be off for it: with them on, `DROP TABLE` would delete the credits, tags and
-- loans of all items by cascade.

PRAGMA foreign_keys = OFF;

-- A view over a missing table would make the renaming fail.
DROP VIEW item_overview;

CREATE TABLE item_new (
    id INTEGER PRIMARY KEY,
    medium_id INTEGER NOT NULL REFERENCES medium (id),
    barcode TEXT UNIQUE,
    title TEXT NOT NULL CHECK (title <> ''),
    summary TEXT NOT NULL DEFAULT '',
    release_year INTEGER CHECK (release_year BETWEEN 1 AND 9999),
    added_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
) STRICT;

INSERT INTO item_new (
    id, medium_id, barcode, title, summary, release_year, added_at, updated_at
)
SELECT
    id, medium_id, barcode, title, summary, NULLIF(release_year, 0), added_at, updated_at
FROM item;

DROP TABLE item;
ALTER TABLE item_new RENAME TO item;

-- The indexes and the trigger went with the old table.
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
