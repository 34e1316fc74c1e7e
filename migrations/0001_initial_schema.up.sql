-- Creates the catalogue: kinds of media, items, the people credited for them, and settings.
-- What belongs to an item goes with it, so its children say `ON DELETE CASCADE`.
-- Where the year of an item is unknown, it is stored as 0.

CREATE TABLE medium (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE CHECK (name <> '')
) STRICT;

CREATE TABLE item (
    id INTEGER PRIMARY KEY,
    medium_id INTEGER NOT NULL REFERENCES medium (id),
    barcode TEXT UNIQUE,
    title TEXT NOT NULL CHECK (title <> ''),
    summary TEXT NOT NULL DEFAULT '',
    release_year INTEGER NOT NULL CHECK (release_year BETWEEN 0 AND 9999),
    added_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
) STRICT;

CREATE INDEX item_by_medium ON item (medium_id, release_year);
CREATE INDEX item_by_title ON item (title COLLATE NOCASE);

CREATE TABLE person (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL CHECK (name <> ''),
    sort_name TEXT NOT NULL CHECK (sort_name <> ''),
    biography TEXT
) STRICT;

CREATE TABLE credit (
    item_id INTEGER NOT NULL REFERENCES item (id) ON DELETE CASCADE,
    person_id INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    role TEXT NOT NULL CHECK (role IN ('author', 'illustrator', 'director', 'actor', 'performer')),
    position INTEGER NOT NULL DEFAULT 1 CHECK (position >= 1),
    PRIMARY KEY (item_id, person_id, role)
) STRICT, WITHOUT ROWID;

CREATE INDEX credit_by_person ON credit (person_id);

-- A setting that nobody has changed has no `edited_at`: its value is still our default.
CREATE TABLE setting (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL,
    edited_at TEXT
) STRICT, WITHOUT ROWID;

-- `OR IGNORE` leaves a row alone that is there already.
INSERT OR IGNORE INTO medium (id, name)
VALUES
    (1, 'book'),
    (2, 'comic'),
    (3, 'film'),
    (4, 'album'),
    (5, 'game');

INSERT OR IGNORE INTO setting (name, value)
VALUES
    ('loan_days', '14'),
    ('shelf_order', 'title');
