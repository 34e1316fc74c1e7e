PRAGMA foreign_keys = OFF;

CREATE TABLE book_new (
    id INTEGER PRIMARY KEY,
    title TEXT NOT NULL,
    shelf_id INTEGER REFERENCES shelf (id) ON DELETE SET NULL ON UPDATE CASCADE
);

INSERT INTO book_new (id, title, shelf_id)
SELECT id, COALESCE(title, ''), shelf_id
FROM book;

DROP TABLE book;
ALTER TABLE book_new RENAME TO book;

PRAGMA foreign_keys = ON;
