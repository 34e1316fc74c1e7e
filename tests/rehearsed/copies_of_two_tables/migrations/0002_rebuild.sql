CREATE TABLE shelf_new (id INTEGER PRIMARY KEY, label TEXT NOT NULL, room TEXT);
INSERT INTO shelf_new (id, label) SELECT id, label FROM shelf;
DROP TABLE shelf;
ALTER TABLE shelf_new RENAME TO shelf;
CREATE TABLE book_new (id INTEGER PRIMARY KEY, title TEXT NOT NULL, state TEXT NOT NULL);
INSERT INTO book_new (id, title, state) SELECT id, title, 'new' FROM book;
DROP TABLE book;
ALTER TABLE book_new RENAME TO book;
