CREATE TABLE book_new (id INTEGER PRIMARY KEY, year INTEGER NOT NULL);
INSERT INTO book_new (id, year) SELECT id, year FROM book;
DROP TABLE book;
ALTER TABLE book_new RENAME TO book;
