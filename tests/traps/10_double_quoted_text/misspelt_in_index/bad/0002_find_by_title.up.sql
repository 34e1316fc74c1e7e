CREATE INDEX task_by_title ON task ("titel");
