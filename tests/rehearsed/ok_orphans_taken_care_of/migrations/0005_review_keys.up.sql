DELETE FROM review WHERE NOT EXISTS (SELECT 1 FROM book WHERE book.id = review.book_id);
CREATE TABLE review_new (id INTEGER PRIMARY KEY, book_id INTEGER NOT NULL REFERENCES book (id) ON DELETE CASCADE);
INSERT INTO review_new (id, book_id) SELECT id, book_id FROM review;
DROP TABLE review;
ALTER TABLE review_new RENAME TO review;
