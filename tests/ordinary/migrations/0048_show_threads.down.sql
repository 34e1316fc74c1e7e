DROP VIEW label_use;
DROP VIEW comment_thread;
