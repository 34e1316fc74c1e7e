-- migratory: irreversible: nobody used them
ALTER TABLE item DROP COLUMN price;
ALTER TABLE item DROP COLUMN colour;
