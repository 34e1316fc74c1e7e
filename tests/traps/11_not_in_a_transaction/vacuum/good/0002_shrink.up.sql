-- migratory: no-transaction
VACUUM;
