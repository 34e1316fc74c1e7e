DROP TRIGGER log_out;
UPDATE person SET name = trim(name);
CREATE TRIGGER log_out AFTER UPDATE ON person BEGIN
    DELETE FROM login WHERE person_id = NEW.id;
END;
