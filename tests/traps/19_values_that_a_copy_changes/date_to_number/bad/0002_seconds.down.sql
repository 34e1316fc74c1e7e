CREATE TABLE event_new (id INTEGER PRIMARY KEY, at TEXT NOT NULL);
INSERT INTO event_new (id, at)
SELECT id, coalesce(datetime(at, 'unixepoch'), '')
FROM event;
DROP TABLE event;
ALTER TABLE event_new RENAME TO event;
