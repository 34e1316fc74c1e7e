CREATE TEMP TABLE saved AS SELECT id, value FROM setting;
DROP TABLE setting;
CREATE TABLE setting (id INTEGER PRIMARY KEY, value TEXT);
INSERT INTO setting (id, value) SELECT id, value FROM saved ORDER BY id LIMIT 10000;
DROP TABLE saved;
