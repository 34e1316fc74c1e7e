CREATE TABLE address (
    id INTEGER PRIMARY KEY,
    street TEXT,
    zip TEXT,
    town TEXT,
    kept_until TEXT
);
