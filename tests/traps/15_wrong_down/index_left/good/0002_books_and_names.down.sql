DROP INDEX author_by_name;
DROP TABLE book;
