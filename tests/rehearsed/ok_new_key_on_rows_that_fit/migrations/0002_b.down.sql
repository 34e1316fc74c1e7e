CREATE TABLE book_new (id INTEGER PRIMARY KEY, author_id INTEGER NOT NULL);
INSERT INTO book_new (id, author_id) SELECT id, author_id FROM book;
DROP TABLE book;
ALTER TABLE book_new RENAME TO book;
