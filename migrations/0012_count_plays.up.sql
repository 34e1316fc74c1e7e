-- Records each time that an item is read, watched, heard or played.
-- Lists sort by how often that was, so triggers keep a count in the item itself.

CREATE TABLE play (
    id INTEGER PRIMARY KEY,
    item_id INTEGER NOT NULL REFERENCES item (id) ON DELETE CASCADE,
    played_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
) STRICT;

CREATE INDEX play_by_item ON play (item_id, played_at);

ALTER TABLE item ADD COLUMN play_count INTEGER NOT NULL DEFAULT 0;

CREATE TRIGGER play_count_insert
AFTER INSERT ON play
BEGIN
    UPDATE item SET play_count = play_count + 1 WHERE id = NEW.item_id;
END;

CREATE TRIGGER play_count_delete
AFTER DELETE ON play
BEGIN
    UPDATE item SET play_count = play_count - 1 WHERE id = OLD.item_id;
END;

-- A play that was noted for the wrong item may be moved to the right one.
CREATE TRIGGER play_count_update
AFTER UPDATE OF item_id ON play
BEGIN
    UPDATE item SET play_count = play_count - 1 WHERE id = OLD.item_id;
    UPDATE item SET play_count = play_count + 1 WHERE id = NEW.item_id;
END;
