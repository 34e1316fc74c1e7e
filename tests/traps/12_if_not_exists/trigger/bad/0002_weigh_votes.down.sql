DROP TRIGGER vote_count;

CREATE TRIGGER vote_count
AFTER INSERT ON vote
BEGIN
    UPDATE poll SET votes = votes + 1 WHERE id = NEW.poll_id;
END;
