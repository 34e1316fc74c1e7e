CREATE TABLE comment (
    id INTEGER PRIMARY KEY,
    ticket_id INTEGER NOT NULL,
    author_id INTEGER,
    body TEXT NOT NULL,
    written_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT comment_ticket FOREIGN KEY (ticket_id) REFERENCES ticket (id) ON DELETE CASCADE,
    CONSTRAINT comment_author FOREIGN KEY (author_id) REFERENCES person (id) ON DELETE SET NULL
);

CREATE INDEX comment_by_ticket ON comment (ticket_id, written_at);
