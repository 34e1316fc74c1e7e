DROP TABLE tagged_log;
