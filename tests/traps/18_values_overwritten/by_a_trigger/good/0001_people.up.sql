CREATE TABLE person (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL
);
CREATE TABLE login (
    id INTEGER PRIMARY KEY,
    person_id INTEGER NOT NULL REFERENCES person (id)
);
CREATE TRIGGER log_out AFTER UPDATE ON person BEGIN
    DELETE FROM login WHERE person_id = NEW.id;
END;
