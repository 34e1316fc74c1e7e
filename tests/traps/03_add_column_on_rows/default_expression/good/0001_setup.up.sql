CREATE TABLE api_key (
    id INTEGER PRIMARY KEY,
    owner TEXT NOT NULL
);
