-- All phones are NULL at first, so the unique index cannot fail.

ALTER TABLE person ADD COLUMN phone TEXT;
CREATE UNIQUE INDEX person_by_phone ON person (phone);

ALTER TABLE person ADD COLUMN locale TEXT NOT NULL DEFAULT 'en';
