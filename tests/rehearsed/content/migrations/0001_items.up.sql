CREATE TABLE item (
    id INTEGER PRIMARY KEY,
    title TEXT NOT NULL,
    price INTEGER
);
