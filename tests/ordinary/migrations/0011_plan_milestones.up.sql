CREATE TABLE milestone (
    id INTEGER PRIMARY KEY,
    project_id INTEGER NOT NULL REFERENCES project (id) ON DELETE CASCADE,
    title TEXT NOT NULL,
    begins_on TEXT NOT NULL DEFAULT CURRENT_DATE,
    ends_on TEXT,
    CHECK (ends_on IS NULL OR ends_on >= begins_on)
);

ALTER TABLE ticket ADD COLUMN milestone_id INTEGER REFERENCES milestone (id) ON DELETE SET NULL;
