CREATE TABLE wiki_page (
    id INTEGER PRIMARY KEY,
    parent_id INTEGER REFERENCES wiki_page (id) ON DELETE CASCADE,
    title TEXT NOT NULL
);
