-- migratory: allow(values_move: event.at): days are enough
CREATE TABLE event_new (id INTEGER PRIMARY KEY, at TEXT NOT NULL);
INSERT INTO event_new (id, at) SELECT id, date(at, 'unixepoch') FROM event;
DROP TABLE event;
ALTER TABLE event_new RENAME TO event;
