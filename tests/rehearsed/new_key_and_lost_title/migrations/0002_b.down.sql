CREATE TABLE book_new (id INTEGER PRIMARY KEY, author_id INTEGER NOT NULL, title TEXT NOT NULL);
INSERT INTO book_new (id, author_id, title) SELECT id, author_id, title FROM book;
DROP TABLE book;
ALTER TABLE book_new RENAME TO book;
