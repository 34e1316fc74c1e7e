UPDATE task SET state = 'todo' WHERE state = 'open';
