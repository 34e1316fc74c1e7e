CREATE TABLE poet (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL
);

CREATE VIEW poet_list AS
SELECT id, name FROM poet ORDER BY name;
