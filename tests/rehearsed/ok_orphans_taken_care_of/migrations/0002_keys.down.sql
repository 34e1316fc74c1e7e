CREATE TABLE book_new (id INTEGER PRIMARY KEY, title TEXT NOT NULL, author_id INTEGER);
INSERT INTO book_new (id, title, author_id) SELECT id, title, author_id FROM book;
DROP TABLE book;
ALTER TABLE book_new RENAME TO book;
