DELETE FROM tag WHERE 'unused' <> '';
