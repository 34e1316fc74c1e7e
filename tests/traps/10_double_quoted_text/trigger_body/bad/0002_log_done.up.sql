CREATE TABLE task_log (
    task_id INTEGER NOT NULL,
    said TEXT NOT NULL
);

CREATE TRIGGER task_done
AFTER UPDATE OF state ON task
BEGIN
    INSERT INTO task_log (task_id, said) VALUES (NEW.id, "done");
END;
