CREATE TABLE quote_new (id INTEGER PRIMARY KEY, text TEXT NOT NULL, author_id INTEGER);
INSERT INTO quote_new (id, text, author_id) SELECT id, text, author_id FROM quote;
DROP TABLE quote;
ALTER TABLE quote_new RENAME TO quote;
