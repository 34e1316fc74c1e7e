CREATE TABLE setting_new (id INTEGER PRIMARY KEY, value TEXT);
INSERT INTO setting_new (id, value) SELECT id, date(value) FROM setting;
DROP TABLE setting;
ALTER TABLE setting_new RENAME TO setting;
