-- How many tickets a project has in each state, kept by triggers.

CREATE TABLE ticket_count (
    project_id INTEGER NOT NULL REFERENCES project (id) ON DELETE CASCADE,
    state TEXT NOT NULL,
    tickets INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (project_id, state)
) WITHOUT ROWID;

INSERT INTO ticket_count (project_id, state, tickets)
SELECT project_id, state, count(*)
FROM ticket
GROUP BY project_id, state;

CREATE TRIGGER ticket_count_insert
AFTER INSERT ON ticket
BEGIN
    INSERT INTO ticket_count (project_id, state, tickets)
    VALUES (NEW.project_id, NEW.state, 1)
    ON CONFLICT (project_id, state) DO UPDATE SET tickets = tickets + 1;
END;

CREATE TRIGGER ticket_count_delete
BEFORE DELETE ON ticket
BEGIN
    UPDATE ticket_count
    SET tickets = tickets - 1
    WHERE project_id = OLD.project_id AND state = OLD.state;
END;

CREATE TRIGGER ticket_count_update
AFTER UPDATE OF project_id, state ON ticket
WHEN OLD.state <> NEW.state OR OLD.project_id <> NEW.project_id
BEGIN
    UPDATE ticket_count
    SET tickets = tickets - 1
    WHERE project_id = OLD.project_id AND state = OLD.state;
    INSERT INTO ticket_count (project_id, state, tickets)
    VALUES (NEW.project_id, NEW.state, CASE WHEN 1 THEN 1 END)
    ON CONFLICT (project_id, state) DO UPDATE SET tickets = tickets + excluded.tickets;
END;
