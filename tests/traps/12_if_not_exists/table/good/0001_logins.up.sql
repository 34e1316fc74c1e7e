CREATE TABLE login (
    token TEXT NOT NULL PRIMARY KEY,
    person TEXT NOT NULL
);
