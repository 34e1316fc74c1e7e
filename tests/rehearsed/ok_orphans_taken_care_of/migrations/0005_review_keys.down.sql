CREATE TABLE review_new (id INTEGER PRIMARY KEY, book_id INTEGER);
INSERT INTO review_new (id, book_id) SELECT id, book_id FROM review;
DROP TABLE review;
ALTER TABLE review_new RENAME TO review;
