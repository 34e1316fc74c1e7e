CREATE UNIQUE INDEX address_primary ON address (person) WHERE is_primary = 1;
