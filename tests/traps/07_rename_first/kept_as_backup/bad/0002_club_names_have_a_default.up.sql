ALTER TABLE club RENAME TO club_backup;

CREATE TABLE club (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL DEFAULT 'club'
);

INSERT INTO club (id, name)
SELECT id, name
FROM club_backup;
