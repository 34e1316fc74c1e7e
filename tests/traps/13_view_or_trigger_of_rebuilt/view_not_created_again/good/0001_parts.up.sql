CREATE TABLE part (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL
);

CREATE VIEW part_name AS
SELECT name FROM part;
