PRAGMA foreign_keys = OFF;

CREATE TABLE holiday_new (
    id INTEGER PRIMARY KEY,
    begins_on TEXT NOT NULL DEFAULT CURRENT_DATE,
    ends_on TEXT,
    CHECK (ends_on IS NULL OR ends_on >= begins_on)
);

INSERT INTO holiday_new (id, begins_on, ends_on)
SELECT id, begins_on, ends_on
FROM holiday;

DROP TABLE holiday;
ALTER TABLE holiday_new RENAME TO holiday;

PRAGMA foreign_keys = ON;
