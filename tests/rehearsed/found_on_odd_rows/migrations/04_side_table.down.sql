ALTER TABLE person ADD COLUMN rank INTEGER;
UPDATE person SET rank = (SELECT rank + 1 FROM ranked WHERE person_id = person.id);
DROP TABLE ranked;
