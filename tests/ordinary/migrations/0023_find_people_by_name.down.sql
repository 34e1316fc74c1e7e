DROP INDEX person_by_name;
DROP INDEX person_by_lower_name;
