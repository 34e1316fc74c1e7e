-- Drops the index; queries give the same answers without it.

DROP INDEX person_by_lower_name;
