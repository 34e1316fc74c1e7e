CREATE TRIGGER IF NOT EXISTS vote_count
AFTER INSERT ON vote
BEGIN
    UPDATE poll SET votes = votes + NEW.weight WHERE id = NEW.poll_id;
END;
