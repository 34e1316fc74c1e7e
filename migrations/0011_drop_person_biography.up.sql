-- Drops the biographies of people, since the application now links to a public encyclopedia.
-- What had been written is kept aside in a table of its own, so that the way back can restore it.
-- migratory: allow(drop_column): the texts are kept in person_biography

CREATE TABLE person_biography (
    person_id INTEGER PRIMARY KEY REFERENCES person (id) ON DELETE CASCADE,
    biography TEXT NOT NULL
) STRICT;

INSERT INTO person_biography (person_id, biography)
SELECT id, biography FROM person WHERE biography IS NOT NULL;

ALTER TABLE person DROP COLUMN biography;
