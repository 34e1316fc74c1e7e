CREATE TABLE book_new (id INTEGER PRIMARY KEY, year INTEGER NOT NULL CONSTRAINT printed CHECK (year > 1450));
INSERT INTO book_new (id, year) SELECT id, year FROM book;
DROP TABLE book;
ALTER TABLE book_new RENAME TO book;
