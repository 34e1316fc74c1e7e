CREATE TABLE customer (
    id INTEGER PRIMARY KEY,
    email TEXT NOT NULL
);
