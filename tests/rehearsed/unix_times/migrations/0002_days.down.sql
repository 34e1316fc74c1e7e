CREATE TABLE event_new (id INTEGER PRIMARY KEY, at INTEGER NOT NULL);
INSERT INTO event_new (id, at) SELECT id, unixepoch(at) FROM event;
DROP TABLE event;
ALTER TABLE event_new RENAME TO event;
