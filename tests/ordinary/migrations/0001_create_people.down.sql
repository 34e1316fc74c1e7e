DROP INDEX person_by_email;
DROP TABLE person;
