-- A comment that was taken back keeps its place, but has no text. The table refers to itself, has
-- triggers, and a view reads it.

PRAGMA foreign_keys = OFF;

DROP VIEW ticket_list;

CREATE TABLE comment_new (
    id INTEGER PRIMARY KEY,
    ticket_id INTEGER NOT NULL,
    author_id INTEGER,
    body TEXT,
    written_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    parent_id INTEGER DEFAULT NULL REFERENCES comment (id) ON DELETE CASCADE,
    CONSTRAINT comment_ticket FOREIGN KEY (ticket_id) REFERENCES ticket (id) ON DELETE CASCADE,
    CONSTRAINT comment_author FOREIGN KEY (author_id) REFERENCES person (id) ON DELETE SET NULL
);

INSERT INTO comment_new (id, ticket_id, author_id, body, written_at, parent_id)
SELECT id, ticket_id, author_id, body, written_at, parent_id
FROM comment;

DROP TABLE comment;
ALTER TABLE comment_new RENAME TO comment;

CREATE INDEX comment_by_ticket ON comment (ticket_id, written_at);
CREATE INDEX comment_by_parent ON comment (parent_id) WHERE parent_id IS NOT NULL;

CREATE TRIGGER comment_search_insert AFTER INSERT ON comment BEGIN
    INSERT INTO comment_search (rowid, body) VALUES (NEW.id, NEW.body);
END;

CREATE TRIGGER comment_search_delete AFTER DELETE ON comment BEGIN
    DELETE FROM comment_search WHERE rowid = OLD.id;
END;

CREATE TRIGGER comment_search_update AFTER UPDATE OF body ON comment BEGIN
    UPDATE comment_search SET body = NEW.body WHERE rowid = OLD.id;
END;

CREATE VIEW ticket_list AS
SELECT
    ticket.id,
    project."key" || '-' || ticket.number AS code,
    ticket.title,
    ticket.state,
    priority.name AS priority,
    person.display_name AS assignee,
    (SELECT count(*) FROM comment WHERE comment.ticket_id = ticket.id) AS comments
FROM ticket
JOIN project ON project.id = ticket.project_id
JOIN priority ON priority.level = ticket.priority
LEFT JOIN person ON person.id = ticket.assignee_id;

PRAGMA foreign_keys = ON;
