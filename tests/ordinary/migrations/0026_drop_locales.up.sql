-- The browser knows the language better. What was chosen is kept aside, for the way back.
-- migratory: allow(drop_column): the choices are kept in person_locale

CREATE TABLE person_locale (
    person_id INTEGER PRIMARY KEY REFERENCES person (id) ON DELETE CASCADE,
    locale TEXT NOT NULL
);

INSERT INTO person_locale (person_id, locale)
SELECT id, locale FROM person WHERE locale <> 'en';

ALTER TABLE person DROP COLUMN locale;
