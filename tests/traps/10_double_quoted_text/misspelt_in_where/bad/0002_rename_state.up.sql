UPDATE task SET state = 'todo' WHERE "stat" = 'open';
