-- migratory: assumes(no_orphans): the program checks
CREATE TABLE book_new (id INTEGER PRIMARY KEY, author_id INTEGER NOT NULL REFERENCES author (id), title TEXT NOT NULL);
INSERT INTO book_new (id, author_id, title) SELECT id, author_id, substr(title, 1, 4) FROM book;
DROP TABLE book;
ALTER TABLE book_new RENAME TO book;
