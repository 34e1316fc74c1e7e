DELETE FROM tag WHERE name <> '';
