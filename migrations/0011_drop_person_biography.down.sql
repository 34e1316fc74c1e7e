-- Brings the biographies back from where they were kept.
-- `ADD COLUMN` puts a column last, which is where this one was.

ALTER TABLE person ADD COLUMN biography TEXT;

UPDATE person
SET biography = kept.biography
FROM person_biography AS kept
WHERE kept.person_id = person.id;

DROP TABLE person_biography;
