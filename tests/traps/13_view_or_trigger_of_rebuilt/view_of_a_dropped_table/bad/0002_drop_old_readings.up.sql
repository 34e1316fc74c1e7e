-- migratory: allow(drop_table): the readings are kept elsewhere since last year
DROP TABLE old_reading;
