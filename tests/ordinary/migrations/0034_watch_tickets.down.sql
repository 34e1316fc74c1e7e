DROP TRIGGER time_entry_watches;
DROP TABLE watcher;
