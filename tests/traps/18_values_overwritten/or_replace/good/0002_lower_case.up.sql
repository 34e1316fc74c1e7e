DELETE FROM tag
WHERE EXISTS (
    SELECT 1 FROM tag AS other
    WHERE lower(other.name) = lower(tag.name) AND other.id < tag.id
);

UPDATE tag SET name = lower(name);
