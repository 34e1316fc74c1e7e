-- migratory: assumes(entity: kind IN ('user', 'bot')): the importer writes nothing else
CREATE TABLE n (id INTEGER PRIMARY KEY, kind TEXT NOT NULL CHECK (kind IN ('user', 'bot')), is_human INTEGER NOT NULL);
INSERT INTO n (id, kind, is_human) SELECT id, kind, is_human FROM entity;
DROP TABLE entity;
ALTER TABLE n RENAME TO entity;
