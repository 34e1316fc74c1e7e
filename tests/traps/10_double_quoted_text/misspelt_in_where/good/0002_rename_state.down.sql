UPDATE task SET state = 'open' WHERE state = 'todo';
