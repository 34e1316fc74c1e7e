-- One ticket blocks another; both may come in one transaction, in any order.

CREATE TABLE ticket_link (
    blocker_id INTEGER NOT NULL REFERENCES ticket (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    blocked_id INTEGER NOT NULL REFERENCES ticket (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    kind TEXT NOT NULL DEFAULT 'blocks',
    PRIMARY KEY (blocker_id, blocked_id) ON CONFLICT IGNORE
);
