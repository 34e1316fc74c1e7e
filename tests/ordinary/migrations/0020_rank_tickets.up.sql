CREATE TABLE priority (
    level INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

INSERT INTO priority (level, name)
VALUES (0, 'none'), (1, 'low'), (2, 'normal'), (3, 'high'), (4, 'urgent')
ON CONFLICT (level) DO UPDATE SET name = excluded.name;

ALTER TABLE ticket ADD COLUMN priority INTEGER NOT NULL DEFAULT 2 CHECK (priority BETWEEN 0 AND 4);
