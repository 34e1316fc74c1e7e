CREATE TABLE a (x);
PRAGMA hard_heap_limit = 100000;
