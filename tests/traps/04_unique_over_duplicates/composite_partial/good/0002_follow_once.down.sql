DROP INDEX follow_open;
