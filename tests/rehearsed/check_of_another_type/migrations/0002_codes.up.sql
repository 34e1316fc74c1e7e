CREATE TABLE task_new (id INTEGER PRIMARY KEY, state INTEGER NOT NULL);
INSERT INTO task_new (id, state) SELECT id, CASE state WHEN 'open' THEN 1 WHEN 'done' THEN 2 END FROM task;
DROP TABLE task;
ALTER TABLE task_new RENAME TO task;
