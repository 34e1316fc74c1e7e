PRAGMA foreign_keys = OFF;

CREATE TABLE wiki_page_new (
    id INTEGER PRIMARY KEY,
    parent_id INTEGER REFERENCES wiki_page (id) ON DELETE CASCADE,
    title TEXT NOT NULL COLLATE NOCASE
);

INSERT INTO wiki_page_new (id, parent_id, title)
SELECT id, parent_id, title
FROM wiki_page;

DROP TABLE wiki_page;
ALTER TABLE wiki_page_new RENAME TO wiki_page;

PRAGMA foreign_keys = ON;
