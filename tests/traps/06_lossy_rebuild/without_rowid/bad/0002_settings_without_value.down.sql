PRAGMA foreign_keys = OFF;

CREATE TABLE setting_new (
    scope TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (scope, name)
) WITHOUT ROWID;

INSERT INTO setting_new (scope, name, value)
SELECT scope, name, COALESCE(value, '')
FROM setting;

DROP TABLE setting;
ALTER TABLE setting_new RENAME TO setting;

PRAGMA foreign_keys = ON;
