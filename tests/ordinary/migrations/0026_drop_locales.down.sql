ALTER TABLE person ADD COLUMN locale TEXT NOT NULL DEFAULT 'en';

UPDATE person
SET locale = kept.locale
FROM person_locale AS kept
WHERE kept.person_id = person.id;

DROP TABLE person_locale;
