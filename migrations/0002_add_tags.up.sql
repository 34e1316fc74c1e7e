-- Lets people tag items with words of their own.
-- `Jazz` and `jazz` are one tag, hence the collation.

CREATE TABLE tag (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL COLLATE NOCASE UNIQUE CHECK (name <> '')
) STRICT;

CREATE TABLE item_tag (
    item_id INTEGER NOT NULL REFERENCES item (id) ON DELETE CASCADE,
    tag_id INTEGER NOT NULL REFERENCES tag (id) ON DELETE CASCADE,
    PRIMARY KEY (item_id, tag_id)
) STRICT, WITHOUT ROWID;

-- The primary key finds the tags of an item, and this the items of a tag.
CREATE INDEX item_tag_by_tag ON item_tag (tag_id);
