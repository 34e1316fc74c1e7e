CREATE TABLE book (
    id INTEGER PRIMARY KEY,
    author_id INTEGER NOT NULL REFERENCES author (id),
    title TEXT NOT NULL
);

CREATE INDEX book_by_author ON book (author_id);
CREATE INDEX book_by_title ON book (title);
CREATE INDEX author_by_name ON author (name);
