DROP TABLE book;
DROP INDEX book_by_author;
DROP INDEX book_by_title;
