create table if not exists Log (
    tag TEXT NOT NULL,
    line TEXT NOT NULL
);

CREATE INDEX log_by_tag ON log (tag);
