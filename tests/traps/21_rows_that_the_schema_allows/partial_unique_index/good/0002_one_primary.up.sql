UPDATE address SET is_primary = 0
WHERE EXISTS (SELECT 1 FROM address AS other WHERE other.person = address.person AND other.is_primary = 1 AND other.id < address.id);
CREATE UNIQUE INDEX address_primary ON address (person) WHERE is_primary = 1;
