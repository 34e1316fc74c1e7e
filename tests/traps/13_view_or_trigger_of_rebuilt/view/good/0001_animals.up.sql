CREATE TABLE animal (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT NOT NULL DEFAULT ''
);

CREATE VIEW animal_name AS
SELECT id, name FROM animal;
