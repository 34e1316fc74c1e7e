-- migratory: allow(drop_table): moved
CREATE TABLE pair (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL);
INSERT INTO pair (name, value)
SELECT 'theme', theme FROM settings UNION ALL SELECT 'font', font FROM settings
UNION ALL SELECT 'width', width FROM window UNION ALL SELECT 'name', name FROM account;
DROP TABLE settings;
DROP TABLE window;
DROP TABLE account;
