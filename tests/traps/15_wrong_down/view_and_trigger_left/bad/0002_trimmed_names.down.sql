DROP VIEW author_name;
