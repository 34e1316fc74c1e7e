DROP TRIGGER comment_search_insert;
DROP TRIGGER comment_search_delete;
DROP TRIGGER comment_search_update;
DROP TABLE comment_search;
