CREATE TABLE poll (
    id INTEGER PRIMARY KEY,
    votes INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE vote (
    poll_id INTEGER NOT NULL REFERENCES poll (id),
    weight INTEGER NOT NULL DEFAULT 1
);

CREATE TRIGGER vote_count
AFTER INSERT ON vote
BEGIN
    UPDATE poll SET votes = votes + 1 WHERE id = NEW.poll_id;
END;
