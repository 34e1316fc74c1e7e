DROP TRIGGER task_done;
DROP TABLE task_log;
