CREATE TABLE holiday (
    id INTEGER PRIMARY KEY,
    begins_on TEXT NOT NULL,
    ends_on TEXT,
    CHECK (ends_on IS NULL OR ends_on >= begins_on)
);
