DROP TABLE task;
DROP TABLE project;
