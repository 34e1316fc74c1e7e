DROP TABLE time_entry;
