DROP TRIGGER author_trimmed;
DROP VIEW author_name;
