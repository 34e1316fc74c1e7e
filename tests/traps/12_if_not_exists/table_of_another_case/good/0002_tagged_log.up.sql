CREATE TABLE tagged_log (
    tag TEXT NOT NULL,
    line TEXT NOT NULL
);

CREATE INDEX log_by_tag ON tagged_log (tag);
