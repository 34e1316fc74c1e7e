CREATE TABLE tag (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    colour TEXT
);

CREATE TABLE article (
    id INTEGER PRIMARY KEY,
    tag_id INTEGER REFERENCES tag (id) ON DELETE SET NULL,
    title TEXT NOT NULL
);

INSERT OR IGNORE INTO tag (id, name) VALUES (1, 'news'), (2, 'sport');
