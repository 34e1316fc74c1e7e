CREATE TABLE task_new (id INTEGER PRIMARY KEY, state TEXT NOT NULL CHECK (state IN ('open', 'done')));
INSERT INTO task_new (id, state) SELECT id, CASE state WHEN 1 THEN 'open' ELSE 'done' END FROM task;
DROP TABLE task;
ALTER TABLE task_new RENAME TO task;
