-- A project is known by its short key, in any case.

CREATE TABLE project (
    id INTEGER PRIMARY KEY,
    "key" TEXT NOT NULL COLLATE NOCASE UNIQUE CHECK ("key" <> ''),
    title TEXT NOT NULL,
    owner_id INTEGER REFERENCES person (id) ON DELETE SET NULL,
    is_archived INTEGER NOT NULL DEFAULT 0 CHECK (is_archived IN (0, 1)),
    created_on TEXT NOT NULL DEFAULT CURRENT_DATE
);

CREATE INDEX project_by_owner ON project (owner_id);
