CREATE TABLE car (
    id INTEGER PRIMARY KEY,
    plate TEXT NOT NULL,
    model TEXT
);
