DROP INDEX task_by_title;
