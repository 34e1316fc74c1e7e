-- Keeps items, and how often each was played.

CREATE TABLE item (
    id INTEGER PRIMARY KEY,
    title TEXT NOT NULL,
    play_count INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE play (
    id INTEGER PRIMARY KEY,
    item_id INTEGER NOT NULL REFERENCES item (id)
) STRICT;

CREATE TRIGGER play_insert AFTER INSERT ON play BEGIN
    UPDATE item SET play_count = play_count + 1 WHERE id = NEW.item_id;
END;
