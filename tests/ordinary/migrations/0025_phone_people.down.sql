DROP INDEX person_by_phone;
ALTER TABLE person DROP COLUMN locale;
ALTER TABLE person DROP COLUMN phone;
