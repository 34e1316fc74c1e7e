CREATE TABLE priority (
    task_id INTEGER PRIMARY KEY REFERENCES task (id) ON DELETE CASCADE,
    level TEXT NOT NULL CHECK (level IN ("low", "high"))
);
