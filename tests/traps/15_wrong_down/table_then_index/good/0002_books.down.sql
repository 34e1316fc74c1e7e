DROP INDEX book_by_title;
DROP INDEX book_by_author;
DROP TABLE book;
