PRAGMA foreign_keys = OFF;

CREATE TABLE holiday_new (
    id INTEGER PRIMARY KEY,
    begins_on TEXT NOT NULL,
    ends_on TEXT
);

INSERT INTO holiday_new (id, begins_on, ends_on)
SELECT id, begins_on, ends_on
FROM holiday;

DROP TABLE holiday;
ALTER TABLE holiday_new RENAME TO holiday;

PRAGMA foreign_keys = ON;
