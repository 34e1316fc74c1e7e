-- migratory: allow(drop_table): moved
CREATE TABLE pair (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL);
INSERT INTO pair (name, value)
SELECT 'theme', theme FROM settings UNION ALL SELECT 'font', font FROM settings;
DROP TABLE settings;
