DROP INDEX person_code;
