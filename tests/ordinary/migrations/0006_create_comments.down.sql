DROP INDEX comment_by_ticket;
DROP TABLE comment;
